using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>A fixed sample of held-out sentences, of whose words the share that comes back is measured while a model is trained.</summary>
/// <param name="network">The model, owned by the caller; its weights change between two measurements.</param>
internal sealed class AccuracySample(SentenceAutoencoder<float> network, ISentences sentences, ulong seed) : IDisposable
{
    private readonly Evaluator _evaluator = new(network);
    private readonly ReconstructionMeasureOptions _options = new()
    {
        MaximumSentences = TargetControl.AccuracySentences,
        Seed = seed,
        Decoding = new DecodingOptions { BeamWidth = 1, MaximumWords = LongestOf(sentences, seed) },
    };

    /// <summary>The share of words at their own place, greedily from the means of the posteriors.</summary>
    public double Measure() => _evaluator.MeasureReconstruction(sentences, _options).WordAccuracy;

    public void Dispose() => _evaluator.Dispose();

    // Words after the longest sentence of the sample count for nothing.
    private static int LongestOf(ISentences sentences, ulong seed) =>
        new SentenceChoice(sentences.Count, seed).Ascending(TargetControl.AccuracySentences).Max(sentences.Length);
}
