using System.Diagnostics;
using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Benchmarks;

/// <summary>
/// Measures the speed of every part of the work at the sizes of a model, on synthetic sentences and initial weights, beside the
/// peak of the machine.
/// </summary>
internal sealed class SpeedTest : IDisposable
{
    private const string Rest = "everything else"; // the batch and its noise

    /// <summary>Samples for each sentence whose log-likelihood is estimated.</summary>
    public const int ImportanceSamples = 500;

    private const ulong Seed = 1;
    private const int BatchesOfSentences = 64;
    private const int SentencesDecoded = 100;
    private const int SentencesEstimated = 2;
    private const int WordsDecoded = 15;
    private const float NeverEnds = -20; // bias of EOS, so that no sentence ends early
    private const long MostLogits = 64 << 20;
    private const int WarmUp = 2;

    private readonly ModelOptions _model;
    private readonly TrainingOptions _training;
    private readonly SpeedOptions _options;
    private readonly IKernels<float> _kernels;
    private readonly SentenceList _sentences;
    private readonly Yardstick _peak;
    private readonly IProgress<string>? _progress;
    private readonly CancellationToken _cancellation;

    private SpeedTest(ModelOptions model, TrainingOptions training, SpeedOptions options,
        IKernels<float> kernels, IProgress<string>? progress, CancellationToken cancellation)
    {
        _model = model;
        _training = training;
        _options = options;
        _kernels = kernels;
        _progress = progress;
        _cancellation = cancellation;
        _sentences = SyntheticSentences.Make(BatchesOfSentences * training.BatchSize, model.VocabularySize, Seed);
        _peak = new Yardstick(kernels, options.Threads);
    }

