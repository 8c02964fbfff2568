using System.Numerics;
using System.Runtime.CompilerServices;

namespace Reprise.Numerics.Cpu;

/// <summary>Elementary functions over vectors of floats. NaN stays NaN.</summary>
internal static unsafe class VectorMath
{
    /// <summary>eˣ, relative error at most 2e-7 from -87.3 to 88.3; below it is 1.2e-38, above 2.2e38.</summary>
    /// <remarks>x = n ln 2 + r with |r| ≤ ln 2 / 2 (Cody and Waite 1980, ln 2 in two parts); eʳ by Taylor to degree 7.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Exp(Vector<float> x)
    {
        // The bounds come first: where x is NaN, the native minimum and maximum return their second argument.
        x = Vector.MinNative(Vector.Create(88.3f), Vector.MaxNative(Vector.Create(-87.3f), x));
        Vector<float> n = Vector.Round(x * Vector.Create(1.44269504f));
        Vector<float> r = Vector.MultiplyAddEstimate(n, Vector.Create(-0.693359375f), x);
        r = Vector.MultiplyAddEstimate(n, Vector.Create(2.12194440e-4f), r);
        Vector<float> p = Vector.MultiplyAddEstimate(r, Vector.Create(1 / 5040f), Vector.Create(1 / 720f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1 / 120f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1 / 24f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(1 / 6f));
        p = Vector.MultiplyAddEstimate(p, r, Vector.Create(0.5f));
        p = Vector.MultiplyAddEstimate(p, r, Vector<float>.One);
        p = Vector.MultiplyAddEstimate(p, r, Vector<float>.One);

        return p * Vector.AsVectorSingle((Vector.ConvertToInt32Native(n) + Vector.Create(127)) << 23);
    }

    /// <summary>1 / (1 + e⁻ˣ), absolute error at most 1.2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Sigmoid(Vector<float> x) => Vector<float>.One / (Vector<float>.One + Exp(-x));

    /// <summary>tanh(x) = 2 σ(2x) - 1, absolute error at most 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Tanh(Vector<float> x) =>
        Vector.MultiplyAddEstimate(Vector.Create(2f), Sigmoid(x + x), -Vector<float>.One);

    /// <summary>y = f(x), element by element. In place if both are the same memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<TFunction>(float* y, float* x, int count)
        where TFunction : struct, IFunction
    {
        int j = 0;
        for (; j <= count - Vector<float>.Count; j += Vector<float>.Count)
            Vector.Store(TFunction.Of(Vector.Load(x + j)), y + j);
        if (j < count)
            Store(y + j, TFunction.Of(Load(x + j, count - j)), count - j);
    }

    /// <summary>The first <paramref name="count"/> elements at <paramref name="p"/>, a whole vector or less; zeros after them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Load(float* p, long count) =>
        count >= Vector<float>.Count ? Unsafe.ReadUnaligned<Vector<float>>(p) : LoadPart(p, (int)count);

    /// <summary>Stores the first <paramref name="count"/> elements, a whole vector or less.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(float* p, Vector<float> x, long count)
    {
        if (count >= Vector<float>.Count)
            Unsafe.WriteUnaligned(p, x);
        else
            StorePart(p, x, (int)count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector<float> LoadPart(float* p, int count)
    {
        Vector<float> x = default;
        Unsafe.CopyBlockUnaligned(&x, p, (uint)count * sizeof(float));
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart(float* p, Vector<float> x, int count) =>
        Unsafe.CopyBlockUnaligned(p, &x, (uint)count * sizeof(float));

    /// <summary>A function of one variable, for <see cref="Map"/>.</summary>
    public interface IFunction
    {
        static abstract Vector<float> Of(Vector<float> x);
    }

    public readonly struct SigmoidFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x) => Sigmoid(x);
    }

    public readonly struct TanhFunction : IFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Of(Vector<float> x) => Tanh(x);
    }

    /// <summary>
    /// The lanes of a vector that one iteration handles. A formula over several rows is written once and compiled twice: for whole
    /// vectors, and for the rest behind them. A loop that tests for the rest in each iteration takes twice the time.
    /// </summary>
    public interface ILanes
    {
        static abstract Vector<float> Load(float* p, int count);

        static abstract void Store(float* p, Vector<float> x, int count);
    }

    public readonly struct Whole : ILanes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector<float> Load(float* p, int count) => Vector.Load(p);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Store(float* p, Vector<float> x, int count) => Vector.Store(x, p);
    }

    public readonly struct Rest : ILanes
    {
        public static Vector<float> Load(float* p, int count) => LoadPart(p, count);

        public static void Store(float* p, Vector<float> x, int count) => StorePart(p, x, count);
    }
}
