using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reprise.Formats;

namespace Reprise.Text.Preparation;

/// <summary>
/// One part of the corpus while its size is not known yet: three plain files beside each other, with the ids, the number of
/// words and the hash of every sentence.
/// </summary>
internal sealed class PartSpool : IDisposable
{
    private const int PieceWords = 1 << 16;

    private readonly bool _wide; // ids of 4 bytes instead of 2
    private readonly FileStream _ids;
    private readonly FileStream _lengths;
    private readonly FileStream _hashes;

    public PartSpool(Part part, int vocabularySize, string scratch)
    {
        Part = part;
        _wide = MappedSentences.TokenType(vocabularySize) == TensorType.U32;
        _ids = Create("ids");
        _lengths = Create("lengths");
        _hashes = Create("hashes");

        FileStream Create(string what) => new(Path.Combine(scratch, $"{part}-{what}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    public Part Part { get; }

    /// <summary>Sentences of this part, copies among them.</summary>
    public long Count => _lengths.Length / 2;

    public Pending NewPending() => new(_wide);

    /// <summary>Appends what a worker gathered and empties it.</summary>
    public void Append(Pending pending)
    {
        _ids.Write(CollectionsMarshal.AsSpan(pending.Ids));
        _lengths.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(pending.Lengths)));
        _hashes.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(pending.Hashes)));
        pending.Clear();
    }

    /// <summary>Finds sentences that stand here more than once.</summary>
    public Duplicates FindDuplicates() => Duplicates.Find(_hashes, Count);

    /// <summary>Writes the part's safetensors file, without the copies if there are any to be left out.</summary>
    /// <returns>Words written, and how many of them are unknown.</returns>
    public (long Words, long Unknown) Write(Stream output, Duplicates? leftOut)
    {
        long sentences = Count - (leftOut?.Count ?? 0), words = 0, unknown = 0;
        ForEachSentence(leftOut, (length, kept) => words += kept ? length : 0);
        SafeTensorsWriter writer = new(output,
        [
            new TensorInfo(MappedSentences.Tokens, _wide ? TensorType.U32 : TensorType.U16, words),
            new TensorInfo(MappedSentences.Offsets, TensorType.I64, sentences + 1),
        ]);

        List<long> offsets = [0];
        long offset = 0;
        ForEachSentence(leftOut, (length, kept) =>
        {
            if (!kept)
                return;
            offsets.Add(offset += length);
            if (offsets.Count >= PieceWords)
                Flush(writer, offsets);
        });
        Flush(writer, offsets);

        int size = _wide ? 4 : 2;
        byte[] piece = new byte[PieceWords * size];
        int pieceLength = 0;
        _ids.Position = 0;
        ForEachSentence(leftOut, (length, kept) =>
        {
            if (piece.Length - pieceLength < length * size)
                FlushIds();
            Span<byte> ids = piece.AsSpan(pieceLength, length * size);
            _ids.ReadExactly(ids);
            if (kept)
                pieceLength += ids.Length;
        });
        FlushIds();
        writer.Finish();
        return (words, unknown);

        void FlushIds()
        {
            if (_wide)
            {
                ReadOnlySpan<uint> ids = MemoryMarshal.Cast<byte, uint>(piece.AsSpan(0, pieceLength));
                unknown += ids.Count((uint)Vocabulary.Unknown);
                writer.Write(MappedSentences.Tokens, ids);
            }
            else
            {
                ReadOnlySpan<ushort> ids = MemoryMarshal.Cast<byte, ushort>(piece.AsSpan(0, pieceLength));
                unknown += ids.Count((ushort)Vocabulary.Unknown);
                writer.Write(MappedSentences.Tokens, ids);
            }

            pieceLength = 0;
        }
    }

    public void Dispose()
    {
        _ids.Dispose();
        _lengths.Dispose();
        _hashes.Dispose();
    }

    private static void Flush(SafeTensorsWriter writer, List<long> offsets)
    {
        writer.Write<long>(MappedSentences.Offsets, CollectionsMarshal.AsSpan(offsets));
        offsets.Clear();
    }

    private void ForEachSentence(Duplicates? leftOut, Action<int, bool> visit)
    {
        _lengths.Position = 0;
        ushort[] lengths = new ushort[PieceWords];
        long index = 0;
        while (true)
        {
            int bytes = _lengths.ReadAtLeast(MemoryMarshal.AsBytes(lengths.AsSpan()), 2 * lengths.Length, throwOnEndOfStream: false);
            foreach (ushort length in lengths.AsSpan(0, bytes / 2))
                visit(length, !(leftOut?.Contains(index++) ?? false));
            if (bytes < 2 * lengths.Length)
                return;
        }
    }

    /// <summary>Sentences of one chunk that go to this part.</summary>
    public sealed class Pending(bool wide)
    {
        public List<byte> Ids { get; } = [];

        public List<ushort> Lengths { get; } = [];

        public List<ulong> Hashes { get; } = [];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ReadOnlySpan<KnownWords.Word> words, ulong hash)
        {
            int start = Ids.Count;
            CollectionsMarshal.SetCount(Ids, start + ((wide ? 4 : 2) * words.Length));
            Span<byte> bytes = CollectionsMarshal.AsSpan(Ids)[start..];
            if (wide)
            {
                for (int i = 0; i < words.Length; i++)
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], words[i].Id);
            }
            else
            {
                for (int i = 0; i < words.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], (ushort)words[i].Id);
            }

            Lengths.Add((ushort)words.Length);
            Hashes.Add(hash);
        }

        public void Clear()
        {
            Ids.Clear();
            Lengths.Clear();
            Hashes.Clear();
        }
    }
}
