namespace Reprise.Studies.Charts;

/// <summary>
/// A figure and its data. <see cref="ToSvg"/> and <see cref="ToCsv"/> are functions of its values: same values, same bytes.
/// </summary>
internal abstract record Chart
{
    private readonly string _name = "";

    /// <summary>The name of its files, and the beginning of its ids in a page: small letters, digits, hyphens.</summary>
    public required string Name
    {
        get => _name;
        init => _name = Markup.Slug(value) == value
            ? value
            : throw new ArgumentException($"expected small letters, digits and hyphens, found \"{value}\"");
    }

    /// <summary>The title above the chart.</summary>
    public required string Title { get; init; }

    /// <summary>A description for readers who do not see the chart; also a caption.</summary>
    public string Description { get; init; } = "";

    public required Axis X { get; init; }

    public required Axis Y { get; init; }

    /// <summary>The width of the view box in pixels; a page scales it.</summary>
    public int Width { get; init; } = 720;

    public int Height { get; init; } = 420;

    /// <summary>The chart as an SVG file, which may also be put into a page.</summary>
    public abstract string ToSvg();

    /// <summary>The chart's values as CSV, to the last digit. The first line names the columns.</summary>
    public abstract string ToCsv();
}
