namespace Reprise.Studies.Charts;

/// <summary>
/// A figure and what it shows. <see cref="ToSvg"/> and <see cref="ToCsv"/> are functions of its values: same values, same bytes.
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

    /// <summary>Stands above it.</summary>
    public required string Title { get; init; }

    /// <summary>A description for those who do not see the chart; also of use as a caption.</summary>
    public string Description { get; init; } = "";

    public required Axis X { get; init; }

    public required Axis Y { get; init; }

    /// <summary>Pixels of the view box; on the page it is as wide as there is room.</summary>
    public int Width { get; init; } = 720;

    public int Height { get; init; } = 420;

    /// <summary>A file of its own, which may also be put into a page as it is.</summary>
    public abstract string ToSvg();

    /// <summary>Its values, to the last digit. The first line names the columns.</summary>
    public abstract string ToCsv();
}
