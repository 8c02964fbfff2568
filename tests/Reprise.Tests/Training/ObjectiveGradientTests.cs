using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Rung v at the level of gradients: the objectives are one family, m and beta two names of its dial.</summary>
public sealed class ObjectiveGradientTests
{
    private const double Tolerance = 1e-12; // double, and both sides make the same operations in the same order

    [Theory]
    [InlineData(-0.5)]
    [InlineData(0.75)]
    [InlineData(1)]
    [InlineData(9)]
    public void The_gradient_of_AutoGen_is_1_plus_m_times_that_of_the_beta_VAE(double m)
    {
        double[] autoGen = Gradient(Objective.AutoGen(m));
        double[] betaVae = Gradient(Objective.BetaVae(1 / (1 + m)));
        double largest = autoGen.Max(Math.Abs);
        largest.ShouldBeGreaterThan(1e-3);
        for (int i = 0; i < autoGen.Length; i++)
            autoGen[i].ShouldBe((1 + m) * betaVae[i], Tolerance * largest);
    }

    [Fact]
    public void AutoGen_with_m_0_is_the_VAE() => Gradient(Objective.AutoGen(0)).ShouldBe(Gradient(Objective.Vae));

    [Fact]
    public void The_dial_turns_the_gradient()
    {
        (double[] vae, double[] autoGen) = (Gradient(Objective.Vae), Gradient(Objective.AutoGen(1)));
        double dot = vae.Zip(autoGen, (a, b) => a * b).Sum();
        double cosine = dot / Math.Sqrt(vae.Sum(a => a * a) * autoGen.Sum(b => b * b));
        cosine.ShouldBeLessThan(1 - 1e-9); // m is no mere learning rate
    }

    [Theory]
    [InlineData(FreeBitsPer.Dimension)]
    [InlineData(FreeBitsPer.Sentence)]
    public void Few_free_bits_are_the_VAE_and_many_leave_the_reconstruction_alone(FreeBitsPer per)
    {
        double[] reconstruction = Gradient(new ObjectiveWeights(1, 0));
        Gradient(Objective.FreeBits(double.Epsilon, per)).ShouldBe(Gradient(Objective.Vae)); // every sentence and dimension has some kl
        Gradient(Objective.FreeBits(1e9, per)).ShouldBe(reconstruction);
        Gradient(Objective.Vae).ShouldNotBe(reconstruction);
    }

    private static double[] Gradient(Objective objective) => Gradient(objective.At(0));

    private static double[] Gradient(ObjectiveWeights objective)
    {
        using ReferenceKernels<double> kernels = new();
        using SentenceAutoencoder<double> model = new(Toys.Model, kernels);
        using ParameterSlab<double> gradients = new(model.Weights.Layout, kernels);
        using Buffer<double> noise = new(5 * Toys.Model.LatentSize);
        Initialization.Fill(model.Weights, 3);
        Span<double> noises = noise.View(0, 1, 5 * Toys.Model.LatentSize).Span;
        for (int i = 0; i < noises.Length; i++)
            noises[i] = Math.Sin(i + 1);
        Batch batch = new();
        for (int i = 0; i < 5; i++)
            batch.Add(Toys.Data.Train, i);
        batch.Pack();
        model.ForwardBackward(batch, noise.View(0, 5, Toys.Model.LatentSize), objective, gradients);
        return gradients.All.Span.ToArray();
    }
}
