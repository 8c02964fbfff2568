using System.Globalization;

namespace Reprise.Studies.Charts;

/// <summary>A mark of an axis.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>An axis with fixed ends and marks: maps values to places between 0 and 1.</summary>
internal sealed class Scale
{
    private const double Largest = 1e250, Smallest = 1e-250;
    private const double MostDecades = 8; // with more, decades are skipped

    private readonly bool _logarithmic;

    /// <param name="ticks">The approximate number of marks.</param>
    /// <param name="toTicks">True to end on a mark where the axis does not fix its ends, so that curves do not touch the frame.</param>
    public Scale(Axis axis, Extent extent, int ticks, bool toTicks)
    {
        _logarithmic = axis.Scale == AxisScale.Logarithmic;
        if (axis.WithZero && !_logarithmic)
            extent.Add(0);
        (Low, High) = Ends(axis, extent);
        if (_logarithmic)
        {
            Ticks = LogarithmicTicks(Low, High, ticks);
            return;
        }

        double step = NiceStep((High - Low) / Math.Max(1, ticks));
        if (toTicks)
        {
            Low = axis.Min ?? (Math.Floor((Low / step) + 1e-9) * step);
            High = axis.Max ?? (Math.Ceiling((High / step) - 1e-9) * step);
        }

        Ticks = LinearTicks(Low, High, step);
    }

    public double Low { get; }

    public double High { get; }

    public IReadOnlyList<Tick> Ticks { get; }

    /// <summary>True if <see cref="At"/> has a place for the value.</summary>
    public bool CanShow(double value) => CanShow(value, _logarithmic);

    /// <summary>
    /// True for a finite value, not so large that ends and marks of axes would overflow; on a logarithmic axis, above 0.
    /// </summary>
    public static bool CanShow(double value, bool logarithmic) => Math.Abs(value) <= Largest && (!logarithmic || value >= Smallest);

    /// <summary>The place of a value: 0 at the axis' start, 1 at its end; other values lie outside.</summary>
    public double At(double value) => _logarithmic
        ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
        : (value - Low) / (High - Low);

    /// <summary>The least of 1, 2 and 5 times a power of ten that is not below <paramref name="rough"/>.</summary>
    public static double NiceStep(double rough)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double leading = rough / power;
        return power * (leading <= 1 + 1e-9 ? 1 : leading <= 2 + 1e-9 ? 2 : leading <= 5 + 1e-9 ? 5 : 10);
    }

    /// <summary>The label of a mark (12, −0.5, 10k, 2.5M) with the decimals that the <paramref name="step"/> between marks needs.</summary>
    /// <param name="largest">The largest value of the axis: beside 10k, 5000 is written 5k.</param>
    public static string Label(double value, double step, double largest = 0)
    {
        double size = Math.Abs(value);
        if (size < 1e-6 * step)
            return "0"; // a remainder of rounding
        (double unit, string suffix) = size is >= 1e13 or < 1e-5 ? (0, "")
            : size >= 1e9 ? (1e9, "G") : size >= 1e6 ? (1e6, "M") : size >= (largest >= 1e4 ? 1e3 : 1e4) ? (1e3, "k") : (1, "");
        if (unit == 0)
            return value.ToString("0.##e0", CultureInfo.InvariantCulture).Replace('-', '−');
        int decimals = (int)Math.Clamp(Math.Ceiling(-Math.Log10(step / unit) - 1e-9), 0, 10);
        string digits = (value / unit).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return digits.Replace('-', '−') + suffix;
    }

    private static (double Low, double High) Ends(Axis axis, Extent extent)
    {
        bool logarithmic = axis.Scale == AxisScale.Logarithmic;
        double low = axis.Min ?? (extent.IsEmpty ? logarithmic ? 1 : 0 : extent.Low);
        double high = axis.Max ?? (extent.IsEmpty ? logarithmic ? 10 : 1 : extent.High);
        if (logarithmic && low <= 0)
            throw new ArgumentException($"a logarithmic axis starts above 0, found {low}", nameof(axis));
        if (high - low > Math.Max(1e-12 * Math.Max(Math.Abs(low), Math.Abs(high)), Smallest))
            return (low, high);
        if (logarithmic)
            return (low / 2, low * 2);
        double room = Math.Abs(low) < Smallest ? 1 : 0.1 * Math.Abs(low);
        return (low - room, low + room);
    }

    private static List<Tick> LinearTicks(double low, double high, double step)
    {
        List<Tick> ticks = [];
        double slack = 1e-9 * (high - low);
        for (double n = Math.Ceiling((low - slack) / step); n * step <= high + slack; n++)
            ticks.Add(new Tick(n * step, Label(n * step, step, Math.Max(Math.Abs(low), Math.Abs(high)))));
        return ticks;
    }

    private static List<Tick> LogarithmicTicks(double low, double high, int ticks)
    {
        double decades = Math.Log10(high) - Math.Log10(low);
        if (decades < 0.7) // 1-2-5 would leave one mark or none
            return [.. LinearTicks(low, high, NiceStep((high - low) / Math.Max(1, ticks))).Where(t => t.Value > 0)];

        List<Tick> marks = [];
        int every = (int)Math.Max(1, Math.Ceiling(decades / Math.Min(ticks, MostDecades)));
        double[] leading = 3 * decades <= 2 * ticks ? [1, 2, 5] : [1];
        for (int decade = (int)Math.Floor(Math.Log10(low)); decade <= Math.Ceiling(Math.Log10(high)); decade++)
        {
            double power = Math.Pow(10, decade);
            marks.AddRange(
                from factor in leading
                let value = factor * power
                where decade % every == 0 && value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
                select new Tick(value, Label(value, power, high)));
        }

        return marks;
    }
}
