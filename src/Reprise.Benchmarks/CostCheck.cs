using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Benchmarks;

/// <summary>The time of a step as <see cref="CostModel"/> predicted it and as it was measured.</summary>
/// <param name="Tokens">Words and ends of sentences a step.</param>
internal sealed record CostCheckRow(
    string Name, ModelOptions Model, int Batch, double Tokens, double PredictedSeconds, double MeasuredSeconds)
{
    /// <summary>The excess of the prediction, as a share of the measured time.</summary>
    public double Error => (PredictedSeconds / MeasuredSeconds) - 1;
}

/// <summary>
/// Compares <see cref="CostModel"/> with measured steps of models up to a hundred times as large as those that it was fitted to.
/// </summary>
internal static class CostCheck
{
    private const ulong Seed = 1;
    private const int Batches = 4;

    private static readonly ModelOptions Untied =
        Presets.Paper.Template with { TieEmbeddings = false, PosteriorLayers = 0, LatentInput = LatentInput.InitialState };

    private static readonly Preset Wide = Presets.Standard with
    {
        Template = Presets.Standard.Template with { HiddenSize = 1024 },
        Training = Presets.Standard.Training with { BatchSize = 64 },
    };

    /// <summary>The paper's sizes and five others.</summary>
    public static IReadOnlyList<(string Name, ModelOptions Model, TrainingOptions Training)> Sizes { get; } =
    [
        Of("paper", Presets.Paper, words: 20_000),
        Of("standard", Presets.Standard, words: 20_000),
        Of("small", Presets.Small, words: 8_000),
        Of("paper, untied", Presets.Paper with { Template = Untied }, words: 20_000),
        Of("50,000 words, batch 64", Presets.Standard with { Training = Presets.Standard.Training with { BatchSize = 64 } }, words: 50_000),
        Of("hidden 1024, batch 64", Wide, words: 8_000),
    ];

    /// <summary>
    /// Measures the machine, steps, and the machine again, for each of the sizes. The mean of both predictions is compared with the
    /// steps, because the speed of a shared machine changes from minute to minute.
    /// </summary>
    /// <param name="seconds">Approximate time for each size.</param>
    /// <param name="progress">Takes the name of the next measurement.</param>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static IReadOnlyList<CostCheckRow> Run(IEnumerable<(string Name, ModelOptions Model, TrainingOptions Training)> sizes,
        IKernels<float> kernels, double seconds, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        List<CostCheckRow> rows = [];
        foreach ((string name, ModelOptions model, TrainingOptions training) in sizes)
        {
            progress?.Report(name);
            CostModel before = CostModel.Measure(kernels, cancellation);
            SentenceList sentences = SyntheticSentences.Make(Batches * training.BatchSize, model.VocabularySize, Seed);
            MeasuredSteps steps = MeasuredSteps.Of(model, training, sentences, kernels, seconds, cancellation);
            CostModel after = CostModel.Measure(kernels, cancellation);
            double predicted = (Seconds(before) + Seconds(after)) / 2;
            rows.Add(new CostCheckRow(name, model, training.BatchSize, steps.Tokens, predicted, steps.Whole.Seconds));

            double Seconds(CostModel cost) => cost.SecondsPerStep(model, training.BatchSize, steps.Tokens);
        }

        return rows;
    }

    private static (string Name, ModelOptions Model, TrainingOptions Training) Of(string name, Preset preset, int words) =>
        (name, preset.Model(words + Vocabulary.SpecialTokens), preset.Training);
}
