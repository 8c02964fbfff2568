using System.Security.Cryptography;
using System.Text;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>
/// The words of a model by id: 0 <c>&lt;unk&gt;</c>, 1 <c>&lt;bos&gt;</c>, 2 <c>&lt;eos&gt;</c>, then words, the most frequent first. In
/// its file, each line is a word and the line's number, from 0, its id. Immutable, safe for concurrent use.
/// </summary>
public sealed class Vocabulary
{
    /// <summary>The id of every word that the vocabulary lacks.</summary>
    public const int Unknown = 0;

    /// <summary>The id that opens a sentence in the decoder.</summary>
    public const int BeginOfSentence = 1;

    /// <summary>The id that closes a sentence in the decoder.</summary>
    public const int EndOfSentence = 2;

    /// <summary>Number of special tokens.</summary>
    public const int SpecialTokens = 3;

    private const long LargestFile = 1L << 28;
    private const int MostWords = 16_000_000;
    private const int LongestWord = 1 << 20; // bytes; the longest line of text that a vocabulary can come from
    private static readonly string[] Special = ["<unk>", "<bos>", "<eos>"];

    private readonly WordList _words;

    /// <param name="words">The words from id 3 on, without the special tokens.</param>
    /// <exception cref="InputException">A word is empty, holds a line break or stands twice.</exception>
    public Vocabulary(IEnumerable<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        string[] all = [.. Special, .. words];
        if (Array.IndexOf(all, null) is var place and >= 0)
            throw new InputException($"vocabulary: word {place} is null; expected a word");
        _words = new WordList(all.Length, all.Sum(word => (long)word.Length));
        foreach (string word in all)
            Add(word, "vocabulary");
        Hash = HashOfContents();
    }

    private Vocabulary(Stream file, string path)
    {
        (int lines, long length) = Measure(file, path);
        _words = new WordList(lines, length);
        char[] word = new char[1024];
        UTF8Encoding strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        file.Position = 0;
        try
        {
            foreach (Lines.Line line in Lines.Read(file, path, LongestWord))
            {
                ReadOnlySpan<byte> bytes = line.Text.Span.TrimEnd((byte)'\r');
                if (word.Length < bytes.Length)
                    word = new char[2 * bytes.Length];
                Add(word.AsSpan(0, strict.GetChars(bytes, word)), path);
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InputException($"{path}: after line {Count}: not valid UTF-8", e);
        }

        if (Count < SpecialTokens)
            throw new InputException($"{path}: {Count} lines; expected {string.Join(", ", Special)} and then one word a line");
        Hash = HashOfContents();
    }

    /// <summary>Number of ids, the special tokens among them: V of the model.</summary>
    public int Count => _words.Count;

    /// <summary>SHA-256 of the vocabulary's file, in hexadecimal: equal for equal vocabularies.</summary>
    public string Hash { get; }

    /// <summary>The word of an id; a new string.</summary>
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
            return new Vocabulary(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutsideFile.Unreadable(path, e);
        }
    }

    /// <summary>Writes <c>vocabulary.txt</c>, atomically.</summary>
    public void Save(string path) => AtomicFile.Write(path, Write);

    /// <summary>The id of a word; <see cref="Unknown"/> if the vocabulary lacks it. Allocates nothing.</summary>
    public int IdOf(ReadOnlySpan<char> word) => _words.Find(word) is var id && id >= SpecialTokens ? id : Unknown;

    /// <summary>The id of a word, if the vocabulary has it. Text that spells a special token has none.</summary>
    public bool TryGetId(ReadOnlySpan<char> word, out int id)
    {
        id = IdOf(word);
        return id != Unknown;
    }

    internal static bool IsSpecial(string word) => Special.Contains(word);

    /// <summary>The vocabulary as its file has it.</summary>
    internal void Write(Stream stream)
    {
        UTF8Encoding plain = new(encoderShouldEmitUTF8Identifier: false);
        using StreamWriter writer = new(stream, plain, bufferSize: 1 << 15, leaveOpen: true);
        for (int id = 0; id < Count; id++)
        {
            writer.Write(_words.Word(id));
            writer.Write('\n');
        }
    }

    private string HashOfContents()
    {
        using SHA256 hash = SHA256.Create();
        using (CryptoStream stream = new(Stream.Null, hash, CryptoStreamMode.Write))
            Write(stream);
        return Convert.ToHexStringLower(hash.Hash!);
    }

    private void Add(ReadOnlySpan<char> word, string source)
    {
        int line = Count + 1;
        if (Count < SpecialTokens && !word.SequenceEqual(Special[Count]))
        {
            string wrong = $"{source}: line {line}: expected {Special[Count]}, found {Quote(word)}";
            throw new InputException($"{wrong}; the first three lines are {string.Join(", ", Special)}");
        }

        if (word.Length == 0)
            throw new InputException($"{source}: line {line} is empty; expected one word a line");
        if (word.ContainsAny('\n', '\r'))
            throw new InputException($"{source}: line {line}: the word holds a line break");
        if (_words.FindOrAdd(word) is var found && found < Count - 1)
            throw new InputException($"{source}: line {line}: {Quote(word)} stands twice; first in line {found + 1}");
    }

    /// <summary>Counts lines and bytes of a file up to its first empty line, so that memory is taken once.</summary>
    private static (int Lines, long Bytes) Measure(Stream file, string path)
    {
        byte[] piece = new byte[1 << 16];
        long lines = 0, bytes = 0;
        byte last = (byte)'\n';
        for (int read; (read = file.Read(piece)) > 0; last = piece[read - 1])
        {
            ReadOnlySpan<byte> text = piece.AsSpan(0, read);
            int empty = last == '\n' && text[0] == '\n' ? 0 : text.IndexOf("\n\n"u8);
            if (empty >= 0)
                text = text[..empty];
            lines += text.Count((byte)'\n');
            bytes += text.Length;
            if (empty >= 0)
                break;
        }

        return lines < MostWords + SpecialTokens
            ? ((int)lines + 1, bytes)
            : throw new InputException($"{path}: more than {MostWords} words; a vocabulary has at most that many, one a line");
    }

    private static string Quote(ReadOnlySpan<char> line) => line.StartsWith('\uFEFF')
        ? "a byte order mark (save the file as UTF-8 without one)"
        : $"\"{(line.Length > 40 ? $"{line[..40]}…" : line)}\"";
}
