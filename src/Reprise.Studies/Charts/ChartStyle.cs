namespace Reprise.Studies.Charts;

/// <summary>
/// The style of all charts: colours as custom properties, for light and dark, and classes under <c>.reprise-chart</c> only, so that
/// charts in one page affect neither each other nor the page.
/// </summary>
internal static class ChartStyle
{
    /// <summary>The number of colours and of markers before they repeat.</summary>
    public const int Colours = 8;

    public const double TitleSize = 16, TextSize = 13;

    /// <summary>
    /// The style sheet. Its colours are those of Okabe and Ito 2008, which people with the common kinds of colour blindness distinguish,
    /// in the order of contrast with the background; lighter on a dark one, with grey and brown in the place of black and yellow. Each is
    /// given twice, for programs that draw SVG without custom properties.
    /// </summary>
    public static string Sheet { get; } = """
        .reprise-chart{--paper:#fff;--ink:#1b1d21;--soft:#5a606b;--grid:#e4e6ea;--frame:#8b919c;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;\
        --c3:#b8679a;--c4:#d18f00;--c5:#56b4e9;--c6:#50555e;--c7:#8a6d1a;\
        font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-size:13px}
        @media screen and (prefers-color-scheme:dark){.reprise-chart{--paper:#16181d;--ink:#e8eaee;--soft:#a7adb8;--grid:#2c3038;\
        --frame:#6d737e;--c0:#56b4e9;--c1:#f0824a;--c2:#35c79c;--c3:#e5a3c8;--c4:#f0b93a;--c5:#94a8ff;--c6:#c9ccd2;--c7:#e8dd55}}
        .reprise-chart .paper{fill:#fff;fill:var(--paper)}
        .reprise-chart text{fill:#1b1d21;fill:var(--ink);font-variant-numeric:tabular-nums}
        .reprise-chart .title{font-size:16px;font-weight:600}
        .reprise-chart .soft{fill:#5a606b;fill:var(--soft)}
        .reprise-chart .grid{stroke:#e4e6ea;stroke:var(--grid);stroke-width:1;fill:none}
        .reprise-chart .frame{stroke:#8b919c;stroke:var(--frame);stroke-width:1;fill:none}
        .reprise-chart .line{stroke:currentColor;stroke-width:2;fill:none;stroke-linecap:round;stroke-linejoin:round}
        .reprise-chart .thin{stroke-width:1.5}
        .reprise-chart .raw{stroke:currentColor;stroke-width:1;fill:none;stroke-linejoin:round;stroke-linecap:round;opacity:.32}
        .reprise-chart .dashed{stroke-dasharray:7 4;stroke-linecap:butt}
        .reprise-chart .band{fill:currentColor;opacity:.18}
        .reprise-chart .swatch{stroke:currentColor;stroke-width:11;opacity:.3}
        .reprise-chart .mark{fill:currentColor;stroke:#fff;stroke:var(--paper);stroke-width:1}
        .reprise-chart .hollow{fill:#fff;fill:var(--paper);stroke:currentColor;stroke-width:1.25}
        .reprise-chart .ring{fill:none;stroke:currentColor;stroke-width:2}
        .reprise-chart .any{color:#5a606b;color:var(--soft)}
        .reprise-chart .any.raw{opacity:.6}
        .reprise-chart .k0{color:#0072b2;color:var(--c0)}.reprise-chart .k1{color:#d55e00;color:var(--c1)}\
        .reprise-chart .k2{color:#009e73;color:var(--c2)}.reprise-chart .k3{color:#b8679a;color:var(--c3)}
        .reprise-chart .k4{color:#d18f00;color:var(--c4)}.reprise-chart .k5{color:#56b4e9;color:var(--c5)}\
        .reprise-chart .k6{color:#50555e;color:var(--c6)}.reprise-chart .k7{color:#8a6d1a;color:var(--c7)}
        """.Replace("\\\n", "", StringComparison.Ordinal);

    /// <summary>The class that sets the colour of the <paramref name="index"/>th name.</summary>
    public static string Colour(int index) => FormattableString.Invariant($"k{index % Colours}");

    /// <summary>The classes of a line.</summary>
    public static string Line(LineStyle style) => style switch
    {
        LineStyle.Dashed => "line thin dashed",
        _ => "line",
    };

    /// <summary>
    /// The marker of the <paramref name="index"/>th name around a place: circle, square, triangles, diamond, pentagon, stars.
    /// </summary>
    public static string Marker(int index, double x, double y, double radius)
    {
        if (index % Colours == 0)
        {
            string r = SvgWriter.Number(radius);
            return $"M{SvgWriter.Number(x - radius)} {SvgWriter.Number(y)}a{r} {r} 0 1 0 {SvgWriter.Number(2 * radius)} 0"
                + $"a{r} {r} 0 1 0 {SvgWriter.Number(-2 * radius)} 0z";
        }

        (int corners, double turn, double inner) = (index % Colours) switch
        {
            1 => (4, 45, 0.0),
            2 => (3, 0, 0),
            3 => (4, 0, 0),
            4 => (3, 180, 0),
            5 => (5, 0, 0.45),
            6 => (4, 45, 0.4),
            _ => (4, 0, 0.4),
        };
        List<ChartPoint> outline = [];
        for (int corner = 0; corner < corners; corner++)
        {
            outline.Add(At(corner * 360.0 / corners, 1.25));
            if (inner > 0)
                outline.Add(At((corner + 0.5) * 360 / corners, 1.4 * inner));
        }

        return SvgWriter.PathOf(outline, closed: true);

        ChartPoint At(double degrees, double reach)
        {
            (double sin, double cos) = Math.SinCos((degrees + turn) * Math.PI / 180);
            return new ChartPoint(x + (radius * reach * sin), y - (radius * reach * cos));
        }
    }
}
