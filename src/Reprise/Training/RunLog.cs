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
            CutBack(logPath, step);
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
        IEnumerable<(string, float)> scalars = values.Where(v => v.Value is not null).Select(v => ($"{split}/{v.Name}", (float)v.Value!.Value));
        _events.Scalars(UnixSeconds(), report.Step, scalars);
    }

    /// <summary>Brings everything to the disk: a checkpoint never knows of steps that the log lacks.</summary>
    public void Flush()
    {
        PosixFiles.Flush(_log);
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

    /// <summary>Keeps the lines up to <paramref name="step"/>, whose steps never fall; not a last one that is unfinished.</summary>
    private void CutBack(string path, long step)
    {
        long kept = 0;
        foreach (Lines.Line line in Lines.Read(_log, path).TakeWhile(line => line.IsWhole && StepOf(path, line) <= step))
            kept = line.End;
        _log.SetLength(kept);
        _log.Seek(0, SeekOrigin.End);
    }

    /// <exception cref="InputException">The line is no report: cutting it off would take what follows with it.</exception>
    private static long StepOf(string path, Lines.Line line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line.Text, JsonBytes.Options);
            return json.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            string found = $"{path}: line {line.Number} is no report of training: {JsonBytes.FirstLine(e)}";
            throw new InputException($"{found}; mend it or delete it, then resume the run", e);
        }
    }
}
