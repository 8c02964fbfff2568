using System.Numerics;

namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void LogProbabilities(Tensor<float> y_NV, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V)
    {
        Shapes.LogProbabilities(y_NV, x_NI, weight_VI, bias_V);
        LogProbabilitiesJob job = new() { Y = y_NV };
        ForEachSlice(ref job, x_NI, weight_VI, bias_V);
    }

    /// <inheritdoc/>
    public void TopWords(
        Span<int> words_NK, Tensor<float> logProbabilities_NK, Tensor<float> x_NI,
        Tensor<float> weight_VI, Tensor<float> bias_V, int firstWord)
    {
        Shapes.TopWords(words_NK, logProbabilities_NK, x_NI, weight_VI, bias_V, firstWord);
        if (logProbabilities_NK.Columns == 0)
            return;
        fixed (int* words = words_NK)
        {
            TopWordsJob job = new() { Words = words, LogProbabilities = logProbabilities_NK, FirstWord = firstWord };
            ForEachSlice(ref job, x_NI, weight_VI, bias_V);
        }
    }

    // Computes scores and their log sums, slice by slice, and runs the job after each.
    private void ForEachSlice<TJob>(ref TJob job, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V)
        where TJob : struct, ISliceJob
    {
        _scratch.Reset();
        int N = x_NI.Rows;
        Operand weight = Operand.AlongRows(weight_VI);
        Packed right = PackRight(weight);
        Slice slice = TakeSlice(N, weight_VI.Rows, keepsAll: true);
        int rows = slice.Rows;
        float* left = Take(Packed.Length(rows, weight.Depth, _gemm.Rows));
        for (int n = 0; n < N; n += rows)
        {
            slice.Rows = Math.Min(rows, N - n);
            Score(slice, x_NI.RowRange(n, slice.Rows), left, right, bias_V.Pointer, null, exponentiate: false);
            LogSumJob logSum = new() { Slice = slice };
            Run(ref logSum, (double)slice.Rows * Chunks(slice.Words));
            job.Slice = slice;
            job.First = n;
            Run(ref job, (double)slice.Rows * slice.Words);
        }
    }

    private interface ISliceJob : ITeamJob
    {
        Slice Slice { set; }

        /// <summary>The first row of the slice among all rows.</summary>
        int First { set; }
    }

    private struct LogProbabilitiesJob : ISliceJob
    {
        public Tensor<float> Y;

        public Slice Slice { private get; set; }

        public int First { private get; set; }

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Slice.Rows, worker, workers);
            for (int n = start; n < end; n++)
            {
                Vector<float> logSum = Vector.Create(Slice.LogSums[n]);
                for (int chunk = 0; chunk < Chunks(Slice.Words); chunk++)
                {
                    float* y = RowOf(Y, First + n) + (chunk * ChunkWords);
                    Tensor<float> scores = Slice.Matrix(chunk, worker);
                    for (int j = 0; j < scores.Columns; j += Vector<float>.Count)
                        VectorMath.Store(y + j, Vector.Load(RowOf(scores, n) + j) - logSum, scores.Columns - j);
                }
            }
        }
    }

    /// <summary>The best K words of each row, kept in order of score during one pass over the scores.</summary>
    private struct TopWordsJob : ISliceJob
    {
        public int* Words;
        public Tensor<float> LogProbabilities;
        public int FirstWord;

        public Slice Slice { private get; set; }

        public int First { private get; set; }

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Slice.Rows, worker, workers);
            int K = LogProbabilities.Columns;
            for (int n = start; n < end; n++)
            {
                int* words_K = Words + ((long)(First + n) * K);
                float* best_K = RowOf(LogProbabilities, First + n);
                int found = 0;
                for (int chunk = FirstWord / ChunkWords; chunk < Chunks(Slice.Words); chunk++)
                    Search(words_K, best_K, ref found, n, chunk);
                for (int k = 0; k < K; k++)
                    best_K[k] -= Slice.LogSums[n];
            }
        }

        private readonly void Search(int* words_K, float* best_K, ref int found, int n, int chunk)
        {
            int K = LogProbabilities.Columns;
            float* scores = Slice.Chunk(chunk, 0) + ((long)n * ChunkStride);
            int words = WordsOf(chunk, Slice.Words);
            for (int from = 0; from < words; from += Vector<float>.Count)
            {
                if (found == K && !Vector.GreaterThanAny(Vector.Load(scores + from), Vector.Create(best_K[K - 1])))
                    continue;
                for (int j = from; j < Math.Min(from + Vector<float>.Count, words); j++)
                {
                    int word = (chunk * ChunkWords) + j;
                    if (word >= FirstWord && (found < K || scores[j] > best_K[K - 1]))
                        found = Insert(words_K, best_K, found, K, word, scores[j]);
                }
            }
        }

        // Words come in the order of their ids, so a new word goes behind its equals.
        private static int Insert(int* words_K, float* best_K, int found, int K, int word, float score)
        {
            int k = Math.Min(found, K - 1);
            for (; k > 0 && best_K[k - 1] < score; k--)
                (words_K[k], best_K[k]) = (words_K[k - 1], best_K[k - 1]);
            (words_K[k], best_K[k]) = (word, score);
            return Math.Min(found + 1, K);
        }
    }
}
