using System.Text;
using Reprise.Formats;

namespace Reprise.Studies.Charts;

/// <summary>Escapes text from outside for SVG, HTML and XML.</summary>
internal static class Markup
{
    /// <summary>
    /// Escapes text for element content and for attributes in double quotes. Characters that XML cannot hold, or that reverse a line,
    /// become U+FFFD.
    /// </summary>
    public static string Escape(string text)
    {
        StringBuilder escaped = new(text.Length + 16);
        foreach (Rune rune in text.EnumerateRunes()) // a lone surrogate comes as U+FFFD
        {
            switch (rune.Value)
            {
                case '&': escaped.Append("&amp;"); break;
                case '<': escaped.Append("&lt;"); break;
                case '>': escaped.Append("&gt;"); break;
                case '"': escaped.Append("&quot;"); break;
                case '\'': escaped.Append("&#39;"); break;
                default: escaped.Append(VisibleText.Of(rune).ToString()); break;
            }
        }

        return escaped.ToString();
    }

    /// <summary>A name for ids and files: small letters, digits and single hyphens; "section" where nothing is left.</summary>
    public static string Slug(string text)
    {
        StringBuilder slug = new(text.Length);
        foreach (char c in text)
        {
            if (char.IsAsciiLetterOrDigit(c))
                slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-')
                slug.Append('-');
        }

        string name = slug.ToString().TrimEnd('-');
        return name.Length == 0 ? "section" : name;
    }
}
