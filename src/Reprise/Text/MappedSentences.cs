using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Reprise.Formats;

namespace Reprise.Text;

/// <summary>The sentences of one part of a corpus: <c>tokens</c> [words] U16 or U32, <c>offsets</c> [sentences + 1] I64.</summary>
internal sealed class MappedSentences : ISentences, IDisposable
{
    public const string Tokens = "tokens";
    public const string Offsets = "offsets";

    private readonly SafeTensors _file;
    private readonly TensorInfo _tokens;
    private readonly TensorInfo _offsets;
    private readonly int _vocabularySize;

    private MappedSentences(SafeTensors file, int vocabularySize)
    {
        _file = file;
        _tokens = file[Tokens];
        _offsets = file[Offsets];
        _vocabularySize = vocabularySize;
        Count = _offsets.Count - 1;
    }

    public long Count { get; }

    /// <summary>The narrowest type that holds every id.</summary>
    public static TensorType TokenType(int vocabularySize) => vocabularySize > 65536 ? TensorType.U32 : TensorType.U16;

    public static MappedSentences Open(string path, long sentences, int vocabularySize)
    {
        SafeTensors file = SafeTensors.Open(path);
        try
        {
            file.Expect(Offsets, TensorType.I64, sentences + 1);
            TensorInfo tokens = file.Expect(Tokens, TokenType(vocabularySize), file[Tokens].Shape);
            MappedSentences opened = new(file, vocabularySize);
            if (opened.Offset(0) != 0 || opened.Offset(sentences) != tokens.Count)
                throw new InputException($"{path}: offsets run from {opened.Offset(0)} to {opened.Offset(sentences)}, expected from 0 to {tokens.Count}; prepare the corpus again");
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
        long start = Offset(index), end = Offset(index + 1);
        if (start < 0 || end <= start || end > _tokens.Count || end - start > int.MaxValue)
            throw new InputException($"{_file.FilePath}: sentence {index} has the offsets {start} and {end} of {_tokens.Count} words; prepare the corpus again");
        return (int)(end - start);
    }

    public int Read(long index, Span<int> words)
    {
        int length = Length(index);
        ReadOnlySpan<byte> bytes = _file.Slice(_tokens, Offset(index), length);
        words = words[..length];
        int largest = 0;
        if (_tokens.Type == TensorType.U16)
        {
            for (int i = 0; i < words.Length; i++)
            {
                words[i] = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
                largest = Math.Max(largest, words[i]);
            }
        }
        else
        {
            for (int i = 0; i < words.Length; i++)
            {
                uint word = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]);
                words[i] = (int)Math.Min(word, int.MaxValue);
                largest = Math.Max(largest, words[i]);
            }
        }

        if (largest >= _vocabularySize)
            throw new InputException($"{_file.FilePath}: sentence {index} holds the id {largest}; the vocabulary has {_vocabularySize}; prepare the corpus again");
        if (words.IndexOfAny(Vocabulary.BeginOfSentence, Vocabulary.EndOfSentence) is int place and >= 0)
            throw new InputException($"{_file.FilePath}: sentence {index} holds the id {words[place]}, which stands at the ends of sentences alone and in no corpus; prepare the corpus again");
        return length;
    }

    public void Dispose() => _file.Dispose();

    private long Offset(long index)
    {
        if (index < 0 || index > Count)
            throw new ArgumentOutOfRangeException(nameof(index), $"sentence {index} of {Count}");
        return MemoryMarshal.Read<long>(_file.Slice(_offsets, index, 1));
    }
}
