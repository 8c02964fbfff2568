using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Reprise.Formats;

namespace Reprise.Text.Preparation;

/// <summary>
/// One part of the corpus in three scratch files, a column each: the ids, the number of words and the hash of every sentence. The
/// safetensors file needs the totals at its beginning, so it is written last.
/// </summary>
internal sealed class PartColumns : IDisposable
{
    private const int Piece = 1 << 16; // words or sentences at a time

    private readonly bool _wide; // ids of 4 bytes instead of 2
    private readonly FileStream _ids;
    private readonly FileStream _lengths;
    private readonly FileStream _hashes;

    public PartColumns(Part part, bool isGiven, int vocabularySize, string scratch)
    {
        (Part, IsGiven) = (part, isGiven);
        _wide = SentenceFile.TokenType(vocabularySize) == TensorType.U32;
        _ids = Create("ids");
        _lengths = Create("lengths");
        _hashes = Create("hashes");

        FileStream Create(string column) =>
            new(Path.Combine(scratch, $"{part}-{column}"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16);
    }

    public Part Part { get; }

    /// <summary>True if files were given as this part.</summary>
    public bool IsGiven { get; }

    /// <summary>Sentences of this part, copies among them.</summary>
    public long Count => _lengths.Length / 2;

    public Rows NewRows() => new(_wide);

    /// <summary>Appends the rows of a chunk and empties them.</summary>
    public void Append(Rows rows)
    {
        _ids.Write(CollectionsMarshal.AsSpan(rows.Ids));
        _lengths.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(rows.Lengths)));
        _hashes.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(rows.Hashes)));
        rows.Clear();
    }

    /// <summary>Finds the sentences that occurred before in this part, or that stand in others.</summary>
    public Duplicates FindDuplicates(IReadOnlyList<PartColumns> others, int threads, CancellationToken cancellation) =>
        Duplicates.Find(FlushHashes(), [.. others.Select(other => other.FlushHashes())], threads, cancellation);

    /// <summary>Writes the part's safetensors file, without the given sentences.</summary>
    /// <returns>Words written, and unknown words among them.</returns>
    public (long Words, long Unknown) Write(Stream output, Duplicates? leftOut)
    {
        long words = 0;
        ForEachPiece((lengths, first) =>
        {
            for (int i = 0; i < lengths.Length; i++)
                words += leftOut?.Contains(first + i) == true ? 0 : lengths[i];
        });
        SafeTensorsWriter writer = new(output,
        [
            new TensorInfo(SentenceFile.Tokens, _wide ? TensorType.U32 : TensorType.U16, words),
            new TensorInfo(SentenceFile.Offsets, TensorType.I64, Count - (leftOut?.Count ?? 0) + 1),
        ]);
        WriteOffsets(writer, leftOut);
        long unknown = WriteIds(writer, leftOut);
        writer.Finish();
        return (words, unknown);
    }

    public void Dispose()
    {
        _ids.Dispose();
        _lengths.Dispose();
        _hashes.Dispose();
    }

    private Duplicates.HashFile FlushHashes()
    {
        _hashes.Flush();
        return new Duplicates.HashFile(_hashes.SafeFileHandle, Count);
    }

    private void WriteOffsets(SafeTensorsWriter writer, Duplicates? leftOut)
    {
        long offset = 0;
        writer.Write<long>(SentenceFile.Offsets, [offset]);
        long[] offsets = new long[Piece];
        ForEachPiece((lengths, first) =>
        {
            int kept = 0;
            for (int i = 0; i < lengths.Length; i++)
            {
                if (leftOut?.Contains(first + i) != true)
                    offsets[kept++] = offset += lengths[i];
            }

            writer.Write<long>(SentenceFile.Offsets, offsets.AsSpan(0, kept));
        });
    }

    /// <returns>Unknown words.</returns>
    private long WriteIds(SafeTensorsWriter writer, Duplicates? leftOut)
    {
        int size = _wide ? 4 : 2;
        byte[] piece = new byte[Piece * size];
        int filled = 0;
        long unknown = 0, adjacent = 0; // words to copy that lie side by side
        _ids.Position = 0;
        ForEachPiece((lengths, first) =>
        {
            for (int i = 0; i < lengths.Length; i++)
            {
                if (leftOut?.Contains(first + i) != true)
                {
                    adjacent += lengths[i];
                    continue;
                }

                CopyAdjacent();
                _ids.Seek(lengths[i] * size, SeekOrigin.Current);
            }
        });
        CopyAdjacent();
        Flush();
        return unknown;

        void CopyAdjacent()
        {
            while (adjacent > 0)
            {
                Span<byte> ids = piece.AsSpan(filled, (int)Math.Min(adjacent * size, piece.Length - filled));
                _ids.ReadExactly(ids);
                filled += ids.Length;
                adjacent -= ids.Length / size;
                if (filled == piece.Length)
                    Flush();
            }
        }

        void Flush()
        {
            if (_wide)
            {
                ReadOnlySpan<uint> ids = MemoryMarshal.Cast<byte, uint>(piece.AsSpan(0, filled));
                unknown += ids.Count((uint)Vocabulary.Unknown);
                writer.Write(SentenceFile.Tokens, ids);
            }
            else
            {
                ReadOnlySpan<ushort> ids = MemoryMarshal.Cast<byte, ushort>(piece.AsSpan(0, filled));
                unknown += ids.Count((ushort)Vocabulary.Unknown);
                writer.Write(SentenceFile.Tokens, ids);
            }

            filled = 0;
        }
    }

    /// <summary>Visits the lengths of all sentences, some at a time, with the index of the first.</summary>
    private void ForEachPiece(Action<ReadOnlySpan<ushort>, long> visit)
    {
        _lengths.Position = 0;
        ushort[] lengths = new ushort[Piece];
        for (long first = 0; first < Count; first += Piece)
        {
            Span<ushort> some = lengths.AsSpan(0, (int)Math.Min(Piece, Count - first));
            _lengths.ReadExactly(MemoryMarshal.AsBytes(some));
            visit(some, first);
        }
    }

    /// <summary>The sentences of one chunk that go to this part.</summary>
    public sealed class Rows(bool wide)
    {
        public List<byte> Ids { get; } = [];

        public List<ushort> Lengths { get; } = [];

        public List<SentenceHash> Hashes { get; } = [];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ReadOnlySpan<int> ids, SentenceHash hash)
        {
            int start = Ids.Count;
            CollectionsMarshal.SetCount(Ids, start + ((wide ? 4 : 2) * ids.Length));
            Span<byte> bytes = CollectionsMarshal.AsSpan(Ids)[start..];
            if (wide)
            {
                for (int i = 0; i < ids.Length; i++)
                    BinaryPrimitives.WriteInt32LittleEndian(bytes[(4 * i)..], ids[i]);
            }
            else
            {
                for (int i = 0; i < ids.Length; i++)
                    BinaryPrimitives.WriteUInt16LittleEndian(bytes[(2 * i)..], (ushort)ids[i]);
            }

            Lengths.Add((ushort)ids.Length);
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
