using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Studies.Metrics;

/// <summary>The options of self-BLEU.</summary>
internal sealed record SelfBleuOptions
{
    /// <summary>
    /// The number of samples that serve as references, 2 or more; all where there are fewer. Self-BLEU grows with it, so only values with
    /// the same number compare.
    /// </summary>
    public int References { get; init; } = 1000;

    /// <summary>The seed of the draw of references.</summary>
    public ulong Seed { get; init; } = 1;
}

/// <summary>
/// The similarity of a model's samples: the mean BLEU-4 of a sample with other samples as its references (Zhu et al. 2018, "Texygen").
/// From 0 for no words in common to 1 for equal samples.
/// </summary>
/// <remarks>
/// Smoothing is <see cref="BleuSmoothing.Floor"/> with 0.1 as in the paper's program, over the orders that a sample has. A sample among
/// the references is not compared with itself, but with other samples of the same words.
/// </remarks>
internal static class SelfBleu
{
    /// <summary>Self-BLEU in time linear in the number of words.</summary>
    /// <exception cref="ArgumentException">There are fewer than two samples.</exception>
    public static double Of(IReadOnlyList<int[]> samples, SelfBleuOptions? options = null)
    {
        options ??= new SelfBleuOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.References, 2, nameof(options));
        if (samples.Count < 2)
            throw new ArgumentException($"{samples.Count} samples; self-BLEU needs two or more", nameof(samples));

        int count = Math.Min(options.References, samples.Count);
        KeyedPermutation order = new(samples.Count, Philox.Word(options.Seed, RandomUse.Measuring, 0, 0));
        int[] place = new int[samples.Count];
        Array.Fill(place, -1);
        int[][] references = new int[count][];
        for (int r = 0; r < count; r++)
        {
            int chosen = (int)order[r];
            references[r] = samples[chosen];
            place[chosen] = r;
        }

        BleuReferences all = new(references);
        double sum = 0;
        for (int i = 0; i < samples.Count; i++)
            sum += all.Count(samples[i], except: place[i]).Score(BleuSmoothing.Floor(), effectiveOrder: true);
        return sum / samples.Count;
    }
}
