namespace Reprise.Evaluation;

/// <summary>Mean and variance of a stream of numbers (Welford 1962).</summary>
internal struct RunningMoments
{
    private double _squares; // Σ (x - mean)²

    public long Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>The variance with divisor n - 1; 0 for a single number.</summary>
    public readonly double Variance => Count > 1 ? _squares / (Count - 1) : 0;

    /// <summary>The standard error of the mean of independent draws.</summary>
    public readonly double StandardError => Math.Sqrt(Variance / Count);

    public void Add(double x)
    {
        Count++;
        double difference = x - Mean;
        Mean += difference / Count;
        _squares += difference * (x - Mean);
    }
}
