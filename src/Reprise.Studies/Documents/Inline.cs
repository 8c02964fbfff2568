
namespace Reprise.Studies.Documents;

/// <summary>The style of a piece of text.</summary>
internal enum TextStyle
{
    Plain,
    Emphasis,
    Strong,

    /// <summary>Names of files, commands and fields.</summary>
    Code,
}

/// <summary>A piece of text in one style.</summary>
internal readonly record struct TextSpan(string Text, TextStyle Style);

/// <summary>
/// A line of text in pieces. Strings are plain text and never markup, so that no word of a model can become a tag.
/// </summary>
internal sealed record Inline(IReadOnlyList<TextSpan> Spans)
{
    /// <summary>No text, as in an empty cell.</summary>
    public static Inline Empty { get; } = new([]);

    public bool IsEmpty => Spans.All(span => span.Text.Length == 0);

    public static implicit operator Inline(string plain) => new([new(plain, TextStyle.Plain)]);

    public static Inline operator +(Inline left, Inline right) => new([.. left.Spans, .. right.Spans]);

    public static Inline Emphasis(string text) => new([new(text, TextStyle.Emphasis)]);

    public static Inline Strong(string text) => new([new(text, TextStyle.Strong)]);

    public static Inline Code(string text) => new([new(text, TextStyle.Code)]);

    /// <summary>The text without styles.</summary>
    public override string ToString() => string.Concat(Spans.Select(span => span.Text));
}
