using System.Collections.Frozen;

namespace Reprise.Text;

/// <summary>English words that are written with a point. Words are given without it, in either case.</summary>
internal static class Abbreviations
{
    private const int Longest = 6;

    // After these a sentence goes on even when a capital follows: titles, and what introduces something.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_open = Lookup(
        "mr", "mrs", "ms", "dr", "st", "messrs", "mme", "mlle", "prof", "rev", "revd", "hon", "col", "capt", "gen", "lieut",
        "lt", "sgt", "sergt", "cpl", "maj", "gov", "sen", "rep", "supt", "insp", "mt", "vs", "cf", "viz", "vol", "fig", "ph.d");

    // These may end a sentence.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_closed = Lookup(
        "etc", "jr", "sr", "esq", "co", "inc", "ltd", "corp", "dept", "ave", "approx");

    /// <summary>Whether the point belongs to the word, as in "mr.", "etc.", "p.m.", "j.", and is no full stop.</summary>
    public static bool KeepsPoint(ReadOnlySpan<char> word) => word.Length <= Longest
        ? IsInitials(word) || s_open.Contains(word) || s_closed.Contains(word)
        : IsInitials(word);

    /// <summary>Whether no sentence ends with this word and its point.</summary>
    public static bool NeverEndsSentence(ReadOnlySpan<char> word) =>
        (word.Length <= Longest && s_open.Contains(word))
        || (IsInitials(word) && !word.Equals("p.m", StringComparison.OrdinalIgnoreCase) && !word.Equals("a.m", StringComparison.OrdinalIgnoreCase));

    /// <summary>Single letters with points between, as "u.s", "j"; but "i" alone is a word.</summary>
    private static bool IsInitials(ReadOnlySpan<char> word)
    {
        if (word.Length % 2 == 0 || (word.Length == 1 && (word[0] | 0x20) == 'i'))
            return false;
        for (int i = 0; i < word.Length; i++)
        {
            if (i % 2 == 0 ? !char.IsAsciiLetter(word[i]) : word[i] != '.')
                return false;
        }

        return true;
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(params string[] words) =>
        words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
