using Reprise.Studies.Charts;

namespace Reprise.Studies.Documents;

/// <summary>A part of a document, from margin to margin.</summary>
internal abstract record Block;

/// <param name="Level">2 for a chapter, 3 and 4 below; 1 is the document's title.</param>
internal sealed record Heading(int Level, Inline Text) : Block;

internal sealed record Paragraph(Inline Text) : Block;

/// <summary>Terms with their definitions and sources.</summary>
internal sealed record Definitions(IReadOnlyList<(Inline Term, Inline Meaning)> Items) : Block;

/// <summary>On which side of its column a cell's text stands.</summary>
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
    /// <param name="columns">At least one.</param>
    /// <param name="rows">Of as many cells each.</param>
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

    /// <summary>Stands above; null for none.</summary>
    public Inline? Caption { get; init; }

    /// <summary>Stand beneath, one a line.</summary>
    public IReadOnlyList<Inline> Notes { get; init; } = [];

    /// <summary>The first cell of a row is its heading.</summary>
    public bool RowHeadings { get; init; }
}

/// <summary>A picture.</summary>
/// <param name="Name">Of its file: <c>figures/NAME.svg</c> beside the document.</param>
/// <param name="Svg">As a file of its own.</param>
/// <param name="Alternative">What there is to see, for those who do not see it.</param>
/// <param name="Caption">Stands beneath.</param>
internal sealed record Figure(string Name, string Svg, string Alternative, Inline Caption) : Block
{
    /// <summary>The name of its file, and of an id: small letters, digits, hyphens.</summary>
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

    /// <summary>The evidence is too little, or between the two.</summary>
    Undecided,

    /// <summary>Not measured.</summary>
    NotTested,
}

/// <summary>A claim, and what became of it.</summary>
/// <param name="Evidence">By which number.</param>
internal sealed record Verdict(Inline Claim, Support Support, Inline Evidence)
{
    /// <summary>In words, for readers.</summary>
    public string Word => Support switch
    {
        Support.Supported => "supported",
        Support.NotSupported => "not supported",
        Support.Undecided => "undecided",
        _ => "not tested",
    };

    /// <summary>A sign beside the word, never instead of it.</summary>
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
