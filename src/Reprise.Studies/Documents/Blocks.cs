using Reprise.Studies.Charts;

namespace Reprise.Studies.Documents;

/// <summary>A block of a document.</summary>
internal abstract record Block;

/// <param name="Level">2 for a chapter, 3 and 4 below; 1 is the document's title.</param>
internal sealed record Heading(int Level, Inline Text) : Block;

internal sealed record Paragraph(Inline Text) : Block;

/// <summary>Terms with their definitions and sources.</summary>
internal sealed record Definitions(IReadOnlyList<(Inline Term, Inline Meaning)> Items) : Block;

/// <summary>The alignment of a cell's text in its column.</summary>
internal enum Alignment
{
    Left,
    Right,
    Centre,
}

/// <summary>A column of a table.</summary>
internal readonly record struct Column(Inline Header, Alignment Alignment = Alignment.Left);

/// <summary>Rows of cells.</summary>
internal sealed record Table : Block
{
    /// <param name="columns">The columns; at least one.</param>
    /// <param name="rows">The rows, with a cell for each column.</param>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public Table(IReadOnlyList<Column> columns, IReadOnlyList<IReadOnlyList<Inline>> rows)
    {
        if (columns.Count == 0)
            throw new ArgumentException("a table has at least one column", nameof(columns));
        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Count != columns.Count)
                throw new ArgumentException($"row {row}: expected {columns.Count} cells, found {rows[row].Count}", nameof(rows));
        }

        (Columns, Rows) = (columns, rows);
    }

    public IReadOnlyList<Column> Columns { get; }

    public IReadOnlyList<IReadOnlyList<Inline>> Rows { get; }

    /// <summary>The caption above the table; null for none.</summary>
    public Inline? Caption { get; init; }

    /// <summary>Notes below the table, one a line.</summary>
    public IReadOnlyList<Inline> Notes { get; init; } = [];

    /// <summary>True if the first cell of a row is its heading.</summary>
    public bool RowHeadings { get; init; }
}

/// <summary>A picture.</summary>
/// <param name="Name">The name of its file: <c>figures/NAME.svg</c> beside the document.</param>
/// <param name="Svg">The text of the SVG file.</param>
/// <param name="Alternative">A description for readers who do not see it.</param>
/// <param name="Caption">The caption below the figure.</param>
internal sealed record Figure(string Name, string Svg, string Alternative, Inline Caption) : Block
{
    /// <summary>The name of its file and of an id: small letters, digits, hyphens.</summary>
    public string Name { get; } = Markup.Slug(Name) == Name
        ? Name
        : throw new ArgumentException($"expected small letters, digits and hyphens, found \"{Name}\"");

    /// <summary>A chart, with its description as caption unless there is another.</summary>
    public static Figure Of(Chart chart, Inline? caption = null) =>
        new(chart.Name, chart.ToSvg(), $"{chart.Title}. {chart.Description}", caption ?? chart.Description);
}

/// <summary>The verdict of the evidence on a claim.</summary>
internal enum Support
{
    Supported,
    NotSupported,

    /// <summary>The evidence is too weak, or mixed.</summary>
    Undecided,

    /// <summary>Not measured.</summary>
    NotTested,
}

/// <summary>A claim and its verdict.</summary>
/// <param name="Evidence">The numbers behind the verdict.</param>
internal sealed record Verdict(Inline Claim, Support Support, Inline Evidence)
{
    /// <summary>The verdict in words.</summary>
    public string Word => Support switch
    {
        Support.Supported => "supported",
        Support.NotSupported => "not supported",
        Support.Undecided => "undecided",
        _ => "not tested",
    };

    /// <summary>A sign to show beside the word.</summary>
    public string Sign => Support switch
    {
        Support.Supported => "✓",
        Support.NotSupported => "✗",
        Support.Undecided => "≈",
        _ => "–",
    };
}

/// <summary>Claims, each with its verdict and its number.</summary>
internal sealed record Verdicts(IReadOnlyList<Verdict> Items) : Block;
