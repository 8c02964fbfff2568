using Reprise.Formats;
using Reprise.Text;

namespace Reprise.Benchmarks;

/// <summary>
/// A corpus file of any size with sentences like those of <see cref="SyntheticSentences"/>, in a temporary folder that is
/// deleted with it. After the first hundred thousand the sentences repeat, which changes neither sampling nor memory.
/// </summary>
internal sealed class GeneratedCorpus : IDisposable
{
    private const int Block = 100_000;

    private readonly DirectoryInfo _folder;
    private readonly SentenceFile _sentences;

    private GeneratedCorpus(DirectoryInfo folder, SentenceFile sentences)
    {
        _folder = folder;
        _sentences = sentences;
    }

    public ISentences Sentences => _sentences;

    /// <exception cref="InputException">There is no room for it.</exception>
    public static GeneratedCorpus Make(long count, int vocabularySize, ulong seed, CancellationToken cancellation)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("reprise-bench-");
        try
        {
            string path = Path.Combine(folder.FullName, "sentences.safetensors");
            Write(path, count, vocabularySize, seed, cancellation);
            return new GeneratedCorpus(folder, SentenceFile.Open(path, sums: null, count, vocabularySize));
        }
        catch (Exception e)
        {
            folder.Delete(recursive: true);
            if (e is IOException)
                throw new InputException($"{folder.FullName}: no corpus of {count} sentences could be made there: {e.Message}; make "
                    + "room, or set TMPDIR to a folder that has it", e);
            throw;
        }
    }

    public void Dispose()
    {
        _sentences.Dispose();
        _folder.Delete(recursive: true);
    }

    private static void Write(string path, long count, int vocabularySize, ulong seed, CancellationToken cancellation)
    {
        SentenceList block = SyntheticSentences.Make((int)Math.Min(Block, count), vocabularySize, seed);
        long[] ends = new long[block.Count]; // of the sentences of a block, in words
        List<uint> words = [];
        Span<int> sentence = stackalloc int[SyntheticSentences.Longest];
        for (int i = 0; i < ends.Length; i++)
        {
            int length = block.Read(i, sentence);
            foreach (int word in sentence[..length])
                words.Add((uint)word);
            ends[i] = words.Count;
        }

        (long blocks, long rest) = Math.DivRem(count, ends.Length);
        int restWords = rest == 0 ? 0 : (int)ends[rest - 1];
        long total = (blocks * words.Count) + restWords;
        TensorType type = SentenceFile.TokenType(vocabularySize);
        using FileStream stream = File.Create(path);
        SafeTensorsWriter writer = new(stream,
            [new TensorInfo(SentenceFile.Tokens, type, total), new TensorInfo(SentenceFile.Offsets, TensorType.I64, count + 1)]);
        writer.Write<long>(SentenceFile.Offsets, [0]);
        long[] offsets = new long[ends.Length];
        for (long start = 0; start < count; start += ends.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            long before = start / ends.Length * words.Count;
            for (int i = 0; i < offsets.Length; i++)
                offsets[i] = before + ends[i];
            writer.Write<long>(SentenceFile.Offsets, offsets.AsSpan(0, (int)Math.Min(ends.Length, count - start)));
        }

        uint[] wide = [.. words];
        ushort[] narrow = type == TensorType.U16 ? [.. words.Select(word => (ushort)word)] : [];
        for (long start = 0; start < count; start += ends.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            int length = count - start < ends.Length ? restWords : words.Count;
            if (type == TensorType.U16)
                writer.Write<ushort>(SentenceFile.Tokens, narrow.AsSpan(0, length));
            else
                writer.Write<uint>(SentenceFile.Tokens, wide.AsSpan(0, length));
        }

        writer.Finish();
    }
}
