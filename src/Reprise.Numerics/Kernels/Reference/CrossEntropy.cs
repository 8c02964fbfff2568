namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void CrossEntropy(Tensor<T> nll_N, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, ReadOnlySpan<int> targets_N)
    {
        Shapes.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
        Span<T> logP_V = Scratch(weight_VI.Rows);
        for (int n = 0; n < targets_N.Length; n++)
        {
            LogSoftmax(logP_V, x_NI.Row(n), weight_VI, bias_V);
            nll_N[0, n] = -logP_V[targets_N[n]];
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyWithGradient(
        Tensor<T> nll_N, Tensor<T> dx_NI, Tensor<T> dWeight_VI, Tensor<T> dBias_V, Tensor<T> x_NI,
        Tensor<T> weight_VI, Tensor<T> bias_V, ReadOnlySpan<int> targets_N, T scale)
    {
        Shapes.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N);
        Span<T> logP_V = Scratch(weight_VI.Rows);
        Fill(dx_NI, T.Zero);
        for (int n = 0; n < targets_N.Length; n++)
        {
            LogSoftmax(logP_V, x_NI.Row(n), weight_VI, bias_V);
            nll_N[0, n] = -logP_V[targets_N[n]];

            for (int v = 0; v < logP_V.Length; v++)
            {
                T dLogit = scale * (T.Exp(logP_V[v]) - (v == targets_N[n] ? T.One : T.Zero));
                AddScaled(dx_NI.Row(n), dLogit, weight_VI.Row(v));
                AddScaled(dWeight_VI.Row(v), dLogit, x_NI.Row(n));
                dBias_V[0, v] += dLogit;
            }
        }
    }

    /// <inheritdoc/>
    public void LogProbabilities(Tensor<T> y_NV, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V)
    {
        Shapes.LogProbabilities(y_NV, x_NI, weight_VI, bias_V);
        for (int n = 0; n < y_NV.Rows; n++)
            LogSoftmax(y_NV.Row(n), x_NI.Row(n), weight_VI, bias_V);
    }

    /// <inheritdoc/>
    public void TopWords(
        Span<int> words_NK, Tensor<T> logProbabilities_NK, Tensor<T> x_NI, Tensor<T> weight_VI, Tensor<T> bias_V, int firstWord)
    {
        Shapes.TopWords(words_NK, logProbabilities_NK, x_NI, weight_VI, bias_V, firstWord);
        int K = logProbabilities_NK.Columns;
        Span<T> logP_V = Scratch(weight_VI.Rows);
        for (int n = 0; n < x_NI.Rows; n++)
        {
            LogSoftmax(logP_V, x_NI.Row(n), weight_VI, bias_V);
            Span<int> words_K = words_NK.Slice(n * K, K);
            for (int v = firstWord; v < logP_V.Length; v++)
                Insert(words_K, Math.Min(v - firstWord, K), v, logP_V);
            for (int k = 0; k < K; k++)
                logProbabilities_NK[n, k] = logP_V[words_K[k]];
        }
    }

    // Puts word v behind the words that are at least as probable. The list holds `count` words; the last one may drop out.
    private static void Insert(Span<int> words_K, int count, int v, ReadOnlySpan<T> logP_V)
    {
        int k = count;
        for (; k > 0 && logP_V[v] > logP_V[words_K[k - 1]]; k--)
        {
            if (k < words_K.Length)
                words_K[k] = words_K[k - 1];
        }

        if (k < words_K.Length)
            words_K[k] = v;
    }

    // y = log softmax(x Wᵀ + b), the greatest logit subtracted first so that no exponential overflows.
    private static void LogSoftmax(Span<T> y_V, ReadOnlySpan<T> x_I, Tensor<T> weight_VI, Tensor<T> bias_V)
    {
        T max = T.NegativeInfinity;
        for (int v = 0; v < y_V.Length; v++)
        {
            y_V[v] = Dot(x_I, weight_VI.Row(v)) + bias_V[0, v];
            max = T.Max(max, y_V[v]);
        }

        T sum = T.Zero;
        for (int v = 0; v < y_V.Length; v++)
            sum += T.Exp(y_V[v] - max);

        T logSum = max + T.Log(sum);
        for (int v = 0; v < y_V.Length; v++)
            y_V[v] -= logSum;
    }
}
