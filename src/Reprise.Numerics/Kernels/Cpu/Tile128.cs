using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reprise.Numerics.Cpu;

/// <summary>6 x 8 with 128-bit vectors (Arm, and x86 without AVX2, where the product and the sum round separately).</summary>
internal readonly unsafe struct Tile128 : ITile
{
    public static int Rows => 6;

    public static int Columns => 8;

    public static int Depth => 384;

    public static int GroupElements => 64 * 1024;

    public static void MultiplyEdge(float* a, float* b, int depth, float* c, int rows, int columns) =>
        Multiply(a, b, depth, c, Columns, null, false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, float* b, int depth, float* c, int stride, float* bias, bool accumulate)
    {
        Vector128<float> c00 = default, c01 = default;
        Vector128<float> c10 = default, c11 = default;
        Vector128<float> c20 = default, c21 = default;
        Vector128<float> c30 = default, c31 = default;
        Vector128<float> c40 = default, c41 = default;
        Vector128<float> c50 = default, c51 = default;
        ITile.Prefetch(c, stride, Rows, Columns);
        for (; depth > 0; depth--)
        {
            Vector128<float> b0 = Vector128.Load(b), b1 = Vector128.Load(b + 4);
            Vector128<float> x;
            x = Vector128.Create(a[0]); c00 = Vector128.MultiplyAddEstimate(x, b0, c00); c01 = Vector128.MultiplyAddEstimate(x, b1, c01);
            x = Vector128.Create(a[1]); c10 = Vector128.MultiplyAddEstimate(x, b0, c10); c11 = Vector128.MultiplyAddEstimate(x, b1, c11);
            x = Vector128.Create(a[2]); c20 = Vector128.MultiplyAddEstimate(x, b0, c20); c21 = Vector128.MultiplyAddEstimate(x, b1, c21);
            x = Vector128.Create(a[3]); c30 = Vector128.MultiplyAddEstimate(x, b0, c30); c31 = Vector128.MultiplyAddEstimate(x, b1, c31);
            x = Vector128.Create(a[4]); c40 = Vector128.MultiplyAddEstimate(x, b0, c40); c41 = Vector128.MultiplyAddEstimate(x, b1, c41);
            x = Vector128.Create(a[5]); c50 = Vector128.MultiplyAddEstimate(x, b0, c50); c51 = Vector128.MultiplyAddEstimate(x, b1, c51);
            a += 6;
            b += 8;
        }

        Finish(c, c00, c01, bias, accumulate);
        Finish(c + stride, c10, c11, bias, accumulate);
        Finish(c + (2 * (nint)stride), c20, c21, bias, accumulate);
        Finish(c + (3 * (nint)stride), c30, c31, bias, accumulate);
        Finish(c + (4 * (nint)stride), c40, c41, bias, accumulate);
        Finish(c + (5 * (nint)stride), c50, c51, bias, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(float* c, Vector128<float> c0, Vector128<float> c1, float* bias, bool accumulate)
    {
        if (bias != null)
        {
            c0 += Vector128.Load(bias);
            c1 += Vector128.Load(bias + 4);
        }

        if (accumulate)
        {
            c0 += Vector128.Load(c);
            c1 += Vector128.Load(c + 4);
        }

        c0.Store(c);
        c1.Store(c + 4);
    }
}
