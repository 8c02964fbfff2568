namespace Reprise.Cli.Rendering;

/// <summary>
/// The progress of a task, on standard error: a bar that is redrawn on a terminal, a plain line every 10 s elsewhere, nothing with
/// --quiet. Thread-safe.
/// </summary>
internal sealed class StatusLine(Session session, string work, Func<double, string> amount, TimeProvider clock) : IDisposable
{
    private const int BarWidth = 24;
    private static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan PlainPause = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly long _started = clock.GetTimestamp();
    private readonly bool _redraws = session.CanRedraw;
    private TimeSpan _next = session.CanRedraw ? TerminalPause : PlainPause;
    private bool _drawn;

    /// <summary>A task that counts sentences.</summary>
    public static StatusLine OfSentences(Session session, string work) =>
        new(session, work, count => $"{Format.Count((long)count)} sentences", TimeProvider.System);

    /// <summary>A task that counts bytes.</summary>
    public static StatusLine OfBytes(Session session, string work) => new(session, work, Format.Bytes, TimeProvider.System);

    /// <summary>Reports the amount done of a total; 0 for an unknown total.</summary>
    public void Report(double done, double total = 0)
    {
        if (session.Quiet)
            return;
        lock (_lock)
        {
            TimeSpan now = clock.GetElapsedTime(_started);
            if (now < _next)
                return;
            _next = now + (_redraws ? TerminalPause : PlainPause);
            Draw(done, total, now);
        }
    }

    /// <summary>Progress of the library out of a known total.</summary>
    public IProgress<long> UpTo(long total) => new Callback<long>(done => Report(done, total));

    /// <summary>Removes the bar.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_drawn && _redraws)
                session.Terminal.Error.Write("\r\e[K");
            _drawn = false;
        }
    }

    private void Draw(double done, double total, TimeSpan elapsed)
    {
        double share = total > 0 ? Math.Clamp(done / total, 0, 1) : 0;
        string percent = total > 0 ? $"{Format.Percent(share, 0),5}  " : "";
        string left = share > 0 ? $"  {Format.Duration(elapsed * ((1 - share) / share))} left" : "";
        string line = $"{percent}{amount(done)}  {amount(done / elapsed.TotalSeconds)}/s{left}";
        if (_redraws)
            session.Terminal.Error.Write($"\r\e[K{work} {(total > 0 ? Bar(share) : "")} {line}");
        else
            session.Terminal.Error.WriteLine($"{work}: {line.TrimStart()}");
        _drawn = true;
    }

    private string Bar(double share)
    {
        int full = (int)Math.Round(share * BarWidth);
        (string done, string left) = (new string('━', full), new string('─', BarWidth - full));
        return session.Terminal.Colours ? $"\e[32m{done}\e[90m{left}\e[0m" : done + left;
    }
}
