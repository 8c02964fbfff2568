using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using System.Text;
using Reprise.Text.Languages;

namespace Reprise.Text;

/// <summary>Finds the words of a sentence.</summary>
/// <remarks>
/// In the manner of the Penn Treebank (Marcus et al. 1993): contractions are cut ("could n't", "you 're", "john 's"), quotes and
/// punctuation are words of their own. Numbers ("1,000.5", "10:30"), hyphenated words, identifiers ("system.io", "my_name"), addresses
/// ("http://a.org/b") and abbreviations ("mr.", "p.m.") stay whole. Quotes become straight; "..." and "--" are words.
/// The words of a piece between white space depend on this piece alone, and a word that was found is found again in itself:
/// <see cref="Detokenizer"/> relies on both. The methods on the path of every word are fully optimised from the first call: a corpus
/// is made in seconds, most of which tiered compilation would spend in instrumented code.
/// </remarks>
public static class Tokenizer
{
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_suffixes =
        Lookup("s", "m", "d", "re", "ve", "ll");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_elisions =
        Lookup("tis", "twas", "twere", "twill", "twould", "em", "im", "un", "ere", "cause", "bout", "round", "til", "gainst", "neath");

    /// <summary>
    /// The words of one sentence; where the vocabulary has pieces, the stretches of text within which they lie (<see cref="SentenceCodec"/>
    /// makes pieces of them).
    /// </summary>
    public static List<string> Tokenize(ReadOnlySpan<char> sentence, TextOptions options)
    {
        TokenBuffer tokens = new();
        Tokenize(sentence, options, tokens);
        return tokens.ToList();
    }

    /// <summary>
    /// Replaces the contents of <paramref name="tokens"/> by the words of one sentence. Allocates nothing in the steady state.
    /// </summary>
    internal static void Tokenize(ReadOnlySpan<char> sentence, TextOptions options, TokenBuffer tokens) =>
        Tokenize(sentence, options, tokens, int.MaxValue);

    /// <param name="enough">The method may stop after more words than this.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Tokenize(ReadOnlySpan<char> sentence, TextOptions options, TokenBuffer tokens, int enough)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(tokens);
        if (options.HasPieces)
        {
            FindStretches(sentence, options, tokens, enough);
            return;
        }

        tokens.Rules = LanguageRules.Of(options.Language);
        bool penn = options.Tokenizer == TokenizerKind.Penn;
        bool ascii = Ascii.IsValid(sentence), simple = true;
        Span<char> text = tokens.Clear(sentence.Length * (ascii ? 1 : Normalization.MostGrowth));
        if (ascii && options.LowerCase)
            Ascii.ToLower(sentence, text, out _);
        else
            text = text[..Normalization.Apply(sentence, text, plain: penn, options.LowerCase, tokens.Unicode, out simple)];

