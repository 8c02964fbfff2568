using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Reprise.Numerics.Cpu;

/// <summary>The two loops of packing. Both multiply the rows of the source by factors unless these are null.</summary>
internal static unsafe class Packing
{
    /// <summary>
    /// target[k, w] = factors[k] source[k, w]: rows of <paramref name="width"/> elements into rows of <paramref name="panel"/>.
    /// </summary>
    public static void Copy(float* target, int panel, float* source, nint stride, float* factors, int width, int depth)
    {
        int w = 0;
        for (; w <= width - 8; w += 8)
            CopyEight(target + w, panel, source + w, stride, factors, depth);
        if (w <= width - 4)
        {
            CopyFour(target + w, panel, source + w, stride, factors, depth);
            w += 4;
        }

        if (w <= width - 2)
        {
            CopyTwo(target + w, panel, source + w, stride, factors, depth);
            w += 2;
        }

        for (int k = 0; w < width && k < depth; k++)
            target[(k * panel) + w] = source[(k * stride) + w] * (factors == null ? 1 : factors[k]);
    }

    /// <summary>target[k, w] = factors[w] source[w, k]: rows of <paramref name="depth"/> elements into columns, four by four.</summary>
    public static void Transpose(float* target, int panel, float* source, nint stride, float* factors, int width, int depth)
    {
        int w = 0;
        for (; w <= width - 4; w += 4)
            TransposeFour(
                target + w, panel, source + (w * stride), stride,
                factors == null ? Vector128<float>.One : Vector128.Load(factors + w), depth);
        if (w <= width - 2)
        {
            TransposeTwo(
                target + w, panel, source + (w * stride), stride, factors == null ? Vector128<float>.One : LoadTwo(factors + w), depth);
            w += 2;
        }

        for (int k = 0; w < width && k < depth; k++)
            target[(k * panel) + w] = source[(w * stride) + k] * (factors == null ? 1 : factors[w]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyEight(float* target, int panel, float* source, nint stride, float* factors, int depth)
    {
        for (int k = 0; k < depth; k++, target += panel, source += stride)
        {
            PrefetchNext(source, panel);
            (Vector256.Load(source) * (factors == null ? 1 : factors[k])).Store(target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyFour(float* target, int panel, float* source, nint stride, float* factors, int depth)
    {
        for (int k = 0; k < depth; k++, target += panel, source += stride)
        {
            PrefetchNext(source, panel);
            (Vector128.Load(source) * (factors == null ? 1 : factors[k])).Store(target);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyTwo(float* target, int panel, float* source, nint stride, float* factors, int depth)
    {
        for (int k = 0; k < depth; k++, target += panel, source += stride)
            StoreTwo(LoadTwo(source) * (factors == null ? 1 : factors[k]), target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeFour(float* target, int panel, float* a, nint stride, Vector128<float> factors, int depth)
    {
        float* b = a + stride, c = b + stride, d = c + stride;
        int k = 0;
        for (; k <= depth - 4; k += 4, target += 4 * panel)
        {
            if (Sse.IsSupported)
                Sse.Prefetch0(a + k + ((panel + ((k >> 2) & 3)) * stride)); // the same rows of the next panel, one line in each iteration
            Vector128<float> va = Vector128.Load(a + k), vb = Vector128.Load(b + k), vc = Vector128.Load(c + k), vd = Vector128.Load(d + k);
            Vector128<float> ac = ZipLow(va, vc), bd = ZipLow(vb, vd);
            (ZipLow(ac, bd) * factors).Store(target);
            (ZipHigh(ac, bd) * factors).Store(target + panel);
            (ac, bd) = (ZipHigh(va, vc), ZipHigh(vb, vd));
            (ZipLow(ac, bd) * factors).Store(target + (2 * panel));
            (ZipHigh(ac, bd) * factors).Store(target + (3 * panel));
        }

        for (; k < depth; k++, target += panel)
            (Vector128.Create(a[k], b[k], c[k], d[k]) * factors).Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransposeTwo(float* target, int panel, float* a, nint stride, Vector128<float> factors, int depth)
    {
        float* b = a + stride;
        int k = 0;
        factors = Vector128.Create(factors.GetLower(), factors.GetLower());
        for (; k <= depth - 4; k += 4, target += 4 * panel)
        {
            Vector128<float> va = Vector128.Load(a + k), vb = Vector128.Load(b + k);
            Vector128<float> low = ZipLow(va, vb) * factors, high = ZipHigh(va, vb) * factors;
            StoreTwo(low, target);
            StoreTwo(Vector128.Shuffle(low, Vector128.Create(2, 3, 2, 3)), target + panel);
            StoreTwo(high, target + (2 * panel));
            StoreTwo(Vector128.Shuffle(high, Vector128.Create(2, 3, 2, 3)), target + (3 * panel));
        }

        for (; k < depth; k++, target += panel)
            StoreTwo(Vector128.Create(a[k], b[k], 0, 0) * factors, target);
    }

    // The end of the same row of the next panel: rows may be pages apart, where the hardware does not prefetch.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PrefetchNext(float* source, int panel)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(source + panel + 15);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> LoadTwo(float* p) => Vector128.CreateScalar(Unsafe.ReadUnaligned<double>(p)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreTwo(Vector128<float> x, float* p) => Unsafe.WriteUnaligned(p, x.AsDouble().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackLow(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.UnpackHigh(a, b)
        : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.ZipHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
