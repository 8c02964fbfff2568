namespace Reprise.Training;

/// <summary>
/// An estimate of the mutual information of a sentence and its code under q, in nats, from N sentences with one draw each:
/// 1/N Σ_i [log q(z_i|x_i) - log 1/N Σ_j q(z_i|x_j)] (Hoffman &amp; Johnson 2016). Low on average, whatever its value, because x_i, from
/// which z_i is drawn, is one of the x_j and so raises the second term: for a Gaussian of 10 dimensions with 5 nats, 500 sentences give
/// 4.5. It is a lower bound in expectation (Poole et al. 2019) and cannot exceed log N. The noise of the draws may put it a little below
/// zero.
/// </summary>
internal sealed class MutualInformation(int sentences, int latentSize)
{
    private readonly double[] _mean = new double[(long)sentences * latentSize];
    private readonly double[] _logVariance = new double[(long)sentences * latentSize];
    private readonly double[] _z = new double[(long)sentences * latentSize];
    private int _count;

    /// <summary>Adds a sentence's posterior and the noise of its draw.</summary>
    public void Add(ReadOnlySpan<float> mean_Z, ReadOnlySpan<float> logVariance_Z, ReadOnlySpan<float> noise_Z)
    {
        int first = _count++ * latentSize;
        for (int k = 0; k < latentSize; k++)
        {
            (_mean[first + k], _logVariance[first + k]) = (mean_Z[k], logVariance_Z[k]);
            _z[first + k] = mean_Z[k] + (Math.Exp(logVariance_Z[k] / 2.0) * noise_Z[k]);
        }
    }

    // Z log(2 pi) / 2 is left out of both terms. Both use the same draw, whose noise cancels where posteriors lie apart. With the
    // expectation of the first term (He et al. 2019) the estimate would be noisier with the same mean, and at times above log N.
    public double Estimate()
    {
        double[] logs = new double[_count], halfLogDeterminant = new double[_count];
        double[] precision = [.. _logVariance.Select(lv => Math.Exp(-lv))];
        for (int j = 0; j < _count; j++)
            halfLogDeterminant[j] = Row(_logVariance, j).ToArray().Sum() / 2;

        double sum = 0;
        for (int i = 0; i < _count; i++)
        {
            ReadOnlySpan<double> z = Row(_z, i);
            for (int j = 0; j < _count; j++)
            {
                ReadOnlySpan<double> mean = Row(_mean, j), weight = Row(precision, j);
                double distance = 0;
                for (int k = 0; k < z.Length; k++)
                    distance += (z[k] - mean[k]) * (z[k] - mean[k]) * weight[k];
                logs[j] = -(distance / 2) - halfLogDeterminant[j];
            }

            double largest = logs.Max();
            double logMarginal = largest + Math.Log(logs.Sum(log => Math.Exp(log - largest)) / _count);
            sum += logs[i] - logMarginal;
        }

        return sum / _count;
    }

    private ReadOnlySpan<double> Row(double[] values, int sentence) => values.AsSpan(sentence * latentSize, latentSize);
}
