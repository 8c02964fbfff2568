using System.Runtime.InteropServices;

namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void TopWords(
        Span<int> words_NK, Tensor<float> logProbabilities_NK, Tensor<float> x_NI,
        Tensor<float> weight_VI, Tensor<float> bias_V, int firstWord)
    {
        Shapes.TopWords(words_NK, logProbabilities_NK, x_NI, weight_VI, bias_V, firstWord);
        (int V, int K) = (weight_VI.Rows, logProbabilities_NK.Columns);
        if (words_NK.IsEmpty)
            return;
        int bytes = KeptBytesOf(V);
        nint words = 0;
        foreach (Slice slice in Score(x_NI, weight_VI, bias_V))
        {
            if (words == 0)
                words = Take((long)words_NK.Length * sizeof(int));
            _queue.Launch(CudaFunction.top_words, slice.Rows, 1, BlockThreads, new TopWordsArguments
            {
                Words = words + (nint)((long)slice.First * K * sizeof(int)),
                LogProbabilities = At(logProbabilities_NK.RowRange(slice.First, slice.Rows)), Logits = At(slice.Logits_NV),
                V = V, K = K, FirstWord = firstWord, LogitsStride = slice.Logits_NV.Stride,
                OutStride = logProbabilities_NK.Stride, Keeps = bytes > 0 ? 1 : 0,
            }, bytes);
        }

        _queue.CopyOut(MemoryMarshal.AsBytes(words_NK), words);
    }

    private struct TopWordsArguments
    {
        public nint Words, LogProbabilities, Logits;
        public int V, K, FirstWord, LogitsStride, OutStride, Keeps;
    }
}
