using Reprise.Benchmarks;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Rung iv: the number of threads changes the speed of a run and not one bit of it.</summary>
public sealed class ThreadCountTests : IDisposable
{
    private const int Words = 611; // sizes that are worth sharing among threads and divide by none of their numbers

    private static readonly ModelOptions Model = new() { VocabularySize = Words, EmbeddingSize = 37, HiddenSize = 53, LatentSize = 11 };

    private static readonly TrainingOptions Options = Toys.Options with { BatchSize = 24, Steps = 14, ReportEvery = 1, EvaluateEvery = 7 };

    // 5 to 30 words a sentence; the last batch of an epoch is not full.
    private static readonly TrainingData Data = Toys.Data with
    {
        Train = SyntheticSentences.Make(205, Words, seed: 1),
        Test = SyntheticSentences.Make(31, Words, seed: 2),
        Vocabulary = new(Enumerable.Range(0, Words - Reprise.Text.Vocabulary.SpecialTokens).Select(i => $"word{i}")),
    };

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(LatentInput.FirstToken, true, 2, null)]
    [InlineData(LatentInput.FirstToken, false, 0, 1.0)]
    [InlineData(LatentInput.InitialState, true, 0, 1.0)]
    [InlineData(LatentInput.InitialState, false, 1, null)]
    [InlineData(LatentInput.EveryStep, true, 1, 1.0)]
    [InlineData(LatentInput.EveryStep, false, 0, null)]
    [InlineData(LatentInput.EveryStepAndSoftmax, false, 0, null)]
    [InlineData(LatentInput.EveryStepAndSoftmax, true, 0, 1.0)]
    public void Runs_on_one_two_three_and_eight_threads_are_one_run(
        LatentInput latentInput, bool tied, int posteriorLayers, double? clipNorm)
    {
        ModelOptions model = Model with { LatentInput = latentInput, TieEmbeddings = tied, PosteriorLayers = posteriorLayers };
        AreOneRun(model, Options with { ClipNorm = clipNorm });
    }

    [Theory]
    [InlineData(EncoderPooling.Max, false)]
    [InlineData(EncoderPooling.Mean, true)]
    public void Deep_runs_with_dropout_on_one_two_three_and_eight_threads_are_one_run(EncoderPooling pooling, bool isVariational) =>
        AreOneRun(
            Model with { EncoderLayers = 2, BidirectionalEncoder = true, EncoderPooling = pooling, DecoderLayers = 2 },
            Options with
            {
                EncoderWordDropRate = 0.2,
                EmbeddingDropout = 0.3,
                OutputDropout = 0.4,
                CodeDropout = 0.1,
                VariationalDropout = isVariational,
            });

    private void AreOneRun(ModelOptions model, TrainingOptions options)
    {
        foreach (int threads in (int[])[1, 2, 3, 8])
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", threads);
            Trainer.Train(
                Data, model, options, _temp[$"{threads}"], device: device,
                cancellationToken: TestContext.Current.CancellationToken).Step.ShouldBe(14);
            _temp[$"{threads}"].ShouldBeTheSameRunAs(_temp["1"]); // weights, moments and log
        }
    }
}
