using Reprise.Benchmarks;
using Reprise.Cli.Rendering;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Benchmarks;

public sealed class GrowthTests
{
    private static readonly ModelOptions Tiny = new() { VocabularySize = 40, EmbeddingSize = 6, HiddenSize = 8, LatentSize = 3 };
    private static readonly TrainingOptions Training = new() { BatchSize = 5, Steps = 1 };

    [Fact]
    public void Each_size_is_varied_by_itself()
    {
        GrowthOptions options = new()
        {
            Threads = 1, Seconds = 1e-9, Vocabularies = [50, 70], Hidden = [9], Batches = [4, 7], Corpora = [12, 300],
        };
        IReadOnlyList<GrowthRow> rows = Growth.Run(
            Tiny, Training, options, () => ComputeDevice.Open("cpu", 1).Kernels, cancellation: TestContext.Current.CancellationToken);
        rows.Select(row => (row.Axis, row.Value)).ShouldBe(
            [("vocabulary", 50), ("vocabulary", 70), ("hidden", 9), ("batch", 4), ("batch", 7), ("corpus", 12), ("corpus", 300)]);
        foreach (GrowthRow row in rows)
            (row.Seconds > 0 && row.ShareOfPeak > 0 && row.Megabytes > 0 && row.SamplingSeconds > 0).ShouldBeTrue(row.ToString());
        GrowthTables.Of(rows).Rows.Count.ShouldBe(7);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(100_000, 500)]
    [InlineData(250_003, 70_000)]
    public void A_generated_corpus_holds_the_synthetic_sentences_again_and_again(long count, int vocabularySize)
    {
        vocabularySize += Vocabulary.SpecialTokens;
        SentenceList expected = SyntheticSentences.Make((int)Math.Min(count, 100_000), vocabularySize, seed: 7);
        using GeneratedCorpus corpus = GeneratedCorpus.Make(count, vocabularySize, seed: 7, TestContext.Current.CancellationToken);
        corpus.Sentences.Count.ShouldBe(count);
        int[] words = new int[SyntheticSentences.Longest], made = new int[SyntheticSentences.Longest];
        foreach (long index in (long[])[0, 1, 99, count / 2, count - 2, count - 1])
        {
            int length = corpus.Sentences.Read(index, words);
            made.AsSpan(0, expected.Read(index % expected.Count, made)).SequenceEqual(words.AsSpan(0, length))
                .ShouldBeTrue($"sentence {index}");
        }
    }

    [Fact]
    public void Predictions_are_held_against_steps()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        CostCheckRow row = CostCheck.Run(
            [("tiny", Tiny, Training)], kernels, seconds: 1e-9, cancellation: TestContext.Current.CancellationToken).ShouldHaveSingleItem();
        row.PredictedSeconds.ShouldBeGreaterThan(0);
        row.MeasuredSeconds.ShouldBeGreaterThan(0);
        row.Error.ShouldBe((row.PredictedSeconds - row.MeasuredSeconds) / row.MeasuredSeconds, 1e-9);
        GrowthTables.Of([row]).Rows.Count.ShouldBe(1);
    }
}
