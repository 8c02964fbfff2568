namespace Reprise.Formats;

/// <summary>Text from outside in a message.</summary>
internal static class Quote
{
    private const int Longest = 40;

    /// <summary>The first 40 characters, all of them visible.</summary>
    public static string Of(string text) => VisibleText.Of(text.Length > Longest ? text[..Longest] + "…" : text);
}
