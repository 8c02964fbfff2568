namespace Reprise.Cli.Rendering;

/// <summary>A curve in a line of text.</summary>
internal static class Sparkline
{
    private const string Levels = "▁▂▃▄▅▆▇█";

    /// <summary>The values as a line of bars, the highest one full. Too many values are thinned evenly; the last one stays.</summary>
    public static string Of(IReadOnlyList<double> values, int width)
    {
        if (values.Count == 0)
            return "";
        int count = Math.Min(width, values.Count);
        double highest = Math.Max(values.Max(), 1e-9);
        IEnumerable<char> bars = Enumerable.Range(0, count)
            .Select(i => values[(int)((i + 1L) * values.Count / count) - 1])
            .Select(value => Levels[(int)Math.Clamp(value / highest * (Levels.Length - 1), 0, Levels.Length - 1)]);
        return string.Concat(bars);
    }
}
