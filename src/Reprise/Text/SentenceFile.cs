using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>The sentences of one part of a corpus: <c>tokens</c> [words] U16 or U32, <c>offsets</c> [sentences + 1] I64.</summary>
internal sealed class SentenceFile : ISentences, IDisposable
{
    public const string Tokens = "tokens";
    public const string Offsets = "offsets";

    private readonly SafeTensors _file;
    private readonly TensorInfo _tokens;
    private readonly TensorInfo _offsets;
    private readonly FileChunks _chunks;
    private readonly int _vocabularySize;

    private SentenceFile(SafeTensors file, IReadOnlyList<string>? sums, int vocabularySize)
    {
        _file = file;
        _chunks = new FileChunks(file.Bytes, sums, Corpus.ToMend);
        _tokens = file[Tokens];
        _offsets = file[Offsets];
        _vocabularySize = vocabularySize;
        Count = _offsets.Count - 1;
    }

    public long Count { get; }

    /// <summary>The bytes of the whole file.</summary>
    public InputBytes Bytes => _file.Bytes;

    /// <summary>The narrowest type that holds every id.</summary>
    public static TensorType TokenType(int vocabularySize) => vocabularySize > 65536 ? TensorType.U32 : TensorType.U16;

    /// <param name="sums">SHA-256 of each of the file's chunks (<see cref="FileChunks"/>); null where it is not known.</param>
    public static SentenceFile Open(string path, IReadOnlyList<string>? sums, long sentences, int vocabularySize)
    {
        SafeTensors file = SafeTensors.Open(path);
        try
        {
            file.Expect(Offsets, TensorType.I64, sentences + 1);
            TensorInfo tokens = file.Expect(Tokens, TokenType(vocabularySize), file[Tokens].Shape);
            SentenceFile opened = new(file, sums, vocabularySize);
            if (opened.Offset(0) != 0 || opened.Offset(sentences) != tokens.Count)
            {
                string found = $"{path}: offsets run from {opened.Offset(0)} to {opened.Offset(sentences)}";
                throw new InputException($"{found}, expected from 0 to {tokens.Count}; prepare the corpus again");
            }

            return opened;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public int Length(long index)
    {
        (long start, long end) = Place(index);
        return (int)(end - start);
    }

    public int Read(long index, Span<int> words)
    {
        (long start, long end) = Place(index);
        int length = (int)(end - start), size = _tokens.Type.Size();
        words = words[..length];
        Span<byte> read = MemoryMarshal.AsBytes(words)[^(length * size)..]; // narrow ids, at the end of the wide ones
        _chunks.Read(_tokens.Offset + (start * size), read);
        int largest = 0;
        for (int i = 0; i < words.Length; i++)
        {
            words[i] = size == sizeof(ushort)
                ? BinaryPrimitives.ReadUInt16LittleEndian(read[(2 * i)..])
                : (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(read[(4 * i)..]), int.MaxValue);
            largest = Math.Max(largest, words[i]);
        }

        if (largest >= _vocabularySize)
        {
            string found = $"{_file.FilePath}: sentence {index} holds the id {largest}";
            throw new InputException($"{found}; the vocabulary has {_vocabularySize}; prepare the corpus again");
        }

        if (words.IndexOfAny(Vocabulary.BeginOfSentence, Vocabulary.EndOfSentence) is int place and >= 0)
        {
            string found = $"{_file.FilePath}: sentence {index} holds the id {words[place]}";
            throw new InputException($"{found}, which stands at the ends of sentences alone and in no corpus; prepare the corpus again");
        }

        return length;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>The range of a sentence's words in the tokens.</summary>
    private (long Start, long End) Place(long index)
    {
        if (index < 0 || index >= Count)
            throw new ArgumentOutOfRangeException(nameof(index), $"sentence {index} of {Count}");
        Span<byte> bounds = stackalloc byte[2 * sizeof(long)];
        _chunks.Read(_offsets.Offset + (index * sizeof(long)), bounds);
        long start = BinaryPrimitives.ReadInt64LittleEndian(bounds), end = BinaryPrimitives.ReadInt64LittleEndian(bounds[sizeof(long)..]);
        if (start < 0 || end <= start || end > _tokens.Count || end - start > int.MaxValue)
        {
            string found = $"sentence {index} has the offsets {start} and {end} of {_tokens.Count} words";
            throw new InputException($"{_file.FilePath}: {found}; prepare the corpus again");
        }

        return (start, end);
    }

    private long Offset(long index)
    {
        Span<byte> offset = stackalloc byte[sizeof(long)];
        _chunks.Read(_offsets.Offset + (index * sizeof(long)), offset);
        return BinaryPrimitives.ReadInt64LittleEndian(offset);
    }
}
