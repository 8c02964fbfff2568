namespace Reprise.Studies.Metrics;

/// <summary>
/// The smoothing of BLEU for an order without a matching n-gram, under the names of sacreBLEU (Post 2018); methods 1 to 3 of Chen and
/// Cherry (2014), "A Systematic Comparison of Smoothing Techniques for Sentence-Level BLEU".
/// </summary>
internal readonly record struct BleuSmoothing
{
    private readonly Kind _kind;
    private readonly double _value;

    private BleuSmoothing(Kind kind, double value = 0) => (_kind, _value) = (kind, value);

    private enum Kind
    {
        None,
        Floor,
        AddK,
        Exponential,
    }

    /// <summary>No smoothing: an order without a match makes the score 0 (Papineni et al. 2002).</summary>
    public static BleuSmoothing None => new(Kind.None);

    /// <summary>
    /// Each order without a match counts half as many as the one before it: 1/2, 1/4, … Method 3; sacreBLEU's <c>exp</c> and default.
    /// </summary>
    public static BleuSmoothing Exponential => new(Kind.Exponential);

    /// <summary>
    /// An order without a match counts <paramref name="epsilon"/> matches. Method 1; sacreBLEU's <c>floor</c>, whose default is 0.1.
    /// </summary>
    public static BleuSmoothing Floor(double epsilon = 0.1) => new(Kind.Floor, epsilon);

    /// <summary>
    /// Adds <paramref name="k"/> to matches and n-grams of the orders above 1. Method 2; sacreBLEU's <c>add-k</c>, whose default is 1.
    /// </summary>
    public static BleuSmoothing AddK(double k = 1) => new(Kind.AddK, k);

    /// <summary>The precision of an order.</summary>
    /// <param name="unmatched">Orders without a match so far, this one included if it has none.</param>
    internal double Precision(int order, double matches, double total, int unmatched)
    {
        if (_kind == Kind.AddK && order > 1)
            return (matches + _value) / (total + _value);
        if (matches > 0)
            return matches / total;
        return _kind switch
        {
            Kind.Exponential => 1 / (Math.Pow(2, unmatched) * total),
            Kind.Floor => _value / total,
            _ => 0,
        };
    }
}
