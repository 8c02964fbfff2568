namespace Reprise.Verdicts;

/// <summary>The random numbers of one simulation, a function of the seed and its number (SplitMix64, Steele, Lea and Flood 2014).</summary>
internal sealed class Draws(ulong seed, int simulation)
{
    private const ulong Step = 0x9E3779B97F4A7C15;

    private ulong _state = Mixed(Mixed(seed * Step) + (ulong)simulation);

    /// <summary>A number between 0 and 1, both excluded.</summary>
    public double Uniform() => ((Mixed(_state += Step) >> 12) + 0.5) / (1UL << 52);

    /// <summary>A normal number of mean 0 (Box and Muller 1958).</summary>
    public double Normal(double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(Uniform())) * Math.Cos(2 * Math.PI * Uniform());

    /// <summary>True with the probability 1/(1 + exp(-logit)).</summary>
    public bool Yes(double logit) => Uniform() < Logistic.Of(logit);

    private static ulong Mixed(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
