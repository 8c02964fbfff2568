using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reprise.Numerics.Cpu;

/// <summary>6 x 16 with 256-bit vectors (AVX2 and FMA): 12 accumulators, two vectors of b and one of a in 16 registers.</summary>
internal readonly unsafe struct Tile256 : ITile
{
    public static int Rows => 6;

    public static int Columns => 16;

    public static int Depth => 384;

    public static int GroupElements => 64 * 1024;

    public static void MultiplyEdge(float* a, float* b, int depth, float* c, int rows, int columns) =>
        Multiply(a, b, depth, c, Columns, null, false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, float* b, int depth, float* c, int stride, float* bias, bool accumulate)
    {
        Vector256<float> c00 = default, c01 = default;
        Vector256<float> c10 = default, c11 = default;
        Vector256<float> c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default;
        Vector256<float> c40 = default, c41 = default;
        Vector256<float> c50 = default, c51 = default;
        ITile.Prefetch(c, stride, Rows, Columns);
        for (; depth > 0; depth--)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            Vector256<float> x;
            x = Vector256.Create(a[0]); c00 = Vector256.FusedMultiplyAdd(x, b0, c00); c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(a[1]); c10 = Vector256.FusedMultiplyAdd(x, b0, c10); c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(a[2]); c20 = Vector256.FusedMultiplyAdd(x, b0, c20); c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(a[3]); c30 = Vector256.FusedMultiplyAdd(x, b0, c30); c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(a[4]); c40 = Vector256.FusedMultiplyAdd(x, b0, c40); c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(a[5]); c50 = Vector256.FusedMultiplyAdd(x, b0, c50); c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
            a += 6;
            b += 16;
        }

        Finish(c, c00, c01, bias, accumulate);
        Finish(c + stride, c10, c11, bias, accumulate);
        Finish(c + (2 * (nint)stride), c20, c21, bias, accumulate);
        Finish(c + (3 * (nint)stride), c30, c31, bias, accumulate);
        Finish(c + (4 * (nint)stride), c40, c41, bias, accumulate);
        Finish(c + (5 * (nint)stride), c50, c51, bias, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(float* c, Vector256<float> c0, Vector256<float> c1, float* bias, bool accumulate)
    {
        if (bias != null)
        {
            c0 += Vector256.Load(bias);
            c1 += Vector256.Load(bias + 8);
        }

        if (accumulate)
        {
            c0 += Vector256.Load(c);
            c1 += Vector256.Load(c + 8);
        }

        c0.Store(c);
        c1.Store(c + 8);
    }
}
