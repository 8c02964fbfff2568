namespace Reprise.Cli.Rendering;

/// <summary>
/// How far a piece of work is, on standard error: one line with a bar that is drawn again and again on a terminal, a plain
/// line now and then elsewhere, nothing when quiet. Safe to call from any thread.
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

    /// <summary>Work that counts sentences.</summary>
    public static StatusLine OfSentences(Session session, string work) =>
        new(session, work, count => $"{Format.Count((long)count)} sentences", TimeProvider.System);

    /// <summary>Work that counts bytes.</summary>
    public static StatusLine OfBytes(Session session, string work) => new(session, work, Format.Bytes, TimeProvider.System);

    /// <summary>How much is done of a whole; 0 where the whole is not known.</summary>
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

    /// <summary>Progress as the library tells it, out of a known whole.</summary>
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
