using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Model;

/// <summary>Means that are normalised over the batch in training, and by running averages otherwise.</summary>
public sealed class MeanNormalizationTests : IDisposable
{
    private const double Gamma = 0.6, Epsilon = 1e-10, Rounding = 1e-6; // of floats below 2
    private const double OfVariances = 1e-3; // relative: states in float are off by 1e-7, and sentences differ by a hundredth
    private const string Shift = "posterior.mean.bias", Mean = "posterior.mean.running_mean", Variance = "posterior.mean.running_var";

    private static readonly ModelOptions s_options = Toys.Model with { MeanNormalization = Gamma };
    private static readonly int[][] s_sentences = [[3, 4, 5, 3, 7], [6, 7], [8, 3, 4], [5], [9, 12, 4, 4], [17, 18]];

    private readonly TempFolder _temp = new();
    private readonly ReferenceKernels<double> _kernels = new();

    public void Dispose()
    {
        _kernels.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void The_kl_of_a_training_batch_is_at_least_that_of_its_means_whatever_the_weights()
    {
        using SentenceAutoencoder<double> model = Filled(shift: 0.25);
        Batch batch = Pack(isTraining: true, s_sentences);
        double[] raw = Raw(model, batch);
        Losses<double> losses = model.Forward(batch, default);
        double kl = losses.Kl_B.Row(0).ToArray().Average(), bound = 0;
        for (int k = 0; k < s_options.LatentSize; k++)
        {
            (double mean, double variance) = Moments(raw, k);
            bound += 0.5 * ((Gamma * Gamma * variance / (variance + Epsilon)) + (0.25 * 0.25));
            variance.ShouldBeGreaterThan(100 * Epsilon, "the first weights, and small ones");
        }

        kl.ShouldBeGreaterThanOrEqualTo(bound);
        bound.ShouldBeGreaterThan(0.99 * s_options.LatentSize * ((Gamma * Gamma) + (0.25 * 0.25)) / 2);
        model.Weights["posterior.log_variance.weight"].Span.Clear(); // with the prior's variance the means have all of it
        model.Forward(batch, default).Kl_B.Row(0).ToArray().Average().ShouldBe(bound, 1e-12);
    }

    [Fact]
    public void Means_of_a_training_batch_have_the_shift_as_mean_and_gamma_as_deviation()
    {
        using SentenceAutoencoder<double> model = Filled(shift: 0.25);
        Batch batch = Pack(isTraining: true, s_sentences);
        double[] raw = Raw(model, batch), normalised = model.Encode(batch).Mean_BZ.Span.ToArray();
        for (int k = 0; k < s_options.LatentSize; k++)
        {
            (double mean, double variance) = Moments(normalised, k);
            (_, double before) = Moments(raw, k);
            mean.ShouldBe(0.25, 1e-12);
            variance.ShouldBe(Gamma * Gamma * before / (before + Epsilon), 1e-12);
        }
    }

    [Fact]
    public void Outside_training_a_sentence_is_encoded_alike_alone_and_among_others_by_the_running_averages()
    {
        using SentenceAutoencoder<double> model = Filled(shift: 0.25);
        Batch batch = Pack(isTraining: false, s_sentences);
        double[] raw = Raw(model, batch), together = model.Encode(batch).Mean_BZ.Span.ToArray();
        int Z = s_options.LatentSize;
        for (int i = 0; i < together.Length; i++)
            together[i].ShouldBe((Gamma * (raw[i] - 0.1) / Math.Sqrt(0.5 + Epsilon)) + 0.25, 1e-12);
        for (int b = 0; b < batch.Count; b++)
        {
            foreach (bool isTraining in (bool[])[false, true]) // one sentence alone has no variance
            {
                double[] alone = model.Encode(Pack(isTraining, s_sentences[batch.Positions[b]])).Mean_BZ.Span.ToArray();
                alone.ShouldBe(together[(Z * b)..(Z * (b + 1))], 1e-12);
            }
        }
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("adamW")]
    [InlineData("sgd")]
    public void Running_averages_begin_with_a_batch_take_a_tenth_of_later_ones_and_nothing_of_the_optimiser(string optimizer)
    {
        using IKernels<float> cpu = ComputeDevice.Open("cpu", 1).Kernels;
        OptimizerKind kind = Enum.Parse<OptimizerKind>(optimizer, ignoreCase: true);
        TrainingOptions options = Toys.Options with
        {
            Optimizer = kind,
            WeightDecay = kind == OptimizerKind.Adam ? 0 : 0.5,
            Momentum = kind == OptimizerKind.Sgd ? 0.9 : 0,
            ClipNorm = 1e-3,
            EncoderWordDropRate = 0,
        };
        using TrainingStep step = new(s_options, options, cpu);
        int Z = s_options.LatentSize;
        (double[] means, double[] variances, double weight) = (new double[Z], new double[Z], 0);
        for (long i = 0; i < 4; i++)
        {
            long[] indices = [i, i + 1, i + 2, i + 5];
            double[] raw = RawOf(step.Model, indices);
            step.RunAndWait(Toys.Data.Train, indices, i);
            weight = (0.9 * weight) + 0.1;
            for (int k = 0; k < Z; k++)
            {
                (double mean, double variance) = Moments(raw, k, 4);
                means[k] += 0.1 * (mean - means[k]);
                variances[k] += 0.1 * ((variance * 4 / 3) - variances[k]);
                ((double)step.Model.Weights[Mean].Span[k]).ShouldBe(means[k] / weight, Rounding);
                ((double)step.Model.Weights[Variance].Span[k]).ShouldBe(variances[k] / weight, OfVariances * variances[k] / weight);
            }
        }

        step.Model.Weights[Shift].Span.ToArray().ShouldAllBe(shift => shift != 0); // it is learned
        float[] before = step.Model.Weights[Mean].Span.ToArray();
        step.RunAndWait(Toys.Data.Train, [3], 4);
        step.Model.Weights[Mean].Span.ToArray().ShouldBe(before, "a batch of one");
    }

    [Fact]
    public void Kl_does_not_vanish_in_training_though_it_does_without_normalisation()
    {
        TrainingOptions options = Toys.Options with { Steps = 300, Objective = Objective.Vae, ReportEvery = 50, EvaluateEvery = 0 };
        options = options with { WordDropRate = 0 };
        KlOf(Toys.Model).ShouldBeLessThan(0.1);
        KlOf(s_options).ShouldBeGreaterThan(0.95 * s_options.LatentSize * Gamma * Gamma / 2); // some batches have five sentences

        double KlOf(ModelOptions model)
        {
            using ComputeDevice device = ComputeDevice.Open("cpu", 1);
            using TempFolder folder = new();
            double kl = double.NaN;
            Trainer.Train(
                Toys.Data, model, options, folder["run"], device: device, cancellationToken: TestContext.Current.CancellationToken,
                progress: new Listener(report => kl = report.Split == ReportSplit.Train ? report.Kl : kl));
            return kl;
        }
    }

    [Fact]
    public void A_step_that_is_not_finite_leaves_the_running_averages()
    {
        using IKernels<float> cpu = ComputeDevice.Open("cpu", 1).Kernels;
        using TrainingStep step = new(s_options, Toys.Options, cpu);
        step.RunAndWait(Toys.Data.Train, [0, 1, 2], 0);
        float[] before = step.Model.Weights[Variance].Span.ToArray();
        step.Model.Weights["output.bias"].Span[3] = float.NaN;
        step.RunAndWait(Toys.Data.Train, [3, 4, 5], 1).IsFinite.ShouldBeFalse();
        step.Model.Weights[Variance].Span.ToArray().ShouldBe(before);
    }

    [Fact]
    public void Running_averages_are_saved_with_the_weights()
    {
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        Trainer.Train(
            Toys.Data, s_options, Toys.Options, _temp["run"], device: device, cancellationToken: TestContext.Current.CancellationToken);
        ModelFolder folder = ModelFolder.Open(_temp["run"]);
        folder.Config.Model.ShouldBe(s_options);
        using SentenceAutoencoder<float> model = folder.LoadModel(device.Kernels);
        model.Weights[Mean].Span.ToArray().ShouldAllBe(value => value != 0);
        model.Weights[Variance].Span.ToArray().ShouldAllBe(value => value > 0 && value != 1);
    }

    [Fact]
    public void A_model_that_does_not_normalise_has_the_parameters_that_it_had() =>
        new ParameterLayout(s_options).Parameters.Select(p => p.Name).Except(new ParameterLayout(Toys.Model).Parameters.Select(p => p.Name))
            .ShouldBe([Mean, Variance]);

    [Theory]
    [InlineData(-0.1, "meanNormalization is -0.1; expected at least 0")]
    [InlineData(double.NaN, "meanNormalization is NaN")]
    [InlineData(double.PositiveInfinity, "meanNormalization is Infinity")]
    public void An_impossible_deviation_is_refused(double gamma, string expected) =>
        Should.Throw<InputException>((Toys.Model with { MeanNormalization = gamma }).Validate).Message.ShouldContain(expected);

    [Fact]
    public void A_model_without_a_code_and_batches_of_one_are_refused()
    {
        Should.Throw<InputException>((Toys.Model.WithoutCode() with { MeanNormalization = 0.6 }).Validate).Message
            .ShouldContain("meanNormalization is 0.6; expected 0, because latentInput is none");
        s_options.WithoutCode().MeanNormalization.ShouldBe(0);
        using ComputeDevice device = ComputeDevice.Open("cpu", 1);
        Should.Throw<InputException>(() => Trainer.Train(
            Toys.Data, s_options, Toys.Options with { BatchSize = 1 }, _temp["run"], device: device)).Message
            .ShouldContain("batchSize is 1, and model.meanNormalization needs the variance of a batch; expected 2 sentences or more");
    }

    private static (double Mean, double Variance) Moments(double[] values_BZ, int k, int? count = null)
    {
        int Z = s_options.LatentSize, B = count ?? s_sentences.Length;
        double mean = Enumerable.Range(0, B).Average(b => values_BZ[(b * Z) + k]);
        return (mean, Enumerable.Range(0, B).Average(b => Math.Pow(values_BZ[(b * Z) + k] - mean, 2)));
    }

    // A model with running means of 0.1 and running variances of 0.5.
    private SentenceAutoencoder<double> Filled(double shift)
    {
        SentenceAutoencoder<double> model = new(s_options, _kernels);
        Initialization.Fill(model.Weights, seed: 3);
        model.Weights[Shift].Span.Fill(shift);
        model.Weights[Mean].Span.Fill(0.1);
        model.Weights[Variance].Span.Fill(0.5);
        return model;
    }

    // The means before they are normalised: those of the model without it.
    private double[] Raw<T>(SentenceAutoencoder<T> model, Batch batch)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        using SentenceAutoencoder<double> plain = new(Toys.Model, _kernels);
        foreach (Parameter parameter in plain.Weights.Layout.Parameters)
        {
            ReadOnlySpan<T> from = model.Weights[parameter.Name].Span;
            for (int i = 0; i < from.Length; i++)
                plain.Weights[parameter].Span[i] = double.CreateChecked(from[i]);
        }

        plain.Weights[Shift].Span.Clear();
        return plain.Encode(batch).Mean_BZ.Span.ToArray();
    }

    private double[] RawOf(SentenceAutoencoder<float> model, long[] indices)
    {
        Batch batch = new();
        foreach (long index in indices)
            batch.Add(Toys.Data.Train, index);
        batch.Pack();
        return Raw(model, batch);
    }

    private static Batch Pack(bool isTraining, params int[][] sentences)
    {
        Batch batch = new();
        for (int i = 0; i < sentences.Length; i++)
            batch.Add(sentences[i], i);
        batch.Pack();
        batch.IsTraining = isTraining;
        return batch;
    }
}
