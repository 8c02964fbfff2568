using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Reprise.Numerics;

/// <summary>What this machine can do at best, measured by short loops: the yardstick for every kernel.</summary>
public static unsafe class MachinePeak
{
    /// <summary>
    /// Billions of floating-point operations a second (a fused multiply-add counts as two) of independent chains that stay in
    /// registers, in the machine's widest vectors, on <paramref name="threads"/> threads together. Takes about 0.1 s.
    /// </summary>
    public static double FmaGflops(int threads)
    {
        const int Rounds = 400_000;
        using ThreadTeam team = new(threads);
        FmaJob job = new() { Rounds = Rounds };
        double seconds = FastestOf(6, team, ref job);
        return threads * (double)Rounds * FmaJob.FlopsPerRound / seconds / 1e9;
    }

    /// <summary>
    /// Gigabytes a second to and from memory in a = b + s c over arrays far larger than the caches, on <paramref name="threads"/>
    /// threads together; the line that a store first reads is not counted. Takes about 0.2 s.
    /// </summary>
    public static double MemoryBandwidth(int threads)
    {
        const int Elements = 16 << 20;
        using Buffer<float> memory = new(3L * Elements);
        using ThreadTeam team = new(threads);
        TriadJob job = new() { A = memory.Pointer, Length = Elements };
        double seconds = FastestOf(4, team, ref job);
        return 3.0 * sizeof(float) * Elements / seconds / 1e9;
    }

    private static double FastestOf<TJob>(int runs, ThreadTeam team, ref TJob job)
        where TJob : struct, ITeamJob
    {
        double fastest = double.MaxValue;
        for (int run = 0; run < runs; run++)
        {
            long start = Stopwatch.GetTimestamp();
            TJob local = job;
            team.Run(ref local);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }

    private struct FmaJob : ITeamJob
    {
        public int Rounds;

        private const int Chains = 10; // more than latency times throughput of any processor, fewer than its registers

        public static double FlopsPerRound => 2 * Chains * Lanes;

        private static int Lanes =>
            Vector512.IsHardwareAccelerated ? 16 : Vector256.IsHardwareAccelerated ? 8 : 4;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int worker, int workers)
        {
            float result = Lanes switch { 16 => Chain512(Rounds), 8 => Chain256(Rounds), _ => Chain128(Rounds) };
            if (float.IsNaN(result)) // never, which the compiler cannot know
                throw new InvalidOperationException();
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Chain512(int rounds)
        {
            Vector512<float> x = Vector512.Create(0.5f), y = Vector512.Create(0.25f);
            Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
            for (; rounds > 0; rounds--)
            {
                a = Vector512.FusedMultiplyAdd(a, x, y); b = Vector512.FusedMultiplyAdd(b, x, y);
                c = Vector512.FusedMultiplyAdd(c, x, y); d = Vector512.FusedMultiplyAdd(d, x, y);
                e = Vector512.FusedMultiplyAdd(e, x, y); f = Vector512.FusedMultiplyAdd(f, x, y);
                g = Vector512.FusedMultiplyAdd(g, x, y); h = Vector512.FusedMultiplyAdd(h, x, y);
                i = Vector512.FusedMultiplyAdd(i, x, y); j = Vector512.FusedMultiplyAdd(j, x, y);
            }

            return Vector512.Sum(a + b + c + d + e + f + g + h + i + j);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Chain256(int rounds)
        {
            Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(0.25f);
            Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
            for (; rounds > 0; rounds--)
            {
                a = Vector256.FusedMultiplyAdd(a, x, y); b = Vector256.FusedMultiplyAdd(b, x, y);
                c = Vector256.FusedMultiplyAdd(c, x, y); d = Vector256.FusedMultiplyAdd(d, x, y);
                e = Vector256.FusedMultiplyAdd(e, x, y); f = Vector256.FusedMultiplyAdd(f, x, y);
                g = Vector256.FusedMultiplyAdd(g, x, y); h = Vector256.FusedMultiplyAdd(h, x, y);
                i = Vector256.FusedMultiplyAdd(i, x, y); j = Vector256.FusedMultiplyAdd(j, x, y);
            }

            return Vector256.Sum(a + b + c + d + e + f + g + h + i + j);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Chain128(int rounds)
        {
            Vector128<float> x = Vector128.Create(0.5f), y = Vector128.Create(0.25f);
            Vector128<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x;
            for (; rounds > 0; rounds--)
            {
                a = Vector128.MultiplyAddEstimate(a, x, y); b = Vector128.MultiplyAddEstimate(b, x, y);
                c = Vector128.MultiplyAddEstimate(c, x, y); d = Vector128.MultiplyAddEstimate(d, x, y);
                e = Vector128.MultiplyAddEstimate(e, x, y); f = Vector128.MultiplyAddEstimate(f, x, y);
                g = Vector128.MultiplyAddEstimate(g, x, y); h = Vector128.MultiplyAddEstimate(h, x, y);
                i = Vector128.MultiplyAddEstimate(i, x, y); j = Vector128.MultiplyAddEstimate(j, x, y);
            }

            return Vector128.Sum(a + b + c + d + e + f + g + h + i + j);
        }
    }

    private struct TriadJob : ITeamJob
    {
        public float* A;
        public int Length;

        public readonly void Execute(int worker, int workers)
        {
            float* b = A + Length, c = b + Length;
            (int start, int end) = Share.Of(Length / Vector256<float>.Count, worker, workers);
            for (long i = (long)start * Vector256<float>.Count; i < (long)end * Vector256<float>.Count; i += Vector256<float>.Count)
                (Vector256.Load(b + i) + (3f * Vector256.Load(c + i))).Store(A + i);
        }
    }
}
