using System.Globalization;

namespace Reprise.Verdicts;

/// <summary>A table on the console.</summary>
internal static class MarkdownTable
{
    public static void Head(string title, params string[] columns)
    {
        Console.WriteLine();
        Console.WriteLine(title);
        Console.WriteLine();
        Row(columns);
        Row([.. columns.Select((_, i) => i == 0 ? "---" : "---:")]);
    }

    public static void Row(params string[] cells) => Console.WriteLine($"| {string.Join(" | ", cells)} |");

    /// <summary>A rate in percent.</summary>
    public static string Percent(double rate) => double.IsNaN(rate) ? "-" : (100 * rate).ToString("F1", CultureInfo.InvariantCulture);
}
