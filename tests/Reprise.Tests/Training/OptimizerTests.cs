using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Kernels;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Optimisers and averaged weights.</summary>
public sealed class OptimizerTests : IDisposable
{
    private const double Rounding = 2e-6; // of sums of some float products of numbers below 2

    private static readonly TrainingOptions Descent = Toys.Options with { Optimizer = OptimizerKind.Sgd, LearningRate = 0.1 };
    private static readonly TrainingOptions Averaging = Toys.Options with { AverageDecay = 0.9 };

    private readonly TempFolder _temp = new();
    private readonly IKernels<float> _cpu = ComputeDevice.Open("cpu", 1).Kernels;

    public void Dispose()
    {
        _cpu.Dispose();
        _temp.Dispose();
    }

    public static TheoryData<string> Ways =>
        ["averaged", "descent", "momentum, averaged", "adamW", "averaged, aggressive", "descent, aggressive"];

    [Theory, MemberData(nameof(Ways))]
    public void A_run_that_stops_ends_as_the_run_that_did_not(string way)
    {
        TrainingOptions options = OptionsOf(way);
        Train("straight", options);
        foreach (long step in (long[])[3, 7])
        {
            using CancellationTokenSource source = new();
            Train($"stopped{step}", options, RunMode.New, report => Cancel(source, report.Step == step), source.Token).Step.ShouldBe(step);
            Train($"stopped{step}", options, RunMode.Resume).Step.ShouldBe(12);
            _temp[$"stopped{step}"].ShouldBeTheSameRunAs(_temp["straight"]);
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public void A_run_on_a_device_is_the_run_on_the_host(string way)
    {
        using FakeDevice device = new(lateBy: 4);
        TrainingOptions options = OptionsOf(way);
        Train("host", options);
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp["device"], device: new ComputeDevice(device),
            cancellationToken: TestContext.Current.CancellationToken);
        _temp["device"].ShouldBeTheSameRunAs(_temp["host"]);
    }

    [Fact]
    public void The_average_is_exponential_and_corrected_for_its_beginning()
    {
        using TrainingStep step = new(Toys.Model, Averaging, _cpu);
        double[] sum = new double[step.Model.Weights.All.Length];
        double weight = 0;
        for (long i = 0; i < 30; i++)
        {
            step.RunAndWait(Toys.Data.Train, [i, i + 1, i + 2], i);
            weight = (0.9 * weight) + 0.1;
            for (int j = 0; j < sum.Length; j++)
                sum[j] = (0.9 * sum[j]) + (0.1 * step.Model.Weights.All.Span[j]);
        }

        ReadOnlySpan<float> average = step.Evaluated.Weights.All.Span;
        for (int j = 0; j < sum.Length; j++)
            ((double)average[j]).ShouldBe(sum[j] / weight, Rounding);
        average.SequenceEqual(step.Model.Weights.All.Span).ShouldBeFalse();
    }

    [Fact]
    public void The_average_is_evaluated_and_saved_and_the_weights_are_in_the_checkpoint()
    {
        TrainingResult averaged = Train("averaged", Averaging), plain = Train("plain", Toys.Options);
        Tensors("averaged/optimizer.safetensors", "raw.").ShouldBe(Tensors("plain/model.safetensors", ""));
        Tensors("averaged/model.safetensors", "").ShouldNotBe(Tensors("plain/model.safetensors", ""));
        using SentenceAutoencoder<float> saved = ModelFolder.Open(_temp["averaged"]).LoadModel(_cpu);
        using HeldOutSample sample = new(_cpu, Toys.Data.Test!, 5, 8, Toys.Model.LatentSize, Toys.Options.Seed);
        averaged.LastEvaluation!.Losses.Values.ShouldBe(sample.Measure(saved, default).Reported.Values);
        averaged.LastEvaluation.Losses.Values.ShouldNotBe(plain.LastEvaluation!.Losses.Values);
    }

    [Fact]
    public void A_model_saved_before_the_first_step_has_the_first_weights()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        Train("averaged", Averaging, cancellation: source.Token).Step.ShouldBe(0);
        Train("plain", Toys.Options, cancellation: source.Token).Step.ShouldBe(0);
        Tensors("averaged/model.safetensors", "").ShouldBe(Tensors("plain/model.safetensors", ""));
    }

