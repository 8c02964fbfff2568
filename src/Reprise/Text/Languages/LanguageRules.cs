using System.Runtime.CompilerServices;

namespace Reprise.Text.Languages;

/// <summary>The condition under which an abbreviation and its point end a sentence, before anything but a small letter.</summary>
internal enum Ending : byte
{
    /// <summary>Always, like any word.</summary>
    Free,

    /// <summary>Before a word that begins many sentences, as "He" and "The" do: "in the U.S. He left", "the U.S. Army".</summary>
    BeforeBeginning,

    /// <summary>Not before a number: "No. 5", "Jan. 20".</summary>
    NotBeforeNumber,

    /// <summary>After a number; otherwise only before a word that begins many sentences: "6 ft. Tom".</summary>
    AfterNumber,

    /// <summary>A time of day, "5 p.m.": not before a weekday or a time zone, nor in a sentence that has barely begun.</summary>
    Time,

    /// <summary>Never: "Mr. Brown", "e.g. Rome".</summary>
    Never,
}

/// <summary>The abbreviations of a language, and the words that often begin its sentences.</summary>
/// <remarks>
/// Lists are words between white space, without their points. A word with a capital letter counts only when written so. A word that ends
/// in ~ is also a word of its own ("no", "art") and keeps no point; neither do units.
/// </remarks>
internal sealed class LanguageRules
{
    private readonly Dictionary<string, Abbreviation>.AlternateLookup<ReadOnlySpan<char>> _abbreviations;
    private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> _beginnings;
    private readonly ulong[] _lengths = new ulong[1024]; // of the abbreviations with this first and last letter: most words have none

    public LanguageRules(
        string beginnings,
        string never = "",
        string beforeBeginning = "",
        string notBeforeNumber = "",
        string afterNumber = "",
        string free = "",
        string time = "")
    {
        Dictionary<string, Abbreviation> all = new(StringComparer.OrdinalIgnoreCase);
        foreach ((string words, Ending ending) in new[]
        {
            (never, Ending.Never), (beforeBeginning, Ending.BeforeBeginning), (notBeforeNumber, Ending.NotBeforeNumber),
            (afterNumber, Ending.AfterNumber), (free, Ending.Free), (time, Ending.Time),
        })
        {
            foreach (string word in Words(words))
            {
                bool capital = char.IsUpper(word[0]);
                all.Add(word.TrimEnd('~'), new Abbreviation(ending, capital, !capital && word[^1] != '~' && ending != Ending.AfterNumber));
            }
        }

        _abbreviations = all.GetAlternateLookup<ReadOnlySpan<char>>();
        _beginnings = Words(beginnings).ToHashSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (string word in all.Keys.SelectMany(word => new[] { word, word.ToUpperInvariant() }))
            _lengths[EndsOf(word)] |= 1UL << word.Length;
    }

    /// <summary>Single letters that are words, each in the case in which it is one.</summary>
    public string LettersThatAreWords { get; init; } = "";

    /// <summary>The abbreviation that may end a compound word, as in "Hauptstr. 5"; null if there is none.</summary>
    public string? EndOfCompounds { get; init; }

    /// <summary>True where a number with a point is an ordinal, as in "am 3. Mai".</summary>
    public bool Ordinals { get; init; }

    /// <summary>True where an article joins the next word with an apostrophe, as in "l'art. 5".</summary>
    public bool Elides { get; init; }

    /// <summary>True where the tokeniser takes only letters without accents for initials, as it always did for English.</summary>
    public bool AsciiInitials { get; init; }

    /// <summary>The rules of a language; null for text of an unrecorded language, which keeps its old English rules.</summary>
    public static LanguageRules Of(TextLanguage? language) => language switch
    {
        null => English.WithoutLanguage,
        TextLanguage.English => English.Rules,
        TextLanguage.German => German.Rules,
        TextLanguage.Spanish => Spanish.Rules,
        TextLanguage.French => French.Rules,
        TextLanguage.Italian => Italian.Rules,
        TextLanguage.Dutch => Dutch.Rules,
        TextLanguage.Portuguese => Portuguese.Rules,
        TextLanguage.Russian => Russian.Rules,
        _ => Shared.Rules,
    };

    /// <summary>True where the point belongs to the word, as in "mr.", "etc.", "p.m.", "j.", and is no full stop.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool KeepsPoint(ReadOnlySpan<char> word)
    {
        if (TryFind(word, out Abbreviation found) && (found.KeepsPoint || word.Length > 1))
            return found.KeepsPoint;
        return IsInitials(word, AsciiInitials) && !(word.Length == 1 && LettersThatAreWords.Contains(word[0]));
    }

    /// <summary>The condition under which a sentence ends with this word.</summary>
    /// <param name="word">Letters, digits and points within.</param>
    /// <param name="before">The word before it, with its point; empty if there is none.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public Ending EndingOf(ReadOnlySpan<char> word, ReadOnlySpan<char> before)
    {
        bool spaced = word.Length == 1 && before.Length == 2 && before[1] == '.'; // "p. m." as "p.m."
        if (spaced && _abbreviations.TryGetValue([before[0], '.', word[0]], out Abbreviation whole))
            return whole.Ending;
        if (TryFind(word, out Abbreviation found) && (found.Capital == char.IsUpper(word[0]) || (word.Length > 1 && !found.Capital)))
            return found.Ending; // of single letters, capitals are initials unless they are listed
        if (word.Length == 1 && word[0] is >= '\u0590' and < '\u0E00')
            return Ending.Never; // a title or an initial in scripts without capitals: "د. أحمد"
        if (!IsInitials(word, ascii: false))
            return EndOfCompounds is not null && word.EndsWith(EndOfCompounds) ? Ending.BeforeBeginning : Ending.Free;
        if (word.Length > 1 || !LettersThatAreWords.Contains(word[0]))
            return Ending.BeforeBeginning;
        bool inName = char.IsUpper(word[0]) && before.Length > 0 && char.IsUpper(before[0]); // "Albert I. Jones"
        return inName ? Ending.BeforeBeginning : Ending.Free;
    }

    /// <summary>True if a small letter and the letter after it are an abbreviation, as in "a. C."</summary>
    public bool IsPair(char letter, ReadOnlySpan<char> rest) =>
        rest.Length > 1 && rest[1] == '.' && char.IsLower(letter) && _abbreviations.ContainsKey([letter, '.', rest[0]]);

    /// <summary>True if many sentences begin with this word.</summary>
    public bool IsBeginning(ReadOnlySpan<char> word) => _beginnings.Contains(word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryFind(ReadOnlySpan<char> word, out Abbreviation found)
    {
        found = default;
        return word.Length < 64 && ((_lengths[EndsOf(word)] >> word.Length) & 1) != 0 && _abbreviations.TryGetValue(word, out found);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndsOf(ReadOnlySpan<char> word) => ((word[0] & 31) << 5) | (word[^1] & 31);

    /// <summary>Single letters with points between, as "u.s", "j", in scripts with capitals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsInitials(ReadOnlySpan<char> word, bool ascii)
    {
        if (word.Length % 2 == 0)
            return false;
        for (int i = 0; i < word.Length; i++)
        {
            if (i % 2 == 1 ? word[i] != '.' : ascii ? !char.IsAsciiLetter(word[i]) : !char.IsLower(word[i]) && !char.IsUpper(word[i]))
                return false;
        }

        return true;
    }

    private static string[] Words(string list) => list.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private readonly record struct Abbreviation(Ending Ending, bool Capital, bool KeepsPoint);
}
