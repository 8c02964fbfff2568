using System.Numerics;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Kernels;

namespace Reprise.Tests.Model;

/// <summary>Rung (iii): the whole model against PyTorch, every loss and every gradient by name, on every back end.</summary>
public sealed class FixtureTests
{
    // Fixtures are stored as float32 from float64: 1e-6 is what storing leaves. Back ends in float32 keep the bounds.
    private const double LossTolerance = 1e-5, GradientTolerance = 1e-4, AdamTolerance = 1e-4;

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string fixture in Fixture.Names)
        {
            foreach (string backEnd in BackEnds.Names)
                cases.Add(fixture, backEnd);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Losses_and_every_gradient_equal_the_fixture(string name, string backEnd) =>
        BackEnds.Run(backEnd, new LossesAndGradients(name));

    [Theory, MemberData(nameof(Cases))]
    public void Losses_at_the_mean_without_drop_equal_the_fixture(string name, string backEnd) =>
        BackEnds.Run(backEnd, new LossesAtMean(name));

    private sealed class LossesAndGradients(string name) : BackEnds.ITest
    {
        public void Run<T>(IKernels<T> kernels)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Fixture fixture = Fixture.Open(name);
            Batch batch = fixture.Batch(drop: true);
            using SentenceAutoencoder<T> model = fixture.Model(kernels);
            using Buffer<T> noise = fixture.Noise(batch, kernels);
            using ParameterSlab<T> gradients = new(model.Weights.Layout, kernels);

            Losses<T> losses = model.ForwardBackward(
                batch, noise.View(0, batch.Count, fixture.Options.LatentSize), fixture.Objective, gradients);

            double[] nll = fixture.Read<double[]>("nll"), kl = fixture.Read<double[]>("kl");
            T[] nll_B = kernels.ElementsOf(losses.Nll_B), kl_B = kernels.ElementsOf(losses.Kl_B);
            double loss = 0;
            for (int b = 0; b < batch.Count; b++)
            {
                int s = batch.Positions[b];
                double nll_b = double.CreateChecked(nll_B[b]), kl_b = double.CreateChecked(kl_B[b]);
                nll_b.ShouldBe(nll[s], LossTolerance * nll[s], $"nll of sentence {s}");
                kl_b.ShouldBe(kl[s], LossTolerance * kl[s], $"kl of sentence {s}");
                loss += ((fixture.Objective.Reconstruction * nll_b) + (fixture.Objective.Kl * kl_b)) / batch.Count;
            }

            double expectedLoss = fixture.Read<double>("loss");
            loss.ShouldBe(expectedLoss, LossTolerance * expectedLoss);
            foreach (Parameter parameter in gradients.Layout.Parameters)
                Distance(fixture.Floats("gradients." + parameter.Name), kernels.ElementsOf(gradients[parameter]))
                    .ShouldBeLessThan(GradientTolerance, parameter.Name);

            double norm = Math.Sqrt(kernels.SumOfSquares(gradients.All));
            norm.ShouldBe(fixture.Read<double>("gradient_norm"), LossTolerance * norm);
            AdamStepEqualsTheFixture(fixture, kernels, model, gradients, norm);
        }

        private static void AdamStepEqualsTheFixture<T>(
            Fixture fixture, IKernels<T> kernels, SentenceAutoencoder<T> model, ParameterSlab<T> gradients, double norm)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using ParameterSlab<T> mean = new(model.Weights.Layout, kernels), variance = new(model.Weights.Layout, kernels);
            double scale = fixture.ClipNorm is double clip ? Math.Min(1, clip / norm) : 1;
            double rate = fixture.Read<double>("learning_rate");
            using Buffer<double> shared = kernels.AllocateShared(1);
            shared.View(0, 1, 1)[0, 0] = scale;
            kernels.Adam(model.Weights.All, mean.All, variance.All, gradients.All, shared.View(0, 1, 1), new AdamStep(1, rate));
            foreach (Parameter parameter in model.Weights.Layout.Parameters)
                Distance(fixture.Floats("after_adam." + parameter.Name), kernels.ElementsOf(model.Weights[parameter]))
                    .ShouldBeLessThan(AdamTolerance, parameter.Name);
        }
    }

    private sealed class LossesAtMean(string name) : BackEnds.ITest
    {
        public void Run<T>(IKernels<T> kernels)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Fixture fixture = Fixture.Open(name);
            Batch batch = fixture.Batch(drop: false);
            using SentenceAutoencoder<T> model = fixture.Model(kernels);

            T[] nll_B = kernels.ElementsOf(model.Forward(batch, default).Nll_B);
            double[] nll = fixture.Read<double[]>("nll_at_mean_no_drop");
            for (int b = 0; b < batch.Count; b++)
                double.CreateChecked(nll_B[b]).ShouldBe(nll[batch.Positions[b]], LossTolerance * nll[batch.Positions[b]]);

            (Tensor<T> mean_BZ, Tensor<T> logVariance_BZ) = model.Encode(batch);
            T[] means = kernels.ElementsOf(mean_BZ), logVariances = kernels.ElementsOf(logVariance_BZ);
            int Z = fixture.Options.LatentSize;
            double[][] mean = fixture.Read<double[][]>("mean"), logVariance = fixture.Read<double[][]>("log_variance");
            for (int b = 0; b < batch.Count; b++)
            {
                for (int z = 0; z < Z; z++)
                {
                    double.CreateChecked(means[(b * Z) + z]).ShouldBe(mean[batch.Positions[b]][z], 1e-5);
                    double.CreateChecked(logVariances[(b * Z) + z]).ShouldBe(logVariance[batch.Positions[b]][z], 1e-5);
                }
            }
        }
    }

    /// <summary>‖expected - found‖ / ‖expected‖.</summary>
    private static double Distance<T>(float[] expected, T[] found)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double difference = 0, norm = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double d = expected[i] - double.CreateChecked(found[i]);
            difference += d * d;
            norm += (double)expected[i] * expected[i];
        }

        return Math.Sqrt(difference / Math.Max(norm, 1e-30));
    }
}
