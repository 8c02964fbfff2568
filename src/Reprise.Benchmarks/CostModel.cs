using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Benchmarks;

/// <summary>
/// The time of a training step on this machine, as a function of its sizes: a constant number of seconds for each
/// floating-point operation of its products, for each logit and each gate, for each parameter, and once a step. The four constants are
/// measured by a few steps of small models.
/// </summary>
/// <remarks>
/// seconds = a · <see cref="Arithmetic.Step"/> + b · N (V + 8 H) + c · parameters + d, with N tokens, no constant negative.
/// The cost of each part of a step beside its arithmetic (packing, exponentials, clearing, norm, Adam) grows with one of these.
/// </remarks>
internal sealed class CostModel
{
    private const ulong Seed = 1;
    private const int Repetitions = 3;
    private const double LeastSeconds = 0.03;      // of each model: a single short step is too noisy
    private const double OptimisingSeconds = 0.6;  // of warm-up: methods are compiled again after some calls

    // Small models, in each of which another kind of work is large: none, logits, tokens, parameters, arithmetic.
    private static readonly (int V, int E, int H, int B)[] Probes =
        [(1000, 32, 32, 16), (4000, 64, 64, 32), (1000, 64, 64, 96), (6000, 128, 128, 8), (1000, 128, 512, 48)];

    private readonly double[] _constants;

    internal CostModel(IReadOnlyList<double> constants) => _constants = [.. constants];

    /// <summary>Measures this machine, which takes about a second.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CostModel Measure(IKernels<float> kernels, CancellationToken cancellation = default)
    {
        Fastest(Probes[0], OptimisingSeconds, kernels, cancellation);
        return new CostModel(Fit([.. Probes.Select(probe => Fastest(probe, LeastSeconds, kernels, cancellation))]));
    }

    /// <summary>
    /// Measures the seconds of one step of this model: on a device, where the four constants predict little, because a step waits more
    /// than it computes.
    /// </summary>
    /// <remarks>Takes a second, and the memory of a training model.</remarks>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static double MeasureSecondsPerStep(
        ModelOptions model, TrainingOptions training, IKernels<float> kernels, CancellationToken cancellation = default)
    {
        const int Batches = 32;
        SentenceList sentences = SyntheticSentences.Make(Batches * training.BatchSize, model.VocabularySize, Seed);
        return MeasuredSteps.SecondsAhead(model, training, sentences, kernels, OptimisingSeconds, cancellation);
    }

    /// <summary>Seconds of one step.</summary>
    /// <param name="sentences">B, sentences a step.</param>
    /// <param name="tokens">N, words and ends of sentences a step; may be a mean.</param>
    public double SecondsPerStep(ModelOptions model, int sentences, double tokens) => Dot(_constants, Work(model, sentences, tokens));

    private static (double[] Work, double Seconds) Fastest(
        (int V, int E, int H, int B) sizes, double leastSeconds, IKernels<float> kernels, CancellationToken cancellation)
    {
        ModelOptions model = new() { VocabularySize = sizes.V, EmbeddingSize = sizes.E, HiddenSize = sizes.H, LatentSize = 16 };
        TrainingOptions training = new() { BatchSize = sizes.B, LearningRate = 1e-3, Steps = 1 };
        SentenceList sentences = SyntheticSentences.Make(sizes.B, sizes.V, Seed);
        using TrainingStep step = new(model, training, kernels);
        long[] batch = [.. Enumerable.Range(0, sizes.B)];
        StepResult result = step.RunAndWait(sentences, batch, 0); // touches its memory for the first time
        double fastest = double.MaxValue, spent = 0;
        for (int number = 1; number <= Repetitions || spent < leastSeconds; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            double seconds = Timing.Of(0, () => step.RunAndWait(sentences, batch, number)).Seconds;
            fastest = Math.Min(fastest, seconds);
            spent += seconds;
        }

        return (Work(model, result.Sentences, result.Tokens), fastest);
    }

    /// <summary>The non-negative constants with the least squared relative error of the measured seconds.</summary>
    internal static double[] Fit(IReadOnlyList<(double[] Work, double Seconds)> measured)
    {
        const int Sweeps = 20_000; // of coordinate descent on the normal equations
        int count = measured[0].Work.Length;
        double[][] shares = [.. measured.Select(m => m.Work.Select(work => work / m.Seconds).ToArray())];
        double[][] products = [.. Enumerable.Range(0, count)
            .Select(i => Enumerable.Range(0, count).Select(j => shares.Sum(row => row[i] * row[j])).ToArray())];
        double[] sums = [.. Enumerable.Range(0, count).Select(i => shares.Sum(row => row[i]))];
        double[] constants = new double[count];
        for (int sweep = 0; sweep < Sweeps; sweep++)
        {
            for (int i = 0; i < count; i++)
                constants[i] = Math.Max(0, constants[i] + ((sums[i] - Dot(constants, products[i])) / products[i][i]));
        }

        return constants;
    }

    private static double[] Work(ModelOptions model, long sentences, double tokens) =>
    [
        Arithmetic.Step(model, sentences, (long)Math.Round(tokens) - sentences),
        tokens * (model.VocabularySize + (8.0 * model.HiddenSize)),
        new ParameterLayout(model).Count,
        1,
    ];

    private static double Dot(double[] x, double[] y)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }
}
