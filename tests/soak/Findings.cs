using System.Diagnostics;

namespace Reprise.Soak;

/// <summary>The time at which a part of the soak ends.</summary>
internal sealed class Deadline(TimeSpan time)
{
    private readonly long _started = Stopwatch.GetTimestamp();

    public bool IsOver => Stopwatch.GetElapsedTime(_started) >= time;
}

/// <summary>The counts of attempts and of violations.</summary>
internal sealed class Findings
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly List<string> _violations = [];

    public void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    public void Violation(string what)
    {
        _violations.Add(what);
        Console.WriteLine($"VIOLATION {what}");
    }

    /// <summary>Checks the end of a command: an allowed exit code, in time, short lines and no stack trace.</summary>
    public void Check(Ended ended, string circumstances, params int[] allowed)
    {
        const int longestLine = 1000;
        string? problem = ended switch
        {
            { IsLate: true } => $"no end within {ended.Seconds:0} s",
            _ when !allowed.Contains(ended.Code) => $"exit {ended.Code}",
            _ when ended.Errors.Contains("\n   at ") || ended.Errors.Contains("Unhandled exception") => "a stack trace",
            _ when ended.Code == 2 && ended.Errors.Split('\n').Any(line => line.Length > longestLine) => "a line of error without end",
            _ => null,
        };
        if (problem is not null)
            Violation($"{circumstances}: {ended.Command}: {problem}: {Short(ended.Errors)}");
    }

    /// <returns>The exit code of the soak.</returns>
    public int Print()
    {
        Console.WriteLine();
        foreach ((string what, int count) in _counts)
            Console.WriteLine($"{count,6}  {what}");
        Console.WriteLine($"{_violations.Count,6}  violations");
        return _violations.Count == 0 ? 0 : 1;
    }

    private static string Short(string text)
    {
        string line = text.Trim().Replace('\n', '|');
        return line.Length > 240 ? $"{line[..160]} … {line[^80..]}" : line;
    }
}
