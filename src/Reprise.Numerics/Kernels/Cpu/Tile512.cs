using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reprise.Numerics.Cpu;

/// <summary>12 x 32 with 512-bit vectors (AVX-512): 24 accumulators, two vectors of b and those of a in 32 registers.</summary>
/// <remarks>
/// Twelve rows and 32 columns leave much of a tile empty at the edges of usual sizes (300 columns, 100 rows); half tiles fill them.
/// </remarks>
internal readonly unsafe struct Tile512 : ITile
{
    public static int Rows => 12;

    public static int Columns => 32;

    public static int Depth => 512;

    public static int GroupElements => 128 * 1024;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, float* b, int depth, float* c, int stride, float* bias, bool accumulate)
    {
        Vector512<float> c00 = default, c01 = default;
        Vector512<float> c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default;
        Vector512<float> c50 = default, c51 = default;
        Vector512<float> c60 = default, c61 = default;
        Vector512<float> c70 = default, c71 = default;
        Vector512<float> c80 = default, c81 = default;
        Vector512<float> c90 = default, c91 = default;
        Vector512<float> ca0 = default, ca1 = default;
        Vector512<float> cb0 = default, cb1 = default;
        ITile.Prefetch(c, stride, Rows, Columns);
        for (; depth > 0; depth--)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            Vector512<float> x;
            x = Vector512.Create(a[0]); c00 = Vector512.FusedMultiplyAdd(x, b0, c00); c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]); c10 = Vector512.FusedMultiplyAdd(x, b0, c10); c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]); c20 = Vector512.FusedMultiplyAdd(x, b0, c20); c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]); c30 = Vector512.FusedMultiplyAdd(x, b0, c30); c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4]); c40 = Vector512.FusedMultiplyAdd(x, b0, c40); c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5]); c50 = Vector512.FusedMultiplyAdd(x, b0, c50); c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(a[6]); c60 = Vector512.FusedMultiplyAdd(x, b0, c60); c61 = Vector512.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(a[7]); c70 = Vector512.FusedMultiplyAdd(x, b0, c70); c71 = Vector512.FusedMultiplyAdd(x, b1, c71);
            x = Vector512.Create(a[8]); c80 = Vector512.FusedMultiplyAdd(x, b0, c80); c81 = Vector512.FusedMultiplyAdd(x, b1, c81);
            x = Vector512.Create(a[9]); c90 = Vector512.FusedMultiplyAdd(x, b0, c90); c91 = Vector512.FusedMultiplyAdd(x, b1, c91);
            x = Vector512.Create(a[10]); ca0 = Vector512.FusedMultiplyAdd(x, b0, ca0); ca1 = Vector512.FusedMultiplyAdd(x, b1, ca1);
            x = Vector512.Create(a[11]); cb0 = Vector512.FusedMultiplyAdd(x, b0, cb0); cb1 = Vector512.FusedMultiplyAdd(x, b1, cb1);
            a += 12;
            b += 32;
        }

        Finish(c, c00, c01, bias, accumulate);
        Finish(c + stride, c10, c11, bias, accumulate);
        Finish(c + (2 * (nint)stride), c20, c21, bias, accumulate);
        Finish(c + (3 * (nint)stride), c30, c31, bias, accumulate);
        Finish(c + (4 * (nint)stride), c40, c41, bias, accumulate);
        Finish(c + (5 * (nint)stride), c50, c51, bias, accumulate);
        Finish(c + (6 * (nint)stride), c60, c61, bias, accumulate);
        Finish(c + (7 * (nint)stride), c70, c71, bias, accumulate);
        Finish(c + (8 * (nint)stride), c80, c81, bias, accumulate);
        Finish(c + (9 * (nint)stride), c90, c91, bias, accumulate);
        Finish(c + (10 * (nint)stride), ca0, ca1, bias, accumulate);
        Finish(c + (11 * (nint)stride), cb0, cb1, bias, accumulate);
    }

    public static void MultiplyEdge(float* a, float* b, int depth, float* c, int rows, int columns)
    {
        if (rows <= Rows / 2)
            MultiplyShort(a, b, depth, c);
        else if (columns <= Columns / 2)
            MultiplyNarrow(a, b, depth, c);
        else
            Multiply(a, b, depth, c, Columns, null, false);
    }

    // The upper half of the tile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyShort(float* a, float* b, int depth, float* c)
    {
        Vector512<float> c00 = default, c01 = default;
        Vector512<float> c10 = default, c11 = default;
        Vector512<float> c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default;
        Vector512<float> c40 = default, c41 = default;
        Vector512<float> c50 = default, c51 = default;
        for (; depth > 0; depth--)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + 16);
            Vector512<float> x;
            x = Vector512.Create(a[0]); c00 = Vector512.FusedMultiplyAdd(x, b0, c00); c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(a[1]); c10 = Vector512.FusedMultiplyAdd(x, b0, c10); c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(a[2]); c20 = Vector512.FusedMultiplyAdd(x, b0, c20); c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(a[3]); c30 = Vector512.FusedMultiplyAdd(x, b0, c30); c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(a[4]); c40 = Vector512.FusedMultiplyAdd(x, b0, c40); c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(a[5]); c50 = Vector512.FusedMultiplyAdd(x, b0, c50); c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            a += 12;
            b += 32;
        }

        Finish(c, c00, c01, null, false);
        Finish(c + 32, c10, c11, null, false);
        Finish(c + 64, c20, c21, null, false);
        Finish(c + 96, c30, c31, null, false);
        Finish(c + 128, c40, c41, null, false);
        Finish(c + 160, c50, c51, null, false);
    }

    // The left half of the tile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void MultiplyNarrow(float* a, float* b, int depth, float* c)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default;
        Vector512<float> c6 = default, c7 = default, c8 = default, c9 = default, ca = default, cb = default;
        for (; depth > 0; depth--)
        {
            Vector512<float> b0 = Vector512.Load(b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(a[0]), b0, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[1]), b0, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a[2]), b0, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[3]), b0, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(a[4]), b0, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(a[5]), b0, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(a[6]), b0, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(a[7]), b0, c7);
            c8 = Vector512.FusedMultiplyAdd(Vector512.Create(a[8]), b0, c8);
            c9 = Vector512.FusedMultiplyAdd(Vector512.Create(a[9]), b0, c9);
            ca = Vector512.FusedMultiplyAdd(Vector512.Create(a[10]), b0, ca);
            cb = Vector512.FusedMultiplyAdd(Vector512.Create(a[11]), b0, cb);
            a += 12;
            b += 32;
        }

        c0.Store(c);
        c1.Store(c + 32);
        c2.Store(c + 64);
        c3.Store(c + 96);
        c4.Store(c + 128);
        c5.Store(c + 160);
        c6.Store(c + 192);
        c7.Store(c + 224);
        c8.Store(c + 256);
        c9.Store(c + 288);
        ca.Store(c + 320);
        cb.Store(c + 352);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Finish(float* c, Vector512<float> c0, Vector512<float> c1, float* bias, bool accumulate)
    {
        if (bias != null)
        {
            c0 += Vector512.Load(bias);
            c1 += Vector512.Load(bias + 16);
        }

        if (accumulate)
        {
            c0 += Vector512.Load(c);
            c1 += Vector512.Load(c + 16);
        }

        c0.Store(c);
        c1.Store(c + 16);
    }
}
