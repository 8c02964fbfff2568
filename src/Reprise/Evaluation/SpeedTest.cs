using System.Diagnostics;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Evaluation;

/// <summary>Measures the speed of every part at the sizes of a preset, on synthetic sentences and first weights.</summary>
public sealed class SpeedTest
{
    private const ulong Seed = 1;
    private const int BatchesOfSentences = 64;
    private const int SentencesDecoded = 100;
    private const int WordsDecoded = 15; // models without training never end a sentence by themselves
    private const int WarmUp = 2;

    private readonly Preset _preset;
    private readonly ModelOptions _model;
    private readonly SpeedOptions _options;
    private readonly IKernels<float> _kernels;
    private readonly SentenceList _sentences;
    private readonly CancellationToken _cancellation;

    private SpeedTest(Preset preset, SpeedOptions options, IKernels<float> kernels, CancellationToken cancellation)
    {
        _preset = preset;
        _model = preset.Model(preset.Words + Vocabulary.SpecialTokens);
        _options = options;
        _kernels = kernels;
        _cancellation = cancellation;
        _sentences = SyntheticSentences.Make(BatchesOfSentences * preset.Training.BatchSize, _model.VocabularySize, Seed);
    }

    /// <summary>Measures everything.</summary>
    /// <param name="progress">Is told what is measured next.</param>
    /// <exception cref="InputException">The options are out of range.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static SpeedReport Run(Preset preset, SpeedOptions options, IKernels<float> kernels, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        if (!(options.Seconds is > 0 and < 1e6))
            throw new InputException(FormattableString.Invariant($"seconds is {options.Seconds}; expected more than 0"));
        if (options.Threads < 1)
            throw new InputException($"threads is {options.Threads}; expected at least 1");
        SpeedTest test = new(preset, options, kernels, cancellation);
        progress?.Report("the machine");
        double peak = MachinePeak.FmaGflops(options.Threads), bandwidth = MachinePeak.MemoryBandwidth(options.Threads);
        progress?.Report("training steps");
        StepSpeed step = test.Step(peak); // before the products, whose memory would count
        progress?.Report("large products");
        IReadOnlyList<ProductSpeed> products = test.Products(peak);
        progress?.Report("encoding");
        using SentenceAutoencoder<float> network = new(test._model, kernels);
        Initialization.Fill(network.Weights, Seed);
        using SentenceEngine engine = new(network);
        double encoded = test.Encode(engine);
        progress?.Report("greedy decoding");
        double greedy = test.Decode(engine, 1);
        progress?.Report("beam search");
        return new SpeedReport(peak, bandwidth, products, step, encoded, greedy, test.Decode(engine, options.BeamWidth));
    }

    private StepSpeed Step(double peak)
    {
        using TrainingStep step = new(_model, _preset.Training, _kernels);
        SentenceOrder order = new(_sentences, _preset.Training.BatchSize, poolBatches: 1, Seed); // each batch has all lengths, so few steps are a fair sample
        long number = 0, sentences = 0, tokens = 0;
        double flops = 0;
        TimeSpan busy = Repeat(WarmUp, () =>
        {
            ReadOnlySpan<long> batch = order.Batch(0, number % order.BatchesPerEpoch);
            StepResult result = step.Run(_sentences, batch, number++);
            return () =>
            {
                sentences += result.Sentences;
                tokens += result.Tokens;
                flops += Arithmetic.Step(_model, result.Sentences, result.Tokens - result.Sentences);
            };
        }, out int steps);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        step.Run(_sentences, order.Batch(0, 0), number);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        double seconds = busy.TotalSeconds, gflops = flops / seconds / 1e9;
        return new StepSpeed(seconds / steps, gflops, gflops / peak, sentences / seconds, tokens / seconds, Process.GetCurrentProcess().PeakWorkingSet64 / 1e6, allocated);
    }

    private List<ProductSpeed> Products(double peak)
    {
        Batch batch = new();
        for (int i = 0; i < _preset.Training.BatchSize; i++)
            batch.Add(_sentences, i);
        batch.Pack(_model.LatentInput);
        (int V, int E, int H) = (_model.VocabularySize, _model.EmbeddingSize, _model.HiddenSize);
        int N = batch.DecoderSteps.Rows, softmaxInput = _model.TieEmbeddings ? E : H;
        using Workspace<float> workspace = new();
        Tensor<float> Random(int rows, int columns)
        {
            Tensor<float> tensor = workspace.Take(rows, columns);
            for (int r = 0; r < rows; r++)
                Philox.Normal(tensor.Row(r), Seed, RandomUse.Weights, r, columns);
            _kernels.Tanh(tensor, tensor);
            return tensor;
        }

        Tensor<float> x_NE = Random(N, E), gates_N4H = Random(N, 4 * H), inputs_N4H = Random(N, 4 * H), weight_4HE = Random(4 * H, E), weight_4HH = Random(4 * H, H);
        Tensor<float> h_NH = Random(N, H), c_NH = Random(N, H), dh_NH = Random(N, H), dWeight_4HH = Random(4 * H, H), dWeight_4HE = Random(4 * H, E);
        Tensor<float> x_NI = Random(N, softmaxInput), dx_NI = Random(N, softmaxInput), weight_VI = Random(V, softmaxInput), dWeight_VI = Random(V, softmaxInput);
        Tensor<float> bias_V = Random(1, V), dBias_V = Random(1, V), nll_N = Random(1, N);
        double input = 8.0 * N * E * H, recurrent = 8.0 * N * H * H;
        return
        [
            Time("LSTM inputs, forward", input, peak, () => _kernels.Linear(inputs_N4H, x_NE, weight_4HE, default)),
            Time("LSTM inputs, gradient of the weights", input, peak, () => _kernels.LinearBackwardWeight(dWeight_4HE, default, inputs_N4H, x_NE)),
            Time("LSTM steps, forward", recurrent, peak, () => _kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, default, default, batch.DecoderSteps)),
            Time("LSTM steps, backward", 2 * recurrent, peak, () => _kernels.LstmBackward(inputs_N4H, default, default, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, default, default, batch.DecoderSteps)),
            Time("softmax, forward and backward", 6.0 * N * softmaxInput * V, peak, () => _kernels.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, batch.Targets, 1e-3f)),
        ];
    }

    private ProductSpeed Time(string name, double flops, double peak, Action run)
    {
        TimeSpan busy = Repeat(WarmUp, () =>
        {
            run();
            return null;
        }, out int times);
        double seconds = busy.TotalSeconds / times, gflops = flops / seconds / 1e9;
        return new ProductSpeed(name, seconds, gflops, gflops / peak);
    }

    private double Encode(SentenceEngine engine)
    {
        int next = 0;
        int[][] batch = new int[SentenceEngine.BatchSize][];
        TimeSpan busy = Repeat(WarmUp, () =>
        {
            for (int i = 0; i < batch.Length; i++)
            {
                long index = next++ % _sentences.Count;
                batch[i] = new int[_sentences.Length(index)];
                _sentences.Read(index, batch[i]);
            }

            engine.Encode(batch);
            return null;
        }, out int times);
        return (double)times * batch.Length / busy.TotalSeconds;
    }

    private double Decode(SentenceEngine engine, int beamWidth)
    {
        float[][] codes = new float[SentencesDecoded][];
        for (int i = 0; i < codes.Length; i++)
            Philox.Normal(codes[i] = new float[_model.LatentSize], Seed, RandomUse.Prior, 0, i);
        DecodingOptions options = new() { BeamWidth = beamWidth, MaximumWords = WordsDecoded };
        long[] keys = new long[codes.Length];
        TimeSpan busy = Repeat(warmUp: 1, () =>
        {
            engine.Decode(codes, options, Seed, keys);
            return null;
        }, out int times);
        return (double)times * codes.Length / busy.TotalSeconds;
    }

    /// <summary>Runs something again and again for as long as the options say, after runs that do not count.</summary>
    /// <param name="run">Returns what to do when the run counts.</param>
    private TimeSpan Repeat(int warmUp, Func<Action?> run, out int times)
    {
        for (int i = 0; i < warmUp; i++)
            run();
        times = 0;
        TimeSpan busy = TimeSpan.Zero;
        while (times == 0 || busy.TotalSeconds < _options.Seconds)
        {
            _cancellation.ThrowIfCancellationRequested();
            long start = Stopwatch.GetTimestamp();
            Action? count = run();
            busy += Stopwatch.GetElapsedTime(start);
            count?.Invoke();
            times++;
        }

        return busy;
    }
}
