using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>A fixed sample of validation sentences, of whose words the share that comes back is measured during training.</summary>
/// <param name="network">The model, owned by the caller; its weights change between two measurements.</param>
internal sealed class AccuracySample(SentenceAutoencoder<float> network, TrainingData data, ulong seed) : IDisposable
{
    private readonly Evaluator _evaluator = new(network, new SentenceCodec(data.Vocabulary, data.Text));
    private readonly ReconstructionMeasureOptions _options = new()
    {
        MaximumSentences = TargetControl.AccuracySentences,
        Seed = seed,
        Decoding = new DecodingOptions { BeamWidth = 1, MaximumWords = LongestOf(data.Validation!, seed) },
    };

    /// <summary>The share of words at their own place, greedily from the means of the posteriors.</summary>
    public double Measure() => _evaluator.MeasureReconstruction(data.Validation!, _options).WordAccuracy;

    public void Dispose() => _evaluator.Dispose();

    // Words after the longest sentence of the sample count for nothing.
    private static int LongestOf(ISentences sentences, ulong seed) =>
        new SentenceChoice(sentences.Count, seed).Ascending(TargetControl.AccuracySentences).Max(sentences.Length);
}
