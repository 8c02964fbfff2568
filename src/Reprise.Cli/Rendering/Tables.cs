using Reprise.Formats;
using Spectre.Console;
using Literal = Spectre.Console.Text;

namespace Reprise.Cli.Rendering;

/// <summary>The two kinds of table. Text is never markup; its control characters are made visible.</summary>
internal static class Tables
{
    /// <summary>Names and values, one pair a row.</summary>
    public static Table Facts()
    {
        Table table = new Table().Border(TableBorder.None).HideHeaders();
        table.AddColumn(new TableColumn("").NoWrap().PadRight(3));
        table.AddColumn(new TableColumn(""));
        return table;
    }

    public static void Fact(this Table table, string name, string value) => table.AddRow(Cell(name), Cell(value));

    /// <summary>Columns with headings; # at the beginning of a heading aligns its column to the right.</summary>
    public static Table Columns(params string[] headings)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string heading in headings)
        {
            bool number = heading.StartsWith('#');
            TableColumn column = new(new Literal(number ? heading[1..] : heading, new Style(decoration: Decoration.Bold)));
            table.AddColumn(number ? column.RightAligned().NoWrap() : column);
        }

        return table;
    }

    public static void Row(this Table table, params string[] cells) => table.AddRow(cells.Select(cell => Cell(cell)));

    /// <summary>Text without markup, with visible control characters.</summary>
    public static Literal Cell(string text, Style? style = null) => new(VisibleText.Of(text), style);
}
