using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Tests.Kernels;

/// <summary>The elements of tensors, wherever a back end keeps them.</summary>
internal static class Elements
{
    /// <summary>All of them, row by row.</summary>
    public static T[] ElementsOf<T>(this IKernels<T> kernels, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] values = new T[x.Length];
        kernels.Read(values, x);
        return values;
    }

    /// <summary>Changes one of them.</summary>
    public static void Set<T>(this IKernels<T> kernels, Tensor<T> x, int row, int column, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        kernels.Write(x.RowRange(row, 1).ColumnRange(column, 1), [value]);
}
