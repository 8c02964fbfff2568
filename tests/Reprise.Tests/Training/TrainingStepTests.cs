using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Training;

public sealed class TrainingStepTests
{
    [Fact]
    public void A_step_allocates_nothing_once_it_has_seen_its_batches()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 2).Kernels;
        using TrainingStep step = new(Toys.Model, Toys.Options, kernels);
        SentenceOrder order = new(Toys.Data.Train, 8, 3, seed: 7);
        for (long i = 0; i < 10; i++)
            step.RunAndWait(Toys.Data.Train, order.Batch(i / 5, i % 5), i);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (long i = 10; i < 20; i++)
            step.RunAndWait(Toys.Data.Train, order.Batch(i % 2, i % 5), i);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Clipping_scales_the_gradient_that_Adam_sees_and_not_the_one_that_is_reported()
    {
        using IKernels<float> kernels = ComputeDevice.Open("reference", 1).Kernels;
        using TrainingStep free = new(Toys.Model, Toys.Options with { ClipNorm = null }, kernels);
        using TrainingStep clipped = new(Toys.Model, Toys.Options with { ClipNorm = 0.5 }, kernels);
        StepResult a = free.RunAndWait(Toys.Data.Train, [0, 1, 2], 0), b = clipped.RunAndWait(Toys.Data.Train, [0, 1, 2], 0);
        b.GradientNorm.ShouldBe(a.GradientNorm);
        a.GradientNorm.ShouldBeGreaterThan(0.5);
        // The first moment is a tenth of the gradient.
        Math.Sqrt(kernels.SumOfSquares(free.Optimizer.First.All)).ShouldBe(0.1 * a.GradientNorm, 1e-5);
        Math.Sqrt(kernels.SumOfSquares(clipped.Optimizer.First.All)).ShouldBe(0.1 * 0.5, 1e-6);
    }

    [Fact]
    public void A_gradient_that_is_not_finite_changes_no_weight()
    {
        using IKernels<float> kernels = ComputeDevice.Open("reference", 1).Kernels;
        using TrainingStep step = new(Toys.Model, Toys.Options, kernels);
        step.Model.Weights["posterior.mean.weight"][0, 0] = float.PositiveInfinity;
        float[] before = step.Model.Weights.All.Span.ToArray();
        step.RunAndWait(Toys.Data.Train, [0, 1], 0).IsFinite.ShouldBeFalse();
        step.Model.Weights.All.Span.ToArray().ShouldBe(before);
        step.FirstBadParameter().ShouldBe(new NotFinite("value", "posterior.mean.weight"));
        step.FirstBadGradient().ShouldNotBeNull().What.ShouldBe("gradient");
    }

    /// <summary>Rung iv: what cannot learn eight sentences by heart cannot learn.</summary>
    [Theory]
    [InlineData(LatentInput.FirstToken, true, 2)]
    [InlineData(LatentInput.InitialState, false, 0)]
    [InlineData(LatentInput.EveryStep, true, 0)]
    public void Eight_sentences_are_learnt_by_heart(LatentInput latentInput, bool tied, int posteriorLayers)
    {
        ModelOptions model = Toys.Model with
        {
            EmbeddingSize = 24,
            HiddenSize = 48,
            LatentSize = 8,
            LatentInput = latentInput,
            TieEmbeddings = tied,
            PosteriorLayers = posteriorLayers,
        };
        TrainingOptions options = Toys.Options with
        {
            LearningRate = 0.01,
            WordDropRate = 0,
            Objective = Objective.AutoGen(1),
            ClipNorm = 5,
        };
        SentenceList sentences = Toys.Sentences(8, 5);
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        using TrainingStep step = new(model, options, kernels);
        long[] all = [0, 1, 2, 3, 4, 5, 6, 7];
        (step.RunAndWait(sentences, all, 0).Losses[0] / 8).ShouldBeGreaterThan(10);
        for (long i = 1; i < 1400; i++)
            step.RunAndWait(sentences, all, i);

        (double nll, double kl) = (0, 0);
        for (long i = 1400; i < 1500; i++)
        {
            StepResult result = step.RunAndWait(sentences, all, i);
            nll += result.Losses[0] / 800;
            kl += result.Losses[1] / 800;
        }

        nll.ShouldBeLessThan(0.8);
        // No model gives eight different sentences more than 1/8 each; 0.1 for the noise.
        (nll + kl).ShouldBeInRange(Math.Log(8) - 0.1, 3.2);
    }
}
