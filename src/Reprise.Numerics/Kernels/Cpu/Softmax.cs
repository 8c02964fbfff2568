using System.Numerics;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

// The common part of the operations over the vocabulary. Tokens come in slices and words in chunks. A chunk of a slice's scores is
// one contiguous matrix that stays in the second-level cache while its maxima and sums of exponentials are computed.
internal sealed unsafe partial class CpuKernels
{
    /// <summary>
    /// The most tokens of a slice, a multiple of every tile's rows. More are a little faster, and take V · 4 bytes each.
    /// </summary>
    private const int SliceRows = 384;

    /// <summary>The words of a chunk: a multiple of every tile's rows and columns, and not deeper than a packed block.</summary>
    private const int ChunkWords = 288;

    /// <summary>
    /// The elements from one row of a chunk to the next, one cache line more than a row, so that a column's elements fall into
    /// different sets.
    /// </summary>
    private const int ChunkStride = ChunkWords + LineElements;

    private static int Chunks(int words) => Packed.Pieces(words, ChunkWords);

    private static int WordsOf(int chunk, int words) => Math.Min(ChunkWords, words - (chunk * ChunkWords));

    /// <summary>The scores x Wᵀ + b of a slice of tokens, and the numbers that their softmax needs.</summary>
    private struct Slice
    {
        public int Rows, Words;
        public float* Scores;    // [chunk or worker, Rows, ChunkStride]
        public bool KeepsAll;    // all chunks; or one for each worker
        public float* Maxima;    // [chunk, RowStride]
        public float* Sums;      // [chunk, RowStride]: of exp(score - maximum)
        public float* LogSums;   // [RowStride]: log Σ exp(score)
        public float* OfTargets; // [RowStride]: the target's score

        public readonly int RowStride => (Rows + LineElements - 1) / LineElements * LineElements;

        /// <summary>The factors that turn exp(score - maximum) of each row into its gradient; valid after the log sums.</summary>
        public readonly float* Factors(int chunk) => Maxima + ((long)chunk * RowStride);

        public readonly float* Chunk(int chunk, int worker) => Scores + ((long)(KeepsAll ? chunk : worker) * Rows * ChunkStride);

        /// <summary>A chunk without its padding.</summary>
        public readonly Tensor<float> Matrix(int chunk, int worker) => new(Chunk(chunk, worker), Rows, WordsOf(chunk, Words), ChunkStride);
    }

    private Slice TakeSlice(int N, int V, bool keepsAll)
    {
        int panels = Packed.Pieces(N, _gemm.Rows); // slices of about equal size, of whole tiles but the last
        Slice slice = new()
        {
            Rows = Math.Min(N, Packed.Pieces(panels, Math.Max(1, Packed.Pieces(N, SliceRows))) * _gemm.Rows),
            Words = V, KeepsAll = keepsAll,
        };
        slice.Scores = Take((long)(keepsAll ? Chunks(V) : Threads) * slice.Rows * ChunkStride);
        slice.Maxima = Take((long)Chunks(V) * slice.RowStride);
        slice.Sums = Take((long)Chunks(V) * slice.RowStride);
        slice.LogSums = Take(slice.RowStride);
        slice.OfTargets = Take(slice.RowStride);
        return slice;
    }

    /// <summary>The scores of a slice, chunk by chunk, with the maximum and the sum of exponentials of each row in each chunk.</summary>
    private struct ScoresJob : ITeamJob
    {
        // Rows whose scores stay in the second-level cache until they are exponentiated: a multiple of every tile's rows.
        private const int GroupRows = 48;

