using Reprise.Numerics;

namespace Reprise.Inference;

/// <summary>Codes drawn around one code, and the different sentences that they gave: each once, from the nearest of its codes.</summary>
/// <param name="mean">[Z].</param>
/// <param name="itself">The text that is no variation.</param>
internal sealed class Variations(float[] mean, string itself, VaryOptions options)
{
    private readonly Dictionary<string, Variation> _found = [];
    private readonly Queue<float[]> _drawn = []; // codes that were given out and not added yet

    /// <summary>The codes, each a function of the seed and its place.</summary>
    public IEnumerable<float[]> Codes()
    {
        for (int draw = 0; draw < options.AllDraws; draw++)
        {
            float[] code = new float[mean.Length];
            Philox.Normal(code, options.Seed, RandomUse.Variation, 0, draw);
            for (int k = 0; k < code.Length; k++)
                code[k] = mean[k] + (float)(options.Spread * code[k]);
            _drawn.Enqueue(code);
            yield return code;
        }
    }

    /// <summary>Takes the sentence of the next code.</summary>
    public void Add(Hypothesis sentence)
    {
        float[] code = _drawn.Dequeue();
        double distance = NearestCodes.Euclidean(code, mean);
        if (sentence.Text != itself && !(_found.TryGetValue(sentence.Text, out Variation? known) && known.Distance <= distance))
            _found[sentence.Text] = new Variation(sentence.Text, distance, sentence.LogProbability, code);
    }

    /// <summary>The nearest ones, as many as are wanted.</summary>
    public IReadOnlyList<Variation> Nearest() => [.. _found.Values.OrderBy(variation => variation.Distance).Take(options.Count)];
}
