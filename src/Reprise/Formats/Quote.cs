namespace Reprise.Formats;

/// <summary>Text from outside in a message.</summary>
internal static class Quote
{
    private const int Longest = 40;

    public static string Of(string text) => new([.. (text.Length > Longest ? text[..Longest] + "…" : text).Select(c => char.IsControl(c) ? ' ' : c)]);
}
