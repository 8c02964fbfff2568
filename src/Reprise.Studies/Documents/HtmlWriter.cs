using System.Text;
using Reprise.Studies.Charts;

namespace Reprise.Studies.Documents;

/// <summary>
/// A document as one self-contained page: style and figures are inline, there is no script, and the browser fetches nothing.
/// </summary>
internal sealed class HtmlWriter
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    private readonly StringBuilder _html = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    private HtmlWriter()
    {
    }

    public static string Write(Document document) => new HtmlWriter().Page(document);

    private string Page(Document document)
    {
        foreach (Figure figure in document.Blocks.OfType<Figure>()) // before headings: a figure's ids are fixed
        {
            if (!_ids.Add(figure.Name))
                throw new ArgumentException($"two figures are named {figure.Name}", nameof(document));
            _ids.UnionWith([$"{figure.Name}-title", $"{figure.Name}-desc", $"{figure.Name}-plot"]);
        }

        (Heading Heading, string Id)[] headings = [.. document.Blocks.OfType<Heading>()
            .Select(heading => (heading, UniqueId(heading.Text.ToString())))];
        string title = Markup.Escape(document.Title);
        _html.Append($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title}</title>
            <style>
            {HtmlStyle.Sheet}
            </style>
            </head>
            <body>
            <main>
            <header>
            <h1>{title}</h1>

            """);
        if (document.Summary is { } summary)
            Line($"<p class=\"summary\">{Written(summary)}</p>");
        Line("</header>");
        Contents([.. headings.Where(heading => heading.Heading.Level <= 3)]);
        int next = 0;
        foreach (Block block in document.Blocks)
        {
            if (block is Heading heading)
                Line($"<h{Level(heading)} id=\"{headings[next++].Id}\">{Written(heading.Text)}</h{Level(heading)}>");
            else
                Body(block);
        }

        Line("</main>");
        Line("</body>");
        Line("</html>");
        return _html.ToString();
    }

    private void Body(Block block)
    {
        switch (block)
        {
            case Paragraph paragraph:
                Line($"<p>{Written(paragraph.Text)}</p>");
                break;
            case Definitions definitions:
                Line("<dl>");
                foreach ((Inline term, Inline meaning) in definitions.Items)
                    Line($"<dt>{Written(term)}</dt><dd>{Written(meaning)}</dd>");
                Line("</dl>");
                break;
            case Table table:
                TableBlock(table);
                break;
            case Figure figure:
                Line("<figure class=\"picture\">\n<div class=\"scroll\" tabindex=\"0\" role=\"group\" "
                    + $"aria-label=\"{Markup.Escape(figure.Caption.ToString())}\">\n{figure.Svg.TrimEnd()}\n</div>");
                Line(figure.Caption.IsEmpty ? "</figure>" : $"<figcaption>{Written(figure.Caption)}</figcaption>\n</figure>");
                break;
            case Verdicts verdicts:
                VerdictTable(verdicts);
                break;
            default:
                throw new NotSupportedException($"no page form of {block.GetType().Name}");
        }
    }

    private void TableBlock(Table table)
    {
        Line("<figure class=\"table\">");
        Line("<div class=\"scroll\" tabindex=\"0\" role=\"group\""
            + (table.Caption is { } name ? $" aria-label=\"{Markup.Escape(name.ToString())}\">" : " aria-label=\"Table\">"));
        Line("<table>");
        if (table.Caption is { } caption)
            Line($"<caption>{Written(caption)}</caption>");
        Line("<thead><tr>" + string.Concat(table.Columns.Select(column =>
            $"<th scope=\"col\"{Class(column)}>{Written(column.Header)}</th>")) + "</tr></thead>");
        Line("<tbody>");
        foreach (IReadOnlyList<Inline> row in table.Rows)
        {
            _html.Append("<tr>");
            for (int i = 0; i < row.Count; i++)
            {
                string element = i == 0 && table.RowHeadings ? "th" : "td";
                _html.Append(
                    $"<{element}{(element == "th" ? " scope=\"row\"" : "")}{Class(table.Columns[i])}>{Written(row[i])}</{element}>");
            }

            Line("</tr>");
        }

        Line("</tbody>");
        Line("</table>");
        Line("</div>");
        if (table.Notes.Count > 0)
            Line($"<div class=\"notes\">{string.Concat(table.Notes.Select(note => $"<p>{Written(note)}</p>"))}</div>");
        Line("</figure>");
    }

    private void VerdictTable(Verdicts verdicts)
    {
        Line("<figure class=\"table\">");
        Line("<table class=\"verdicts\">");
        Line("<thead><tr><th scope=\"col\">Claim</th><th scope=\"col\">Verdict</th><th scope=\"col\">By which number</th></tr></thead>");
        Line("<tbody>");
        foreach (Verdict verdict in verdicts.Items)
            Line($"<tr><td>{Written(verdict.Claim)}</td><td class=\"{verdict.Word.Replace(' ', '-')}\"><span "
                + $"aria-hidden=\"true\">{verdict.Sign}</span> {verdict.Word}</td><td>{Written(verdict.Evidence)}</td></tr>");
        Line("</tbody>");
        Line("</table>");
        Line("</figure>");
    }

    private void Contents((Heading Heading, string Id)[] headings)
    {
        if (headings.Length < 2)
            return;
        Line("<nav aria-labelledby=\"contents\">");
        Line("<h2 id=\"contents\">Contents</h2>");
        Line("<ol>");
        bool inside = false;
        for (int i = 0; i < headings.Length; i++)
        {
            (Heading heading, string id) = headings[i];
            bool opens = !inside && i + 1 < headings.Length && heading.Level <= 2 && headings[i + 1].Heading.Level > 2;
            Line($"<li><a href=\"#{id}\">{Written(heading.Text)}</a>{(opens ? "\n<ol>" : "</li>")}");
            inside |= opens;
            if (inside && (i + 1 == headings.Length || headings[i + 1].Heading.Level <= 2))
            {
                Line("</ol></li>");
                inside = false;
            }
        }

        Line("</ol>");
        Line("</nav>");
    }

    private string UniqueId(string text)
    {
        string slug = Markup.Slug(text);
        string id = slug;
        for (int copy = 2; id == "contents" || !_ids.Add(id); copy++)
            id = FormattableString.Invariant($"{slug}-{copy}");
        return id;
    }

    private void Line(string html) => _html.Append(html).Append('\n');

    private static int Level(Heading heading) => Math.Clamp(heading.Level, 2, 4);

    private static string Class(Column column) => column.Alignment switch
    {
        Alignment.Right => " class=\"r\"",
        Alignment.Centre => " class=\"c\"",
        _ => "",
    };

    private static string Written(Inline text) => string.Concat(text.Spans.Select(span => span.Style switch
    {
        TextStyle.Emphasis => $"<em>{Markup.Escape(span.Text)}</em>",
        TextStyle.Strong => $"<strong>{Markup.Escape(span.Text)}</strong>",
        TextStyle.Code => $"<code>{Markup.Escape(span.Text)}</code>",
        _ => Markup.Escape(span.Text),
    }));
}
