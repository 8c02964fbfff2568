using System.Numerics;
using System.Runtime.CompilerServices;

namespace Reprise.Numerics.Reference;

/// <summary>The standard for all other back ends: every operation as its formula, scalar, on one thread, in any precision.</summary>
/// <remarks>
/// In double, its gradients are proved by central differences; the fast back ends are then compared with it. Slow, for tests.
/// </remarks>
/// <typeparam name="T">float or double.</typeparam>
internal sealed partial class ReferenceKernels<T> : IKernels<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Half = T.CreateChecked(0.5);

    private T[] _scratch = [];

    /// <inheritdoc/>
    public string Description => $"reference, scalar, {8 * Unsafe.SizeOf<T>()} bits, 1 thread";

    /// <inheritdoc/>
    public bool SharesWords => true;

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    // Undefined contents, valid until the next call; kept, so that the steady state allocates nothing.
    private Span<T> Scratch(int length)
    {
        if (_scratch.Length < length)
            _scratch = new T[length];
        return _scratch.AsSpan(0, length);
    }

    private static T Dot(ReadOnlySpan<T> x, ReadOnlySpan<T> y)
    {
        T sum = T.Zero;
        for (int i = 0; i < x.Length; i++)
            sum += x[i] * y[i];
        return sum;
    }

    // y += a x
    private static void AddScaled(Span<T> y, T a, ReadOnlySpan<T> x)
    {
        for (int i = 0; i < x.Length; i++)
            y[i] += a * x[i];
    }
}