    [Fact]
    public void Gradient_descent_has_one_moment_and_steps_along_the_gradient()
    {
        TrainingOptions options = Descent with { ClipNorm = null, WordDropRate = 0 };
        using TrainingStep step = new(Toys.Model, options, _cpu);
        step.Optimizer.Second.ShouldBeNull();
        step.Slabs.State.Select(state => state.Prefix).ShouldBe(["velocity."]);
        float[] before = step.Model.Weights.All.Span.ToArray();
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 0);
        ReadOnlySpan<float> after = step.Model.Weights.All.Span, gradient = step.Gradients.All.Span;
        for (int j = 0; j < before.Length; j++)
            ((double)after[j]).ShouldBe(before[j] - (0.1 * gradient[j]), Rounding);
        Train("run", options);
        Tensors("run/optimizer.safetensors", "").Keys.ShouldAllBe(name => name.StartsWith("velocity."));
    }

    [Fact]
    public void Momentum_keeps_a_share_of_the_velocity()
    {
        using TrainingStep step = new(Toys.Model, Descent with { ClipNorm = null, Momentum = 0.5 }, _cpu);
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 0);
        float[] first = step.Gradients.All.Span.ToArray();
        step.RunAndWait(Toys.Data.Train, [3, 4, 5], 1);
        ReadOnlySpan<float> velocity = step.Optimizer.First.All.Span, second = step.Gradients.All.Span;
        for (int j = 0; j < first.Length; j++)
            ((double)velocity[j]).ShouldBe((0.5 * first[j]) + second[j], Rounding);
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, OptimizerKind.Adam)]
    [InlineData(OptimizerKind.Sgd, OptimizerKind.Sgd)]
    public void Matrices_decay_and_biases_do_not(OptimizerKind kind, OptimizerKind without)
    {
        TrainingOptions options = Toys.Options with { Optimizer = kind, WeightDecay = 0.5, LearningRate = 0.1 };
        using TrainingStep decaying = new(Toys.Model, options, _cpu);
        using TrainingStep plain = new(Toys.Model, options with { Optimizer = without, WeightDecay = 0 }, _cpu);
        float[] before = plain.Model.Weights.All.Span.ToArray();
        decaying.RunAndWait(Toys.Data.Train, [0, 1, 2], 0);
        plain.RunAndWait(Toys.Data.Train, [0, 1, 2], 0);
        foreach (Parameter p in plain.Model.Weights.Layout.Parameters)
        {
            ReadOnlySpan<float> a = decaying.Model.Weights[p].Span, b = plain.Model.Weights[p].Span;
            for (int j = 0; j < a.Length; j++)
            {
                double decay = p.IsVector ? 0 : 0.1 * 0.5 * before[(int)p.Offset + j];
                ((double)b[j] - a[j]).ShouldBe(decay, Rounding, p.Name);
            }
        }
    }

    [Theory]
    [InlineData("weightDecay is 0.1 with adam", OptimizerKind.Adam, 0.1, 0, 0)]
    [InlineData("weightDecay is -1", OptimizerKind.AdamW, -1, 0, 0)]
    [InlineData("momentum is 0.9 with adam", OptimizerKind.AdamW, 0, 0.9, 0)]
    [InlineData("momentum is 1; expected", OptimizerKind.Sgd, 0, 1, 0)]
    [InlineData("averageDecay is 1; expected", OptimizerKind.Adam, 0, 0, 1)]
    [InlineData("optimizer is 7", (OptimizerKind)7, 0, 0, 0)]
    public void Options_that_do_not_go_together_are_refused(
        string expected, OptimizerKind kind, double decay, double momentum, double average) =>
        Should.Throw<InputException>((Toys.Options with
        {
            Optimizer = kind,
            WeightDecay = decay,
            Momentum = momentum,
            AverageDecay = average,
        }).Validate).Message.ShouldContain(expected);

    [Fact]
    public void A_checkpoint_of_another_optimizer_is_refused()
    {
        Train("run", Toys.Options with { Steps = 2 });
        Should.Throw<InputException>(() => Train("run", Descent, RunMode.Resume)).Message
            .ShouldContain("training.optimizer is \"adam\" in this run");
        Train("descent", Descent with { Steps = 2 });
        foreach (string name in (string[])["optimizer.safetensors", "model.safetensors", "progress.json"])
            File.Copy(_temp[$"descent/{name}"], _temp[$"run/{name}"], overwrite: true);
        Should.Throw<InputException>(() => Train("run", Toys.Options, RunMode.Resume)).Message.ShouldContain("optimizer.safetensors: ");
    }

    private static TrainingOptions OptionsOf(string way) => way switch
    {
        "averaged" => Averaging with { ReportEvery = 1 },
        "descent" => Descent with { ReportEvery = 1 },
        "momentum, averaged" => Descent with { ReportEvery = 1, Momentum = 0.9, AverageDecay = 0.8, WeightDecay = 0.01 },
        "averaged, aggressive" => Averaging with { ReportEvery = 1, Updates = UpdateOrder.AggressiveEncoder },
        "descent, aggressive" => Descent with { ReportEvery = 1, Updates = UpdateOrder.AggressiveEncoder },
        _ => Toys.Options with { ReportEvery = 1, Optimizer = OptimizerKind.AdamW, WeightDecay = 0.1 },
    };

    private TrainingResult Train(
        string name, TrainingOptions options, RunMode mode = RunMode.New, Action<TrainingReport>? report = null,
        CancellationToken? cancellation = null) =>
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp[name], mode, new ComputeDevice(_cpu), report is null ? null : new Listener(report),
            cancellation ?? TestContext.Current.CancellationToken);

    /// <summary>The elements of the tensors of a prefix, in hexadecimal, by their names without it.</summary>
    private Dictionary<string, string> Tensors(string path, string prefix)
    {
        using SafeTensors file = SafeTensors.Open(_temp[path]);
        string[] names = [.. file.Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        return names.ToDictionary(name => name[prefix.Length..], name =>
        {
            float[] elements = new float[file[name].Count];
            file.Read(name, 0, elements.AsSpan());
            return string.Join(' ', elements);
        });
    }

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }
}