        tokens.SetMap(text.Length, ascii, simple);
        if (penn)
            FindWords(text, tokens, enough);
        else
            FindPieces(text, tokens, enough);
    }

    private static void FindStretches(ReadOnlySpan<char> sentence, TextOptions options, TokenBuffer tokens, int enough)
    {
        Span<char> text = tokens.Clear(sentence.Length);
        if (options.LowerCase)
            sentence.ToLowerInvariant(text);
        else
            sentence.CopyTo(text);
        tokens.Pad(text.Length, Ascii.IsValid(sentence));
        if (options.Tokenizer == TokenizerKind.Characters)
            PieceSplitter.SplitCharacters(text, tokens, enough);
        else
            PieceSplitter.Split(text, tokens, enough);
    }

    private static void FindPieces(ReadOnlySpan<char> text, TokenBuffer tokens, int enough)
    {
        for (int i = 0; i < text.Length && tokens.Count <= enough;)
        {
            int start = i;
            while (i < text.Length && !Characters.IsSpace(text[i]))
                i++;
            if (i > start)
                tokens.Add(start, i - start);
            i++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindWords(ReadOnlySpan<char> text, TokenBuffer tokens, int enough)
    {
        CharacterMap map = tokens.Map;
        for (int i = map.EndOfSpace(0); i < text.Length && tokens.Count <= enough; i = map.EndOfSpace(i))
        {
            int end = map.EndOfWord(i);
            if (end == i)
                i = TakePunctuation(text, i, tokens);
            else if (!map.IsSpace(end))
                i = TakeWord(text, i, i, tokens);
            else
            {
                tokens.Add(i, end - i); // the simple and most frequent case
                i = end;
            }
        }
    }

    /// <summary>Adds the word whose characters begin at <paramref name="letters"/>; a sign before it may belong to it.</summary>
    /// <returns>Index at which to continue.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int TakeWord(ReadOnlySpan<char> text, int start, int letters, TokenBuffer tokens)
    {
        int end = EndOfWord(text, letters, tokens.Map, out bool apostrophe);
        if (apostrophe)
        {
            TakeWithContractions(text, start, end, tokens);
            return end;
        }

        char next = end < text.Length ? text[end] : ' ';
        char afterNext = end + 1 < text.Length ? text[end + 1] : ' ';
        if (next == '.' && afterNext != '.' && start == letters && tokens.Rules.KeepsPoint(text[start..end]))
            end++;
        else if (next == '#' && end == letters + 1 && char.IsAsciiLetter(text[letters]) && !Invisible.IsKeyCap(text[(end + 1)..])) // C#
            end++;
        else if (next == '+' && afterNext == '+' && end == letters + 1 && char.IsAsciiLetter(text[letters])) // C++
            end += 2;
        tokens.Add(start, end - start);
        return end;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int EndOfWord(ReadOnlySpan<char> text, int start, CharacterMap map, out bool apostrophe)
    {
        apostrophe = false;
        int end = start + 1;
        while ((end = map.EndOfWord(end)) < text.Length)
        {
            char c = text[end];
            if (map.IsWord(end + 1) && Connects(text[end - 1], c, text[end + 1]))
            {
                apostrophe |= c == '\'';
                end += 2;
            }
            else if (c == ':' && text[end..].StartsWith("://") && map.IsWord(end + 3))
            {
                return EndOfAddress(text, end + 4, map);
            }
            else
            {
                break;
            }
        }

        return end;
    }

    /// <summary>The end of a web address: before white space, a quote or a bracket, and not after a punctuation mark.</summary>
    private static int EndOfAddress(ReadOnlySpan<char> text, int from, CharacterMap map)
    {
        int end = from;
        while (end < text.Length && !Characters.IsSpace(text[end]) && text[end] is not ('"' or '<' or '>' or '(' or ')' or '\''))
            end++;
        while (end > from && !map.IsWord(end - 1) && text[end - 1] != '/')
            end--;
        return end;
    }

    /// <summary>True for a sign that keeps the characters around it in one word.</summary>
    private static bool Connects(char before, char sign, char after) => sign switch
    {
        '\'' or '-' or '.' or '@' or '&' => true,
        '\u00B7' or '\u05F3' or '\u05F4' => true, // in Catalan and in Hebrew
        ',' or ':' or '/' => char.IsAsciiDigit(before) && char.IsAsciiDigit(after),
        _ => false,
    };

    /// <summary>Cuts contractions off the end of a word: "should" "n't" "'ve".</summary>
    private static void TakeWithContractions(ReadOnlySpan<char> text, int start, int end, TokenBuffer tokens)
    {
        int first = tokens.Count;
        while (true)
        {
            int length = end - start;
            int apostrophe = start + text[start..end].LastIndexOf('\'');
            int cut = -1;
            if (apostrophe > start && s_suffixes.Contains(text[(apostrophe + 1)..end]))
                cut = apostrophe;
            else if (apostrophe - 2 >= start && IsLetter(text, apostrophe - 1, 'n') && IsLetter(text, apostrophe + 1, 't')
                && apostrophe + 2 == end && char.IsLetter(text[apostrophe - 2]))
                cut = apostrophe - 1;

            if (cut < 0)
            {
                tokens.Add(start, length);
                tokens.Reverse(first);
                return;
            }

            tokens.Add(cut, end - cut);
            end = cut;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int TakePunctuation(ReadOnlySpan<char> text, int i, TokenBuffer tokens)
    {
        char c = text[i];
        char next = i + 1 < text.Length ? text[i + 1] : ' ';
        if (c is '.' or '-' && next == c)
        {
            int end = i + 2;
            while (end < text.Length && text[end] == c)
                end++;
            tokens.Add(i, Math.Min(end - i, c == '.' ? 3 : 2)); // an ellipsis or a dash of any length
            return end;
        }

        bool belongsToWord = tokens.Map.IsWord(i + 1) && c switch
        {
            '.' or '@' => true,                 // .NET, .5, @anna
            '-' => char.IsAsciiDigit(next),     // -5
            '#' => !char.IsAsciiDigit(next),    // #tag, but # 5
            '\'' => IsShortened(text, i + 1, tokens.Map),
            _ => false,
        };
        if (belongsToWord)
            return TakeWord(text, i, i + 1, tokens);
        int endOfSign = c < '\u0080' && next < '\u0300' ? i + 1 : EndOfSign(text, i, tokens.Map);
        tokens.Add(i, endOfSign - i);
        return endOfSign;
    }

    /// <summary>The end of a sign: after its marks, of a flag after its second letter, of a picture after those joined to it.</summary>
    private static int EndOfSign(ReadOnlySpan<char> text, int i, CharacterMap map)
    {
        int sign = PointAt(text, i, out int end);
        if (IsFlagLetter(sign) && end < text.Length && IsFlagLetter(PointAt(text, end, out int second)))
            end = second;
        while (end < text.Length && !map.IsWord(end) && PointAt(text, end, out int next) is var point && Characters.Follows(point))
        {
            end = next;
            if (point == '\u200D' && end < text.Length)
                _ = PointAt(text, end, out end);
        }

        return end;

        static bool IsFlagLetter(int point) => point is >= 0x1F1E6 and <= 0x1F1FF;
    }

    private static int PointAt(ReadOnlySpan<char> text, int i, out int end)
    {
        bool pair = char.IsHighSurrogate(text[i]);
        end = i + (pair ? 2 : 1);
        return pair ? char.ConvertToUtf32(text[i], text[i + 1]) : text[i];
    }

    /// <summary>True if an apostrophe before this word stands for omitted letters ("'tis") or begins a contraction ("'s").</summary>
    private static bool IsShortened(ReadOnlySpan<char> text, int start, CharacterMap map)
    {
        ReadOnlySpan<char> word = text[start..EndOfWord(text, start, map, out _)];
        int apostrophe = word.IndexOf('\'');
        if (apostrophe > 0 && apostrophe + 2 == word.Length && IsLetter(word, apostrophe - 1, 'n') && IsLetter(word, apostrophe + 1, 't'))
            word = word[..(apostrophe - 1)];
        else if (apostrophe > 0)
            word = word[..apostrophe];
        return s_suffixes.Contains(word) || s_elisions.Contains(word);
    }

    private static bool IsLetter(ReadOnlySpan<char> text, int i, char letter) => (uint)i < (uint)text.Length && (text[i] | 0x20) == letter;

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup(params string[] words) =>
        words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
