using System.Text;
using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Training;

/// <summary>
/// The reports of a run as files: log.jsonl, one object a line, and an event file for TensorBoard.
/// </summary>
/// <remarks>
/// A resumed run cuts log.jsonl back to its checkpoint, so that the log is that of a run never interrupted. A new event file makes
/// TensorBoard drop the later points.
/// </remarks>
internal sealed class RunLog : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly FileStream _log;
    private readonly EventFile _events;

    /// <param name="step">The checkpoint's step; 0 for a new run.</param>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public RunLog(string logPath, string eventsPrefix, long step, TimeProvider clock)
    {
        _clock = clock;
        LogFile.CutBack(logPath, step);
        _log = new FileStream(logPath, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        try
        {
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
        LogLine line = LogLine.Of(report);
        _log.Write(Encoding.UTF8.GetBytes(Json.Line(line.ToJson()) + "\n"));
        string split = Json.NameOf(report.Split);
        (string Tag, double? Value)[] values = // in snake case, TensorBoard's custom
        [
            .. report.Losses.Select(loss => (loss.Key, (double?)loss.Value)),
            ("elbo", line.Elbo),
            ("objective", line.Objective),
            ("kl_share", line.KlShare),
            ("reconstruction_weight", line.ReconstructionWeight),
            ("kl_weight", line.KlWeight),
            ("m", line.M),
            ("gradient_norm", line.GradientNorm),
            ("learning_rate", line.LearningRate),
            ("sentences_per_second", line.SentencesPerSecond),
            ("tokens_per_second", line.TokensPerSecond),
        ];
        IEnumerable<(string, float)> scalars =
            values.Where(v => v.Value is not null).Select(v => ($"{split}/{v.Tag}", (float)v.Value!.Value));
        _events.Scalars(UnixSeconds(), report.Step, scalars);
    }

    /// <summary>Flushes both files to the disk, so that a checkpoint has no step that the log lacks.</summary>
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
}
