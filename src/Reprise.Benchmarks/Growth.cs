using System.Diagnostics;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Benchmarks;

/// <summary>The sizes that <see cref="Growth"/> varies, one at a time.</summary>
internal sealed record GrowthOptions
{
    /// <summary>Approximate time for each size. Default 2 seconds.</summary>
    public double Seconds { get; init; } = 2;

    /// <summary>Threads for the peak of the machine: as many as the engine has. At least 1.</summary>
    public required int Threads { get; init; }

    /// <summary>Words of the vocabulary.</summary>
    public IReadOnlyList<int> Vocabularies { get; init; } = [5_000, 20_000, 50_000, 100_000, 200_000];

    /// <summary>Hidden units.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128, 256, 512, 1024, 2048];

    /// <summary>Sentences a step.</summary>
    public IReadOnlyList<int> Batches { get; init; } = [16, 64, 256, 1024, 4096];

    /// <summary>Sentences of the corpus, which is made as a file in a temporary folder: 33 bytes each.</summary>
    public IReadOnlyList<long> Corpora { get; init; } = [100_000, 1_000_000, 10_000_000, 60_000_000];
}

/// <summary>Training steps at one size.</summary>
/// <param name="Axis">The size that was varied: vocabulary, hidden, batch or corpus.</param>
/// <param name="Value">The value of that size.</param>
/// <param name="Seconds">The time of one step.</param>
/// <param name="Gflops">Billions of operations of <see cref="Arithmetic.Step"/> a second.</param>
/// <param name="ShareOfPeak">The share of the peak of the machine or the device, 0 to 1.</param>
/// <param name="Megabytes">
/// Memory that the process held while the steps ran, in 10⁶ bytes; a corpus is a part of it, up to 256 MiB.
/// </param>
/// <param name="SamplingSeconds">The time to choose the sentences of one batch, averaged over a pool of 64 batches.</param>
internal sealed record GrowthRow(
    string Axis, long Value, double Seconds, double Gflops, double ShareOfPeak, double Megabytes, double SamplingSeconds);

/// <summary>Measures the growth of a training step with each size by itself. It must not exceed that of the arithmetic.</summary>
internal static class Growth
{
    private const ulong Seed = 1;
    private const int SentencesMade = 10_000;

    /// <summary>Varies each size around those of a preset.</summary>
    /// <param name="makeKernels">Makes a back end for each size, so that none keeps the memory of another; disposed of here.</param>
    /// <param name="progress">Takes the name of the next measurement.</param>
    /// <exception cref="InputException">There is no room for the corpus.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<GrowthRow> Run(ModelOptions model, TrainingOptions training, GrowthOptions options,
        Func<IKernels<float>> makeKernels, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        using IKernels<float> first = makeKernels();
        using Yardstick peak = new(first, options.Threads);
        List<(string Axis, long Value, MeasuredSteps Steps, double Sampling)> cells = [];
        void Measure(string axis, long value, ModelOptions sizes, TrainingOptions batch, ISentences sentences)
        {
            progress?.Report(FormattableString.Invariant($"{axis} {value:N0}"));
            peak.MeasureArithmetic();
            double sampling = SecondsOfSampling(sentences, batch);
            // frees the memory of earlier sizes
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            using IKernels<float> kernels = makeKernels();
            cells.Add((axis, value, MeasuredSteps.Of(sizes, batch, sentences, kernels, options.Seconds, cancellation), sampling));
        }

        SentenceList Made(int vocabularySize, int batch) => SyntheticSentences.Make(Math.Max(SentencesMade, batch), vocabularySize, Seed);
        foreach (int words in options.Vocabularies)
        {
            ModelOptions sizes = model with { VocabularySize = words + Vocabulary.SpecialTokens };
            Measure("vocabulary", words, sizes, training, Made(sizes.VocabularySize, training.BatchSize));
        }

        SentenceList sentences = Made(model.VocabularySize, options.Batches.Append(training.BatchSize).Max());
        foreach (int hidden in options.Hidden)
            Measure("hidden", hidden, model with { HiddenSize = hidden }, training, sentences);
        foreach (int batch in options.Batches)
            Measure("batch", batch, model, training with { BatchSize = batch }, sentences);
        foreach (long count in options.Corpora)
        {
            progress?.Report(FormattableString.Invariant($"making a corpus of {count:N0} sentences"));
            using GeneratedCorpus corpus = GeneratedCorpus.Make(count, model.VocabularySize, Seed, cancellation);
            Measure("corpus", count, model, training, corpus.Sentences);
        }

        return
        [
            .. cells.Select(cell =>
            {
                double gflops = cell.Steps.Whole.Flops / cell.Steps.Whole.Seconds / 1e9;
                return new GrowthRow(cell.Axis, cell.Value, cell.Steps.Whole.Seconds, gflops,
                    gflops / peak.Gflops, cell.Steps.ResidentBytes / 1e6, cell.Sampling);
            }),
        ];
    }

    private static double SecondsOfSampling(ISentences sentences, TrainingOptions training)
    {
        SentenceOrder order = new(sentences, training.BatchSize, training.PoolBatches, Seed);
        long batches = Math.Min(order.BatchesPerEpoch, training.PoolBatches);
        long start = Stopwatch.GetTimestamp();
        for (long position = 0; position < batches; position++)
            order.Batch(0, position);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / batches;
    }
}
