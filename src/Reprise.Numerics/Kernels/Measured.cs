namespace Reprise.Numerics;

/// <summary>The columns of the measures that <see cref="IKernels{T}.Measure"/> writes.</summary>
internal static class Measured
{
    /// <summary>The factor by which <see cref="IKernels{T}.Adam"/> multiplies the gradients; 0 for a step that is not made.</summary>
    public const int Scale = 0;

    /// <summary>The norm of the gradients, before clipping.</summary>
    public const int GradientNorm = 1;

    /// <summary>The sum of the first part of the loss; the other parts follow.</summary>
    public const int Losses = 2;

    /// <summary>The largest number of parts that a loss may have.</summary>
    public const int MostParts = 6;

    /// <summary>The number of columns for a loss of this many parts.</summary>
    public static int Columns(int parts) => Losses + parts;
}
