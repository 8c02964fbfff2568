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
    private const int Piece = 1 << 16; // words or sentences at a time

    private readonly bool _wide; // ids of 4 bytes instead of 2
    private readonly FileStream _ids;
    private readonly FileStream _lengths;
    private readonly FileStream _hashes;

    public PartSpool(Part part, int vocabularySize, string scratch)
    {
        Part = part;
        _wide = SentenceFile.TokenType(vocabularySize) == TensorType.U32;
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
    public Duplicates FindDuplicates(int threads, CancellationToken cancellation)
    {
        _hashes.Flush();
        return Duplicates.Find(_hashes.SafeFileHandle, Count, threads, cancellation);
    }

    /// <summary>Writes the part's safetensors file, without the copies if there are any to be left out.</summary>
    /// <returns>Words written, and how many of them are unknown.</returns>
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

    /// <returns>How many of the words are unknown.</returns>
    private long WriteIds(SafeTensorsWriter writer, Duplicates? leftOut)
    {
        int size = _wide ? 4 : 2;
        byte[] piece = new byte[Piece * size];
        int filled = 0;
        long unknown = 0, run = 0; // words to take that follow each other
        _ids.Position = 0;
        ForEachPiece((lengths, first) =>
        {
            for (int i = 0; i < lengths.Length; i++)
            {
                if (leftOut?.Contains(first + i) != true)
                {
                    run += lengths[i];
                    continue;
                }

                TakeRun();
                _ids.Seek(lengths[i] * size, SeekOrigin.Current);
            }
        });
        TakeRun();
        Flush();
        return unknown;

        void TakeRun()
        {
            while (run > 0)
            {
                Span<byte> ids = piece.AsSpan(filled, (int)Math.Min(run * size, piece.Length - filled));
                _ids.ReadExactly(ids);
                filled += ids.Length;
                run -= ids.Length / size;
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

    /// <summary>Hands over the numbers of words of all sentences, some at a time, with the index of the first.</summary>
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

    /// <summary>Sentences of one chunk that go to this part.</summary>
    public sealed class Pending(bool wide)
    {
        public List<byte> Ids { get; } = [];

        public List<ushort> Lengths { get; } = [];

        public List<UInt128> Hashes { get; } = [];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Add(ReadOnlySpan<KnownWords.Word> words, UInt128 hash)
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
