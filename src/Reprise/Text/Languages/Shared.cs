namespace Reprise.Text.Languages;

/// <summary>Rules that many languages share, for languages without rules of their own.</summary>
internal static class Shared
{
    public static LanguageRules Rules { get; } = new(
        beginnings: "",
        never: "dr prof mr mrs ing st ca cf vs डॉ प्रो पं श्री",
        notBeforeNumber: "nr no~ p pp fig vol tel",
        afterNumber: "م ه هـ",
        free: "etc");
}
