using System.Numerics;
using System.Runtime.CompilerServices;
using Reprise.Inference;

namespace Reprise.Evaluation;

/// <summary>
/// An estimate of the mutual information of a sentence and its code under q, in nats, by the aggregate posterior of N sentences:
/// the mean over M of them, with a draw z_i each, of log q(z_i|x_i) - log 1/N Σ_j q(z_i|x_j) (Hoffman &amp; Johnson 2016). Low on average,
/// because x_i is one of the x_j (Poole et al. 2019), and at most log N; so N is all sentences there are, M as many as the time allows.
/// </summary>
/// <remarks>
/// The sentences of the sum come one by one, in any number: they are kept in chunks, each of which is added to the sum of every draw.
/// Memory is that of the M draws, time that of M N Z products.
/// </remarks>
internal sealed class AggregatePosterior(int latentSize)
{
    private const int Chunk = 256; // sentences; a multiple of four of the widest vectors

    private readonly List<Draw> _draws = [];
    private readonly float[] _mean_ZJ = new float[latentSize * Chunk]; // J sentences of a chunk, side by side
    private readonly float[] _precision_ZJ = new float[latentSize * Chunk];
    private readonly float[] _halfLogDeterminant_J = new float[Chunk];
    private readonly float[] _logs_J = new float[Chunk];
    private int _filled;

    /// <summary>Sentences of the aggregate posterior so far.</summary>
    public long Sentences { get; private set; }

    /// <summary>log N: no estimate is above it.</summary>
    public double Ceiling => Math.Log(Sentences);

    /// <summary>Adds a draw of a sentence's posterior. All draws come before all sentences.</summary>
    /// <param name="noise_Z">The standard normal noise of the draw.</param>
    public void AddDraw(Code code, ReadOnlySpan<float> noise_Z)
    {
        float[] z_Z = noise_Z.ToArray();
        code.AddNoise(z_Z);
        double log = 0; // log q(z|x) without Z log(2π) / 2, as below
        for (int k = 0; k < z_Z.Length; k++)
        {
            float difference = z_Z[k] - code.Mean[k]; // of the rounded z, whose error then cancels where posteriors lie apart
            log -= ((double)difference * difference * Math.Exp(-code.LogVariance[k])) + code.LogVariance[k];
        }

        _draws.Add(new Draw(z_Z, log / 2));
    }

    /// <summary>Adds a sentence to the aggregate posterior.</summary>
    public void Add(Code code)
    {
        double logDeterminant = 0;
        for (int k = 0; k < latentSize; k++)
        {
            _mean_ZJ[(k * Chunk) + _filled] = code.Mean[k];
            _precision_ZJ[(k * Chunk) + _filled] = (float)Math.Exp(-code.LogVariance[k]);
            logDeterminant += code.LogVariance[k];
        }

        _halfLogDeterminant_J[_filled++] = (float)(logDeterminant / 2);
        Sentences++;
        if (_filled == Chunk)
            AddChunk();
    }

    /// <summary>The estimate and its standard error over the draws, 0 for one draw.</summary>
    public (double Information, double StandardError) Estimate()
    {
        AddChunk();
        RunningMoments moments = default;
        foreach (Draw draw in _draws)
            moments.Add(draw.LogOwn - draw.LogSum + Ceiling);
        return (moments.Mean, moments.StandardError);
    }

    private void AddChunk()
    {
        if (_filled == 0)
            return;
        for (int j = _filled; j < Chunk; j++) // sentences of no density fill the last chunk
        {
            for (int k = 0; k < latentSize; k++)
                _mean_ZJ[(k * Chunk) + j] = _precision_ZJ[(k * Chunk) + j] = 0;
            _halfLogDeterminant_J[j] = float.PositiveInfinity;
        }

        foreach (Draw draw in _draws)
            draw.Add(LogSumOfChunk(draw.Z));
        _filled = 0;
    }

    /// <summary>log Σ_j q(z|x_j) over the chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double LogSumOfChunk(float[] z_Z)
    {
        int width = Vector<float>.Count;
        Vector<float> largest = new(float.NegativeInfinity);
        for (int j = 0; j < Chunk; j += 4 * width)
        {
            Vector<float> d0 = Vector<float>.Zero, d1 = d0, d2 = d0, d3 = d0; // squared distances
            for (int k = 0; k < z_Z.Length; k++)
            {
                Vector<float> z = new(z_Z[k]);
                ReadOnlySpan<float> mean = _mean_ZJ.AsSpan((k * Chunk) + j, 4 * width);
                ReadOnlySpan<float> precision = _precision_ZJ.AsSpan((k * Chunk) + j, 4 * width);
                d0 += Square(z - new Vector<float>(mean)) * new Vector<float>(precision);
                d1 += Square(z - new Vector<float>(mean[width..])) * new Vector<float>(precision[width..]);
                d2 += Square(z - new Vector<float>(mean[(2 * width)..])) * new Vector<float>(precision[(2 * width)..]);
                d3 += Square(z - new Vector<float>(mean[(3 * width)..])) * new Vector<float>(precision[(3 * width)..]);
            }

            largest = Vector.Max(Vector.Max(largest, Log(d0, j)), Log(d1, j + width));
            largest = Vector.Max(Vector.Max(largest, Log(d2, j + (2 * width))), Log(d3, j + (3 * width)));
        }

        float most = float.NegativeInfinity;
        for (int lane = 0; lane < width; lane++)
            most = Math.Max(most, largest[lane]);
        Vector<float> sums = Vector<float>.Zero;
        for (int j = 0; j < Chunk; j += width)
            sums += Vector.Exp(new Vector<float>(_logs_J, j) - new Vector<float>(most));
        return most + Math.Log(Vector.Sum(sums));

        static Vector<float> Square(Vector<float> x) => x * x;

        Vector<float> Log(Vector<float> distance, int j)
        {
            Vector<float> log = (distance * -0.5f) - new Vector<float>(_halfLogDeterminant_J, j);
            log.CopyTo(_logs_J, j);
            return log;
        }
    }

    /// <summary>A draw z, the log-density of its own sentence, and the log of the sum of densities over the sentences so far.</summary>
    private sealed class Draw(float[] z_Z, double logOwn)
    {
        public float[] Z => z_Z;

        public double LogOwn => logOwn;

        public double LogSum { get; private set; } = double.NegativeInfinity;

        public void Add(double logSum)
        {
            double most = Math.Max(LogSum, logSum);
            LogSum = most + Math.Log(Math.Exp(LogSum - most) + Math.Exp(logSum - most));
        }
    }
}
