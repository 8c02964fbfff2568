using System.Text.Json;
using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Training;

/// <summary>
/// The reports of a run as files: log.jsonl, one object a line, and an event file for TensorBoard.
/// </summary>
/// <remarks>
/// A resumed run cuts log.jsonl back to its checkpoint, so that the log is that of a run never interrupted; TensorBoard is told
/// by a new event file to forget what came later.
/// </remarks>
internal sealed class RunLog : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly FileStream _log;
    private readonly EventFile _events;
    private readonly MemoryStream _line = new();

    /// <param name="step">Of the checkpoint; 0 for a new run.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public RunLog(string logPath, string eventsPrefix, long step, TimeProvider clock)
    {
        _clock = clock;
        _log = new FileStream(logPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        try
        {
            if (RegularFile.StatusOf(_log.SafeFileHandle) is { Kind: not FileKind.Regular } status)
                throw new InputException($"{logPath}: is {status.Words}; expected a file");
            CutBack(step);
            bool continues = Directory.EnumerateFiles(Path.GetDirectoryName(eventsPrefix)!, Path.GetFileName(eventsPrefix) + "*").Any();
            _events = new EventFile(NewEventFile(eventsPrefix), UnixSeconds());
            if (continues) // even from step 0: the first session may have ended before its first checkpoint
                _events.Restart(UnixSeconds(), step + 1);
        }
        catch
        {
            _log.Dispose();
            throw;
        }
    }

    public void Write(TrainingReport report)
    {
        string split = report.Split == ReportSplit.Train ? "train" : "test";
        (string Name, double? Value)[] values =
        [
            ("nll", report.Nll),
            ("kl", report.Kl),
            ("elbo", report.Elbo),
            ("objective", report.Objective),
            ("kl_share", report.KlShare),
            ("reconstruction_weight", report.Weights.Reconstruction),
            ("kl_weight", report.Weights.Kl),
            ("gradient_norm", report.GradientNorm),
            ("learning_rate", report.LearningRate),
            ("sentences_per_second", report.SentencesPerSecond),
            ("tokens_per_second", report.TokensPerSecond),
        ];

        _line.SetLength(0);
        using (Utf8JsonWriter json = new(_line))
        {
            json.WriteStartObject();
            json.WriteNumber("step", report.Step);
            json.WriteNumber("epoch", report.Epoch);
            json.WriteString("split", split);
            foreach ((string name, double? value) in values)
            {
                if (value is { } number)
                    json.WriteNumber(name, number);
            }

            json.WriteNumber("seconds", report.Seconds);
            json.WriteEndObject();
        }

        _line.WriteByte((byte)'\n');
        _log.Write(_line.GetBuffer().AsSpan(0, (int)_line.Length));
        _events.Scalars(UnixSeconds(), report.Step, values.Where(v => v.Value is not null).Select(v => ($"{split}/{v.Name}", (float)v.Value!.Value)));
    }

    /// <summary>Brings everything to the disk: a checkpoint never knows of steps that the log lacks.</summary>
    public void Flush()
    {
        _log.Flush(flushToDisk: true);
        _events.Flush();
    }

    public void Dispose()
    {
        _log.Dispose();
        _events.Dispose();
    }

    private double UnixSeconds() => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    private FileStream NewEventFile(string prefix)
    {
        string name = FormattableString.Invariant($"{prefix}{_clock.GetUtcNow().ToUnixTimeSeconds():D10}.reprise");
        string path = name;
        for (int copy = 1; File.Exists(path); copy++)
            path = FormattableString.Invariant($"{name}.{copy:D3}"); // resumed within the same second; names sort by time
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    /// <summary>Keeps the whole lines up to <paramref name="step"/>; steps never fall from one line to the next.</summary>
    private void CutBack(long step)
    {
        long kept = 0;
        using (StreamReader reader = new(_log, leaveOpen: true))
        {
            while (reader.ReadLine() is { } line && IsUpTo(line, step))
            {
                long end = kept + System.Text.Encoding.UTF8.GetByteCount(line) + 1;
                if (end > _log.Length)
                    break; // its line end is missing
                kept = end;
            }
        }

        _log.SetLength(kept);
        _log.Seek(0, SeekOrigin.End);
    }

    private static bool IsUpTo(string line, long step)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt64() <= step;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return false; // the line in hand when the process was killed
        }
    }
}
