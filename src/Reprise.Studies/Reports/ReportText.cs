using System.Globalization;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>The text of numbers in a report.</summary>
internal static class ReportText
{
    public static string Number(double value, string format = "0.00") =>
        double.IsFinite(value) ? value.ToString(format, CultureInfo.InvariantCulture) : double.IsNaN(value) ? "–" : value > 0 ? "∞" : "−∞";

    /// <summary>A difference, with its sign.</summary>
    public static string Signed(double value, string format) => (value > 0 ? "+" : "") + Number(value, format);

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Percent(double share, int digits = 1) => Number(100 * share, "F" + digits) + " %";

    /// <summary>A share with its interval.</summary>
    public static string Share(Proportion proportion) =>
        proportion.Share is { } share
            ? $"{Percent(share)} ({Number(100 * proportion.Low!.Value, "F1")} to {Number(100 * proportion.High!.Value, "F1")})"
            : "–";

    public static string PValue(double p) => p < 0.001 ? "< 0.001" : Number(p, "0.000");

    public static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Round(seconds)) is { TotalHours: >= 1 } long_
        ? FormattableString.Invariant($"{(long)long_.TotalHours} h {long_.Minutes:D2} min")
        : FormattableString.Invariant($"{seconds / 60:F1} min");
}