        public Gemm Gemm;
        public Slice Slice;
        public Packed X, Weight;
        public float* Bias;
        public int* Targets;       // of the slice; null where there are none
        public bool Exponentiate;  // leaves exp(score - maximum) in place of the scores

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Chunks(Slice.Words), worker, workers);
            for (int chunk = start; chunk < end; chunk++)
            {
                int panels = ChunkWords / Gemm.Columns, b0 = chunk * panels, b1 = Math.Min(b0 + panels, Weight.Panels);
                int words = WordsOf(chunk, Slice.Words);
                for (int top = 0; top < Slice.Rows; top += GroupRows)
                {
                    int bottom = Math.Min(top + GroupRows, Slice.Rows);
                    float* scores = Slice.Chunk(chunk, worker) + ((long)top * ChunkStride);
                    int a0 = top / Gemm.Rows, a1 = Packed.Pieces(bottom, Gemm.Rows);
                    Gemm.Multiply(scores, ChunkStride, X, a0, a1, Weight, b0, b1, Bias + (chunk * ChunkWords), false);
                    for (int n = top; n < bottom; n++, scores += ChunkStride)
                        Reduce(scores, n, chunk, words);
                }
            }
        }

        private readonly void Reduce(float* scores, int n, int chunk, int words)
        {
            if (words < ChunkWords)
                new Span<float>(scores + words, ChunkWords - words).Fill(float.NegativeInfinity);
            if (Targets != null && (uint)(Targets[n] - (chunk * ChunkWords)) < (uint)words)
                Slice.OfTargets[n] = scores[Targets[n] - (chunk * ChunkWords)];

            float maximum = Maximum(scores);
            Slice.Maxima[((long)chunk * Slice.RowStride) + n] = maximum;
            Slice.Sums[((long)chunk * Slice.RowStride) + n] = Exponentiate ? SumExp<Yes>(scores, maximum) : SumExp<No>(scores, maximum);
        }

        private static float Maximum(float* scores)
        {
            Vector<float> a = Vector.Load(scores), b = a;
            for (int j = 0; j < ChunkWords; j += 2 * Vector<float>.Count)
            {
                a = Vector.MaxNative(a, Vector.Load(scores + j));
                b = Vector.MaxNative(b, Vector.Load(scores + j + Vector<float>.Count));
            }

            a = Vector.MaxNative(a, b);
            float maximum = a[0];
            for (int j = 1; j < Vector<float>.Count; j++)
                maximum = float.MaxNative(maximum, a[j]);
            return maximum;
        }

        private static float SumExp<TStore>(float* scores, float maximum)
        {
            Vector<float> a = Vector<float>.Zero, b = Vector<float>.Zero, shift = Vector.Create(maximum);
            for (int j = 0; j < ChunkWords; j += 2 * Vector<float>.Count)
            {
                Vector<float> e0 = Exp(Vector.Load(scores + j) - shift);
                Vector<float> e1 = Exp(Vector.Load(scores + j + Vector<float>.Count) - shift);
                a += e0;
                b += e1;
                if (typeof(TStore) == typeof(Yes))
                {
                    Vector.Store(e0, scores + j);
                    Vector.Store(e1, scores + j + Vector<float>.Count);
                }
            }

            return Vector.Sum(a + b);
        }

        private struct Yes;

        private struct No;
    }

    /// <summary>
    /// log Σ exp(score) of every row of a slice, its nll, and the factors that turn exp(score - maximum) into the gradient.
    /// </summary>
    private struct LogSumJob : ITeamJob
    {
        public Slice Slice;
        public float* Nll;         // of the slice; null where there are no targets
        public bool KeepsFactors;  // leaves scale · exp(maximum - log Σ exp) in place of the maxima
        public float Scale;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Slice.RowStride / LineElements, worker, workers);
            for (int n = start * LineElements; n < end * LineElements; n += Vector<float>.Count)
                Reduce(n);
        }

        private readonly void Reduce(int n)
        {
            int chunks = Chunks(Slice.Words);
            Vector<float> maximum = Vector.Create(float.NegativeInfinity);
            for (int chunk = 0; chunk < chunks; chunk++)
                maximum = Vector.MaxNative(maximum, Vector.Load(Slice.Maxima + ((long)chunk * Slice.RowStride) + n));

            Vector<float> sum = Vector<float>.Zero;
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                long at = ((long)chunk * Slice.RowStride) + n;
                sum += Vector.Load(Slice.Sums + at) * Exp(Vector.Load(Slice.Maxima + at) - maximum);
            }

            for (int i = 0; i < Vector<float>.Count && n + i < Slice.Rows; i++)
            {
                Slice.LogSums[n + i] = (float)(maximum[i] + Math.Log(sum[i]));
                if (Nll != null)
                    Nll[n + i] = Slice.LogSums[n + i] - Slice.OfTargets[n + i];
            }

            Vector<float> logSum = Vector.Load(Slice.LogSums + n);
            for (int chunk = 0; KeepsFactors && chunk < chunks; chunk++)
            {
                float* factor = Slice.Maxima + ((long)chunk * Slice.RowStride) + n;
                Vector.Store(Scale * Exp(Vector.Load(factor) - logSum), factor);
            }
        }
    }
}
