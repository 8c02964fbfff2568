using System.Security.Cryptography;
using System.Text;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>
/// The words that a model knows, numbered: 0 <c>&lt;unk&gt;</c>, 1 <c>&lt;bos&gt;</c>, 2 <c>&lt;eos&gt;</c>, then words, the most
/// frequent first. As a file: one word a line, the line's number (from 0) is the id. Immutable, safe for concurrent use.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>The id of every word that the vocabulary lacks.</summary>
    public const int Unknown = 0;

    /// <summary>The id that opens a sentence in the decoder.</summary>
    public const int BeginOfSentence = 1;

    /// <summary>The id that closes a sentence in the decoder.</summary>
    public const int EndOfSentence = 2;

    /// <summary>How many ids stand for no word.</summary>
    public const int SpecialTokens = 3;

    private const long LargestFile = 1L << 28;
    private const int MostLines = 1 << 24;
    private static readonly string[] Special = ["<unk>", "<bos>", "<eos>"];

    private readonly string[] _words;
    private readonly WordTable _table; // without the special tokens: text that spells one is an unknown word

    /// <param name="words">The words from id 3 on, without the special tokens.</param>
    /// <exception cref="InputException">A word is empty, holds a line break or stands twice.</exception>
    public Vocabulary(IEnumerable<string> words)
        : this([.. Special, .. words ?? throw new ArgumentNullException(nameof(words))], "vocabulary")
    {
    }

    private Vocabulary(string[] words, string source)
    {
        _words = words;
        _table = new WordTable(words.Length);
        for (int id = SpecialTokens; id < words.Length; id++)
        {
            string word = words[id] ?? throw new InputException($"{source}: word {id} is null; expected a word");
            if (word.Length == 0)
                throw new InputException($"{source}: line {id + 1} is empty; expected one word a line");
            if (word.AsSpan().ContainsAny('\n', '\r'))
                throw new InputException($"{source}: word {id} holds a line break");
            if (Special.Contains(word) || _table.FindOrAdd(word) != id - SpecialTokens)
                throw new InputException($"{source}: line {id + 1}: \"{word}\" stands twice; first in line {Array.IndexOf(words, word) + 1}");
        }

        Hash = Convert.ToHexStringLower(SHA256.HashData(Contents()));
    }

    /// <summary>Number of ids, the special tokens among them: V of the model.</summary>
    public int Count => _words.Length;

    /// <summary>SHA-256 of the vocabulary's file, in hexadecimal: equal for equal vocabularies.</summary>
    public string Hash { get; }

    /// <summary>The word of an id.</summary>
    public string this[int id] => _words[id];

    /// <summary>All words by id, the special tokens among them.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>Reads <c>vocabulary.txt</c>: UTF-8 without byte order mark.</summary>
    /// <exception cref="InputException">The file is missing or not a vocabulary; the line is named.</exception>
    public static Vocabulary Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using FileStream file = OutsideFile.Open(path, LargestFile, "a vocabulary, one word a line");
            return Parse(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutsideFile.Unreadable(path, e);
        }
    }

    /// <summary>Writes <c>vocabulary.txt</c>, atomically.</summary>
    public void Save(string path) => AtomicFile.Write(path, stream => stream.Write(Contents()));

    /// <summary>The id of a word; <see cref="Unknown"/> if the vocabulary lacks it. Allocates nothing.</summary>
    public int IdOf(ReadOnlySpan<char> word) => Id(_table.Find(word));

    /// <summary>The id of a word, if the vocabulary has it. Text that spells a special token has none.</summary>
    public bool TryGetId(ReadOnlySpan<char> word, out int id)
    {
        id = IdOf(word);
        return id != Unknown;
    }

    internal static bool IsSpecial(string word) => Special.Contains(word);

    private static int Id(int found) => found < 0 ? Unknown : found + SpecialTokens;

    private static Vocabulary Parse(FileStream file, string path)
    {
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        using StreamReader reader = new(file, strict, detectEncodingFromByteOrderMarks: false);
        List<string> words = [];
        try
        {
            while (reader.ReadLine() is { } line)
            {
                if (words.Count < SpecialTokens && line != Special[words.Count])
                    throw new InputException($"{path}: line {words.Count + 1}: expected {Special[words.Count]}, found {Quote(line)}; the first three lines are {string.Join(", ", Special)}");
                if (line.Length == 0)
                    throw new InputException($"{path}: line {words.Count + 1} is empty; expected one word a line");
                if (words.Count == MostLines)
                    throw new InputException($"{path}: more than {MostLines} lines; expected a vocabulary, one word a line");
                words.Add(line);
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path}: after line {words.Count}: not valid UTF-8", e);
        }

        if (words.Count < SpecialTokens)
            throw new InputException($"{path}: {words.Count} lines; expected {string.Join(", ", Special)} and then one word a line");
        return new Vocabulary([.. words], path);
    }

    private static string Quote(string line) => line.StartsWith('\uFEFF')
        ? "a byte order mark (save the file as UTF-8 without one)"
        : $"\"{(line.Length > 40 ? line[..40] + "…" : line)}\"";

    /// <summary>The vocabulary as its file has it.</summary>
    internal byte[] Contents() => Encoding.UTF8.GetBytes(string.Concat(_words.Select(w => w + "\n")));
}
