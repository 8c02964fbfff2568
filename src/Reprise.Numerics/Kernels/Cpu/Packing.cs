using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reprise.Numerics.Cpu;

/// <summary>The two loops of the packing.</summary>
internal static unsafe class Packing
{
    /// <summary>target[k, w] = source[k, w]: rows of <paramref name="width"/> elements into rows of <paramref name="panel"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Copy(float* target, int panel, float* source, nint stride, int width, int depth)
    {
        for (int k = 0; k < depth; k++)
        {
            int w = 0;
            for (; w <= width - 8; w += 8)
                Vector256.Store(Vector256.Load(source + w), target + w);
            for (; w <= width - 2; w += 2)
                Unsafe.WriteUnaligned(target + w, Unsafe.ReadUnaligned<long>(source + w));
            if (w < width)
                target[w] = source[w];
            target += panel;
            source += stride;
        }
    }

    /// <summary>target[k, w] = source[w, k]: rows of <paramref name="depth"/> elements into columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Transpose(float* target, int panel, float* source, nint stride, int width, int depth)
    {
        for (int w = 0; w < width; w++)
        {
            float* to = target + w;
            float* from = source + (w * stride);
            for (int k = 0; k < depth; k++)
            {
                *to = from[k];
                to += panel;
            }
        }
    }
}
