namespace Reprise.Numerics;

/// <summary>The columns of what <see cref="IKernels{T}.Measure"/> writes, the sums in nats.</summary>
internal static class Measured
{
    /// <summary>Σ nll.</summary>
    public const int Nll = 0;

    /// <summary>Σ kl.</summary>
    public const int Kl = 1;

    /// <summary>Σ kl as the objective counts it.</summary>
    public const int CountedKl = 2;

    /// <summary>The norm of the gradients, before clipping.</summary>
    public const int GradientNorm = 3;

    /// <summary>What <see cref="IKernels{T}.Adam"/> multiplies the gradients by; 0 for a step that is not made.</summary>
    public const int Scale = 4;

    /// <summary>How many there are.</summary>
    public const int Columns = 5;
}
