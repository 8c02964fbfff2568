using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Tests that look at the whole process, and so run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

[Collection(Alone.Name)]
public sealed class AllocationTests
{
    // The runner itself allocates now and then; what a step or a worker allocates would show in every window.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_thread_allocates_in_the_steady_state_of_training(bool averagesDescent)
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 3).Kernels;
        TrainingOptions options = averagesDescent
            ? Toys.Options with { Optimizer = OptimizerKind.Sgd, Momentum = 0.9, WeightDecay = 0.1, AverageDecay = 0.9, Decay = 0.5 }
            : Toys.Options;
        using TrainingStep step = new(Toys.Model, options, kernels);
        SentenceOrder order = new(Toys.Data.Train, 8, 3, seed: 7);
        long least = long.MaxValue;
        for (long window = 0; window < 40; window++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (long i = 0; i < 5; i++)
                step.RunAndWait(Toys.Data.Train, order.Batch(window % 2, i), (5 * window) + i);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        least.ShouldBe(0);
    }
}
