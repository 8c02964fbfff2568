using System.Globalization;
using System.Text;

namespace Reprise.Studies.Charts;

/// <summary>Writes elements of SVG, one a line. Places are in pixels of the view box, to one decimal.</summary>
internal sealed class SvgWriter
{
    private readonly StringBuilder _svg = new();

    /// <summary>The part of a text that is at its x.</summary>
    public enum Anchor
    {
        Start,
        Middle,
        End,
    }

    public override string ToString() => _svg.ToString();

    /// <param name="attributes">The attributes as written in the tag, with escaped values.</param>
    public void Open(string element, string attributes = "") =>
        _svg.Append('<').Append(element).Append(attributes.Length > 0 ? " " : "").Append(attributes).Append(">\n");

    public void Close(string element) => _svg.Append("</").Append(element).Append(">\n");

    public void Empty(string element, string attributes) => _svg.Append('<').Append(element).Append(' ').Append(attributes).Append("/>\n");

    /// <summary>Writes an element that holds text.</summary>
    public void Leaf(string element, string attributes, string text) =>
        _svg.Append('<').Append(element).Append(attributes.Length > 0 ? " " : "").Append(attributes)
            .Append('>').Append(Markup.Escape(text)).Append("</").Append(element).Append(">\n");

    /// <summary>Writes text unescaped, for the style sheet.</summary>
    public void Verbatim(string text) => _svg.Append(text).Append('\n');

    public void Text(double x, double y, string text, string style, Anchor anchor = Anchor.Start)
    {
        string attributes = $"class=\"{style}\" x=\"{Number(x)}\" y=\"{Number(y)}\"";
        if (anchor != Anchor.Start)
            attributes += anchor == Anchor.Middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
        Leaf("text", attributes, text);
    }

    public void Line(double x1, double y1, double x2, double y2, string style) =>
        Empty("path", $"class=\"{style}\" d=\"M{Number(x1)} {Number(y1)}L{Number(x2)} {Number(y2)}\"");

    /// <summary>Writes a line through the points, interrupted where y is NaN; nothing without points.</summary>
    public void Polyline(IReadOnlyList<ChartPoint> points, string style)
    {
        string path = PathOf(points);
        if (path.Length > 0)
            Empty("path", $"class=\"{style}\" d=\"{path}\"");
    }

    /// <summary>A number with at most one decimal.</summary>
    public static string Number(double value) => Tenths((long)Math.Round(value * 10));

    /// <summary>
    /// A path of moves and relative lines. Places are rounded before differences are taken, so that rounding errors do not add up. A single
    /// point between gaps becomes a line of no length, which round caps show as a dot.
    /// </summary>
    public static string PathOf(IReadOnlyList<ChartPoint> points, bool closed = false)
    {
        StringBuilder path = new();
        bool drawing = false, alone = false;
        (long X, long Y) at = default;
        foreach (ChartPoint point in points)
        {
            if (!double.IsFinite(point.Y))
            {
                path.Append(alone ? "h0" : "");
                drawing = alone = false;
                continue;
            }

            (long X, long Y) next = ((long)Math.Round(point.X * 10), (long)Math.Round(point.Y * 10));
            if (!drawing)
            {
                path.Append('M').Append(Tenths(next.X)).Append(Separated(next.Y));
                drawing = alone = true;
            }
            else if (next != at)
            {
                path.Append(alone ? "l" : "").Append(alone ? Tenths(next.X - at.X) : Separated(next.X - at.X))
                    .Append(Separated(next.Y - at.Y));
                alone = false;
            }

            at = next;
        }

        return path.Append(alone ? "h0" : "").Append(closed ? "z" : "").ToString();
    }

    private static string Separated(long tenths) => tenths < 0 ? Tenths(tenths) : " " + Tenths(tenths);

    private static string Tenths(long tenths)
    {
        string sign = tenths < 0 ? "-" : "";
        tenths = Math.Abs(tenths);
        return tenths % 10 == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{sign}{tenths / 10}")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{tenths / 10}.{tenths % 10}");
    }
}
