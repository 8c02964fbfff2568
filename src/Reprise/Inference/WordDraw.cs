namespace Reprise.Inference;

/// <summary>Draws one word from a distribution: temperature, then top-k, then top-p.</summary>
internal sealed class WordDraw
{
    private readonly List<(double Weight, int Word)> _words = [];

    /// <summary>The word at <paramref name="uniform"/> of the cumulative distribution.</summary>
    /// <param name="logProbabilities_V">Log probabilities in nats, up to a constant.</param>
    /// <param name="firstWord">Words below this id are left out.</param>
    /// <param name="uniform">A number in (0, 1).</param>
    public int Next(ReadOnlySpan<double> logProbabilities_V, int firstWord, SamplingOptions sampling, double uniform)
    {
        double largest = double.NegativeInfinity, total = 0;
        foreach (double logProbability in logProbabilities_V[firstWord..])
            largest = Math.Max(largest, logProbability);

        _words.Clear();
        for (int v = firstWord; v < logProbabilities_V.Length; v++)
        {
            double weight = Math.Exp((logProbabilities_V[v] - largest) / sampling.Temperature);
            total += weight;
            _words.Add((weight, v));
        }

        bool allWords = sampling.TopK == 0 || sampling.TopK >= _words.Count;
        if (!allWords || sampling.TopP < 1)
            total = KeepTheBest(sampling, allWords, total);

        double left = uniform * total;
        foreach ((double weight, int word) in _words)
        {
            left -= weight;
            if (left < 0)
                return word;
        }

        return _words[^1].Word; // rounding took the last weight
    }

    private double KeepTheBest(SamplingOptions sampling, bool allWords, double total)
    {
        // All words below this weight together weigh less than the rest beside the nucleus: they need no sorting.
        if (allWords)
        {
            double negligible = (1 - sampling.TopP) * total / _words.Count;
            _words.RemoveAll(w => w.Weight < negligible);
        }

        _words.Sort(static (a, b) => a.Weight != b.Weight ? b.Weight.CompareTo(a.Weight) : a.Word.CompareTo(b.Word));
        if (!allWords)
        {
            _words.RemoveRange(sampling.TopK, _words.Count - sampling.TopK);
            total = _words.Sum(w => w.Weight);
        }

        double nucleus = sampling.TopP * total, kept = 0;
        int count = 0;
        while (count < _words.Count && (count == 0 || kept < nucleus))
            kept += _words[count++].Weight;
        _words.RemoveRange(count, _words.Count - count);
        return kept;
    }
}
