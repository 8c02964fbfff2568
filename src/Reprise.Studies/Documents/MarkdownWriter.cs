using System.Text;
using Reprise.Formats;

namespace Reprise.Studies.Documents;

/// <summary>
/// A document as GitHub's Markdown. Figures are links to <c>figures/NAME.svg</c>; plain text is escaped.
/// </summary>
internal static class MarkdownWriter
{
    private const string Special = @"\`*_{}[]<>#|~$!";

    public static string Write(Document document)
    {
        List<string> parts = ["# " + Escape(document.Title)];
        if (document.Summary is { } summary)
            parts.Add(Written(summary));
        parts.AddRange(document.Blocks.Select(Body));
        return string.Join("\n\n", parts) + "\n";
    }

    /// <summary>A table alone.</summary>
    public static string Write(Table table) => TableBlock(table);

    private static string Body(Block block) => block switch
    {
        Heading heading => $"{new string('#', Math.Clamp(heading.Level, 2, 4))} {Written(heading.Text)}",
        Paragraph paragraph => Start(Written(paragraph.Text)),
        Definitions definitions =>
            string.Join('\n', definitions.Items.Select(item => $"- {Written(Strong(item.Term))}: {Written(item.Meaning)}")),
        Table table => TableBlock(table),
        Figure figure => $"![{Escape(figure.Alternative)}](figures/{figure.Name}.svg)"
            + (figure.Caption.IsEmpty ? "" : $"\n\n{Start(Written(figure.Caption))}"),
        Verdicts verdicts => TableBlock(new Table(
            [new("Claim"), new("Verdict"), new("By which number")],
            [.. verdicts.Items.Select(v => (IReadOnlyList<Inline>)[v.Claim, $"{v.Sign} {v.Word}", v.Evidence])])),
        _ => throw new NotSupportedException($"no Markdown form of {block.GetType().Name}"),
    };

    private static string TableBlock(Table table)
    {
        StringBuilder text = new();
        if (table.Caption is { } caption)
            text.Append(Written(Strong(caption))).Append("\n\n");
        Row(table.Columns.Select(column => column.Header));
        text.Append('|').AppendJoin('|', table.Columns.Select(column => column.Alignment switch
        {
            Alignment.Right => "---:",
            Alignment.Centre => ":---:",
            _ => "---",
        })).Append("|\n");
        foreach (IReadOnlyList<Inline> row in table.Rows)
            Row(table.RowHeadings ? row.Select((cell, i) => i == 0 ? Strong(cell) : cell) : row);
        foreach (Inline note in table.Notes)
            text.Append('\n').Append(Start(Written(note))).Append('\n');
        return text.ToString().TrimEnd('\n');

        // A bar would end the cell even within code.
        void Row(IEnumerable<Inline> cells) => text.Append("| ")
            .AppendJoin(" | ", cells.Select(cell => Written(cell, inTable: true))).Append(" |\n");
    }

    /// <summary>Makes plain text strong; leaves empty text empty.</summary>
    private static Inline Strong(Inline text) =>
        new([.. text.Spans.Select(span => span.Style == TextStyle.Plain ? span with { Style = TextStyle.Strong } : span)]);

    private static string Written(Inline text, bool inTable = false) => string.Concat(text.Spans.Select(span => span.Style switch
    {
        TextStyle.Emphasis => Marked("*", span.Text),
        TextStyle.Strong => Marked("**", span.Text),
        TextStyle.Code => Code(span.Text, inTable),
        _ => Escape(span.Text),
    }));

    /// <summary>Text between marks; Markdown wants spaces at its ends outside the marks.</summary>
    private static string Marked(string mark, string text)
    {
        string inner = text.Trim();
        if (inner.Length == 0)
            return text;
        int start = text.IndexOf(inner, StringComparison.Ordinal);
        return text[..start] + mark + Escape(inner) + mark + text[(start + inner.Length)..];
    }

    private static string Code(string text, bool inTable)
    {
        text = VisibleText.Of(text);
        if (text.Length == 0)
            return "";
        string fence = new('`', LongestRun(text) + 1);
        string room = text[0] is '`' or ' ' || text[^1] is '`' or ' ' ? " " : "";
        return fence + room + (inTable ? text.Replace("|", "\\|", StringComparison.Ordinal) : text) + room + fence;
    }

    private static int LongestRun(string text)
    {
        (int longest, int run) = (0, 0);
        foreach (char c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    private static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 8);
        foreach (char c in VisibleText.Of(text))
        {
            if (c == '&')
                escaped.Append("&amp;");
            else if (Special.Contains(c, StringComparison.Ordinal))
                escaped.Append('\\').Append(c);
            else
                escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>Escapes the start of a line that would begin a list or a rule: "- so", "+ so", "3. so", "=====".</summary>
    private static string Start(string text)
    {
        text = text.TrimStart();
        if (text.Length == 0)
            return text;
        if (text[0] is '-' or '+' or '=')
            return "\\" + text;
        int digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && digits < text.Length && text[digits] is '.' or ')' ? $"{text[..digits]}\\{text[digits..]}" : text;
    }
}