    /// <summary>Measures everything.</summary>
    /// <param name="progress">Takes the name of the next measurement.</param>
    /// <exception cref="InputException">The options are out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SpeedReport Run(ModelOptions model, TrainingOptions training, SpeedOptions options,
        IKernels<float> kernels, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        model.Validate();
        using SpeedTest test = new(model, training, options, kernels, progress, cancellation);
        return test.Run();
    }

    /// <inheritdoc/>
    public void Dispose() => _peak.Dispose();

    // The machine is measured between the parts, so that no slow moment becomes its peak. Its memory and the large products come last,
    // because their memory would count as that of the step.
    private SpeedReport Run()
    {
        Next("training steps");
        MeasuredSteps steps = MeasuredSteps.Of(_model, _training, _sentences, _kernels, _options.Seconds, _cancellation);
        double stepMemory = PeakRss();
        TaskSpeeds? tasks = _options.StepOnly ? null : Tasks();

        Next("memory");
        _peak.MeasureMemory();
        (string Name, Timing Timing)[] products = [];
        if (!_options.StepOnly)
        {
            Next("matrix products");
            products = Products();
            Next("memory again");
            _peak.MeasureMemory();
        }

        double seconds = steps.Whole.Seconds, gflops = steps.Whole.Flops / seconds / 1e9, share = gflops / _peak.Gflops;
        IEnumerable<PartSpeed> parts = StepParts.All.Append(Rest)
            .Select((name, part) => Speed(name, steps.Parts[part], steps.SecondsOfParts));
        return new SpeedReport(
            _peak.Gflops,
            _peak.BackEndGflops,
            _peak.Bandwidth,
            new StepSpeed(seconds, gflops, share, _training.BatchSize / seconds, steps.Tokens / seconds, stepMemory, steps.AllocatedBytes),
            [.. parts.Where(part => part.Seconds > 0)],
            [.. products.Select(product => Speed(product.Name, product.Timing, null))],
            tasks is null ? null : SharesOf(tasks));
    }

    private TaskSpeeds Tasks()
    {
        using SentenceAutoencoder<float> network = new(_model, _kernels);
        Initialization.Fill(network.Weights, Seed);
        _kernels.Write(network.Weights["output.bias"].ColumnRange(Vocabulary.EndOfSentence, 1), [NeverEnds]);
        using FrozenWeights<float> frozen = network.FreezeWeights();
        using InferencePipeline pipeline = new(network);
        Next("encoding");
        Timing encode = Encode(pipeline.Engine);
        Next("greedy decoding");
        Timing greedy = Decode(pipeline.Engine, beamWidth: 1);
        Next($"beam search of {_options.BeamWidth}");
        Timing beam = Decode(pipeline.Engine, _options.BeamWidth);
        Next("importance sampling");
        Timing importance = Importance(pipeline);
        (SentenceSpeed encoding, SentenceSpeed sampling) = (Speed(encode, SentenceEngine.BatchSize), Speed(importance, SentencesEstimated));
        return new TaskSpeeds(encoding, Speed(greedy, SentencesDecoded), Speed(beam, SentencesDecoded), sampling, PeakRss());
    }

    // The peak may be higher than when the tasks were measured.
    private TaskSpeeds SharesOf(TaskSpeeds tasks)
    {
        (SentenceSpeed encode, SentenceSpeed greedy) = (Share(tasks.Encode), Share(tasks.Greedy));
        return tasks with { Encode = encode, Greedy = greedy, Beam = Share(tasks.Beam), Importance = Share(tasks.Importance) };

        SentenceSpeed Share(SentenceSpeed speed) => speed with { ShareOfPeak = speed.Gflops / _peak.Gflops };
    }

    private void Next(string what)
    {
        _cancellation.ThrowIfCancellationRequested();
        _progress?.Report(what);
        _peak.MeasureArithmetic();
    }

    private Timing Encode(SentenceEngine engine)
    {
        int next = 0;
        return Repeat(WarmUp, () =>
        {
            int[][] batch = [.. Enumerable.Range(0, SentenceEngine.BatchSize).Select(_ => Sentence(next++))];
            double flops = Arithmetic.Encode(_model, batch.Length, batch.Sum(sentence => sentence.Length),
                batch.SelectMany(sentence => sentence).Distinct().Count());
            return [Time(flops, () => engine.Encode(batch, _cancellation))];
        })[0];
    }

    private Timing Decode(SentenceEngine engine, int beamWidth)
    {
        float[][] codes = [.. Enumerable.Range(0, SentencesDecoded).Select(i => Code.OfPrior(_model.LatentSize, Seed, i))];
        DecodingOptions options = new() { BeamWidth = beamWidth, MaximumWords = WordsDecoded };
        long[] keys = new long[codes.Length];
        double flops = Arithmetic.Search(_model, codes.Length, WordsDecoded, beamWidth);
        return Repeat(warmUp: 1, () => [Time(flops, () => engine.Decode(codes, options, Seed, keys, _cancellation))])[0];
    }

    private Timing Importance(InferencePipeline pipeline)
    {
        using Evaluator evaluator = new(pipeline);
        EvaluationOptions options = new() { ImportanceSamples = ImportanceSamples, Seed = Seed };
        int next = 0;
        return Repeat(warmUp: 1, () =>
        {
            SentenceList few = new(Enumerable.Range(0, SentencesEstimated).Select(_ => Sentence(next++)));
            long words = Enumerable.Range(0, SentencesEstimated).Sum(i => few.Length(i));
            // The elbo needs one sample more.
            double flops = Arithmetic.Importance(_model, SentencesEstimated, words, ImportanceSamples + 1);
            return [Time(flops, () => evaluator.Evaluate(few, options, progress: null, _cancellation))];
        })[0];
    }

    private (string Name, Timing Timing)[] Products()
    {
        (int V, int H, int B) = (_model.VocabularySize, _model.HiddenSize, _training.BatchSize);
        int F = _model.TieEmbeddings ? _model.EmbeddingSize : H;
        long words = 0;
        for (int i = 0; i < B; i++)
            words += _sentences.Length(i);
        int N = (int)Math.Clamp(MostLogits / V, 1, words + B);
        using Workspace<float> workspace = new(_kernels);
        Tensor<float> Random(int rows, int columns)
        {
            Tensor<float> tensor = workspace.Take(rows, columns);
            float[] row = new float[columns];
            for (int r = 0; r < rows; r++)
            {
                Philox.Uniform(row, Seed, RandomUse.Weights, r, columns);
                _kernels.Write(tensor.RowRange(r, 1), row);
            }

            return tensor;
        }

        (string Name, Timing Timing) Product(int m, int n, int k, Action run) =>
            ($"{m} x {n} x {k}", Repeat(WarmUp, () => [Time(2.0 * m * n * k, run)])[0]);

        Tensor<float> y_NV = Random(N, V), x_NF = Random(N, F), weight_VF = Random(V, F);
        Tensor<float> h_BH = Random(B, H), weight_4HH = Random(4 * H, H), gates_B4H = Random(B, 4 * H);
        return
        [
            Product(N, V, F, () => _kernels.Linear(y_NV, x_NF, weight_VF, default)),
            Product(N, F, V, () => _kernels.LinearBackwardInput(x_NF, y_NV, weight_VF)),
            Product(V, F, N, () => _kernels.LinearBackwardWeight(weight_VF, default, y_NV, x_NF)),
            Product(B, 4 * H, H, () => _kernels.Linear(gates_B4H, h_BH, weight_4HH, default)),
        ];
    }

    private int[] Sentence(int number) => _sentences.WordsAt(number % _sentences.Count);

    // The time ends when the back end is done.
    private Timing Time(double flops, Action run) => Timing.Of(flops, () =>
    {
        run();
        _kernels.Wait(_kernels.Mark());
    });

    private Timing[] Repeat(int warmUp, Func<Timing[]> once) => Timing.Repeat(warmUp, _options.Seconds, once, _cancellation);

    private PartSpeed Speed(string name, Timing timing, double? whole)
    {
        double? gflops = timing.Flops > 0 ? timing.Flops / timing.Seconds / 1e9 : null;
        double? gbs = timing is { Flops: 0, Bytes: > 0 } ? timing.Bytes / timing.Seconds / 1e9 : null;
        return new PartSpeed(name, timing.Seconds, timing.Seconds / whole, gflops, gflops / _peak.Gflops, gbs, gbs / _peak.Bandwidth);
    }

    private SentenceSpeed Speed(Timing timing, int sentences)
    {
        double gflops = timing.Flops / timing.Seconds / 1e9;
        return new SentenceSpeed(sentences / timing.Seconds, gflops, gflops / _peak.Gflops);
    }

    private static double PeakRss() => Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
}
