using System.Globalization;

namespace Reprise.Cli.Rendering;

/// <summary>Numbers and sentences for reading.</summary>
internal static class Format
{
    /// <summary>A sentence, or "(nothing)" for an empty one.</summary>
    public static string Sentence(string text) => text.Length > 0 ? text : "(nothing)";

    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Number(double number, int decimals = 2) => number.ToString("N" + decimals, CultureInfo.InvariantCulture);

    public static string Percent(double share, int decimals = 1) => double.IsFinite(share) ? $"{Number(100 * share, decimals)} %" : "-";

    public static string Bytes(double bytes) => bytes switch
    {
        >= 1e9 => $"{Number(bytes / 1e9)} GB",
        >= 1e6 => $"{Number(bytes / 1e6, 1)} MB",
        >= 1e3 => $"{Number(bytes / 1e3, 1)} kB",
        _ => $"{Number(bytes, 0)} B",
    };

    /// <summary>3:07, or 1:02:03 from an hour on.</summary>
    public static string Duration(TimeSpan time)
    {
        time = TimeSpan.FromSeconds(Math.Max(0, Math.Round(time.TotalSeconds)));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }

    /// <summary>A time that is not known exactly: 45 s, 12 min, 2 h 10 min, 3 days 4 h.</summary>
    public static string Roughly(double seconds) => seconds switch
    {
        < 59.5 => $"{Number(seconds, 0)} s",
        < 59.5 * 60 => $"{Number(seconds / 60, 0)} min",
        < 47.9 * 3600 => Parts(seconds / 600, 6, "h", 10, "min"),
        _ => Parts(seconds / 3600, 24, "days", 1, "h"),
    };

    // A whole number of small units as large units and the remainder.
    private static string Parts(double units, long unitsInLarge, string large, long smallInUnit, string small)
    {
        (long whole, long left) = Math.DivRem((long)Math.Min(Math.Round(units), 1e15), unitsInLarge);
        return left == 0 ? $"{Count(whole)} {large}" : $"{Count(whole)} {large} {left * smallInUnit} {small}";
    }
}
