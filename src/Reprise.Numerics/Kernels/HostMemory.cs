using System.Numerics;

namespace Reprise.Numerics;

/// <summary>The common part of back ends that compute at once in host memory.</summary>
internal static class HostMemory
{
    /// <inheritdoc cref="IKernels{T}.Write"/>
    public static void Write<T>(Tensor<T> x, ReadOnlySpan<T> values)
        where T : unmanaged
    {
        Shapes.Write(x, values);
        for (int row = 0; row < x.Rows; row++)
            values.Slice(row * x.Columns, x.Columns).CopyTo(x.Row(row));
    }

    /// <inheritdoc cref="IKernels{T}.Read"/>
    public static void Read<T>(Span<T> values, Tensor<T> x)
        where T : unmanaged
    {
        Shapes.Read(values, x);
        for (int row = 0; row < x.Rows; row++)
            x.Row(row).CopyTo(values.Slice(row * x.Columns, x.Columns));
    }

    /// <summary><see cref="IKernels{T}.Measure"/> of arguments that fit, with the norm of the gradients.</summary>
    public static void Measure<T>(Tensor<double> measured, Tensor<double> before, Tensor<T> losses_PB, double norm, double clipNorm)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool mayLearn = double.IsFinite(norm) && (before.IsAbsent || before[0, Measured.Scale] != 0);
        for (int part = 0; part < losses_PB.Rows; part++)
        {
            double sum = Sum(losses_PB.Row(part));
            measured[0, Measured.Losses + part] = sum;
            mayLearn &= double.IsFinite(sum);
        }

        measured[0, Measured.GradientNorm] = norm;
        measured[0, Measured.Scale] = !mayLearn ? 0 : norm > clipNorm ? clipNorm / norm : 1;
    }

    private static double Sum<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double sum = 0;
        foreach (T value in values)
            sum += double.CreateChecked(value);
        return sum;
    }
}
