using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Reprise.Numerics;

/// <summary>
/// Randomness as a function: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011) of (seed, use, step, index). There is no
/// state to save: the noise of a sentence depends on nothing but these four numbers and the position within its draw.
/// </summary>
internal static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>The four words of one Philox4x32-10 block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (uint X0, uint X1, uint X2, uint X3) Block(uint c0, uint c1, uint c2, uint c3, uint k0, uint k1)
    {
        for (int round = 0; round < 10; round++)
        {
            ulong p0 = (ulong)M0 * c0, p1 = (ulong)M1 * c2;
            (c0, c1, c2, c3) = ((uint)(p1 >> 32) ^ c1 ^ k0, (uint)p1, (uint)(p0 >> 32) ^ c3 ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Fills <paramref name="values"/> with uniform numbers in (0, 1), both ends excluded, 23 bits each.</summary>
    public static void Uniform(Span<float> values, ulong seed, RandomUse use, long step, long index)
    {
        for (int i = 0; i < values.Length; i += 4)
        {
            (uint x0, uint x1, uint x2, uint x3) = Draw(seed, use, step, index, (uint)i / 4);
            values[i] = ToUnit(x0);
            if (i + 1 < values.Length) values[i + 1] = ToUnit(x1);
            if (i + 2 < values.Length) values[i + 2] = ToUnit(x2);
            if (i + 3 < values.Length) values[i + 3] = ToUnit(x3);
        }
    }

    /// <summary>Fills <paramref name="values"/> with standard normal numbers (Box &amp; Muller 1958, computed in double).</summary>
    public static void Normal(Span<float> values, ulong seed, RandomUse use, long step, long index)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            (uint x0, uint x1, uint x2, _) = Draw(seed, use, step, index, (uint)i / 2);
            double u = ((((ulong)x0 << 21) ^ (x1 >> 11)) + 0.5) * (1.0 / (1UL << 53));
            (double sin, double cos) = Math.SinCos(2 * Math.PI * ToUnit(x2));
            double radius = Math.Sqrt(-2 * Math.Log(u));
            values[i] = (float)(radius * cos);
            if (i + 1 < values.Length) values[i + 1] = (float)(radius * sin);
        }
    }

    /// <summary>One uniform 64-bit word.</summary>
    public static ulong Word(ulong seed, RandomUse use, long step, long index)
    {
        (uint x0, uint x1, _, _) = Draw(seed, use, step, index, 0);
        return ((ulong)x1 << 32) | x0;
    }

    // Counter: step (48 bits), use (8), index (40) and the block within the draw (32, in two parts). Key: the seed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (uint X0, uint X1, uint X2, uint X3) Draw(ulong seed, RandomUse use, long step, long index, uint block)
    {
        (uint c0, uint c1, uint c2, uint c3) = Counters(use, step, index, block);
        return Block(c0, c1, c2, c3, (uint)seed, (uint)(seed >> 32));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (uint C0, uint C1, uint C2, uint C3) Counters(RandomUse use, long step, long index, uint block) => (
        (uint)step,
        (uint)((ulong)step >> 32) ^ ((uint)use << 24) ^ (block >> 24 << 16),
        (uint)index,
        (uint)((ulong)index >> 32) ^ (block << 8));

    /// <summary>
    /// The words of several blocks of a draw, a block in each lane. The words are the lower halves of the lanes; the upper halves are
    /// undefined.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static (Vector<ulong> X0, Vector<ulong> X1, Vector<ulong> X2, Vector<ulong> X3) Draw(in RandomKey key, Vector<ulong> blocks)
    {
        (ulong first0, ulong first1, ulong first2, ulong first3) = Counters(key.Use, key.A, key.B, 0);
        Vector<ulong> c0 = Vector.Create(first0), c1 = Vector.Create(first1) ^ (blocks >> 24 << 16);
        Vector<ulong> c2 = Vector.Create(first2), c3 = Vector.Create(first3) ^ (blocks << 8);
        (uint k0, uint k1) = ((uint)key.Seed, (uint)(key.Seed >> 32));
        for (int round = 0; round < 10; round++)
        {
            Vector<ulong> p0 = Product(c0, M0), p1 = Product(c2, M1);
            (c0, c1, c2, c3) = ((p1 >> 32) ^ c1 ^ Vector.Create((ulong)k0), p1, (p0 >> 32) ^ c3 ^ Vector.Create((ulong)k1), p0);
            k0 += W0;
            k1 += W1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>The bound below which the upper 23 bits of a word make a number of <see cref="Uniform"/> below a rate.</summary>
    internal static int Below(double rate) => (int)Math.Ceiling((rate * (1 << 23)) - 0.5);

    // The lower half of each lane times a factor.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<ulong> Product(Vector<ulong> x, uint factor)
    {
        if (Avx2.IsSupported && Vector<ulong>.Count == Vector256<ulong>.Count)
            return Avx2.Multiply(x.AsVector256().AsUInt32(), Vector256.Create((ulong)factor).AsUInt32()).AsVector();
        if (Sse2.IsSupported && Vector<ulong>.Count == Vector128<ulong>.Count)
            return Sse2.Multiply(x.AsVector128().AsUInt32(), Vector128.Create((ulong)factor).AsUInt32()).AsVector();
        return (x & Vector.Create((ulong)uint.MaxValue)) * Vector.Create((ulong)factor);
    }

    private static float ToUnit(uint x) => ((x >> 9) + 0.5f) * (1.0f / (1 << 23));
}
