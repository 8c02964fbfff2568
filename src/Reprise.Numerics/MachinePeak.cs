using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Reprise.Numerics.Cpu;

namespace Reprise.Numerics;

/// <summary>
/// The peak speed of this machine's arithmetic and memory, measured by short loops: the reference for every kernel. Each value is
/// the best of all measurements so far, because other load can only slow a loop.
/// </summary>
/// <remarks>Holds its threads, and 192 MiB after a measurement of the memory.</remarks>
internal sealed unsafe class MachinePeak : IDisposable
{
    private const int FmaRounds = 2_000_000; // 2 to 4 ms: long beside the start of a job, short beside a time slice of the scheduler
    private const int Elements = 16 << 20;   // of each of the triad's three arrays: far larger than the caches
    private const int Pieces = 16;           // of the triad, 12 MiB each; none is in a cache when its turn comes again
    private static readonly TimeSpan Warming = TimeSpan.FromMilliseconds(20),
        ForArithmetic = TimeSpan.FromMilliseconds(100), ForMemory = TimeSpan.FromMilliseconds(300);

    private readonly ThreadTeam _team;
    private Buffer<float>? _memory;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">The number of threads that work together.</param>
    /// <param name="width">The vectors of the arithmetic.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public MachinePeak(int threads, CpuWidth width = CpuWidth.Widest)
    {
        _team = new ThreadTeam(threads);
        Width = width == CpuWidth.Widest ? CpuKernels.Widest : width;
    }

    /// <summary>The vectors of the arithmetic.</summary>
    public CpuWidth Width { get; }

    /// <summary>
    /// Billions of floating-point operations a second (a fused multiply-add counts as two) of independent chains that stay in
    /// registers, on all threads together; 0 before <see cref="MeasureArithmetic"/>.
    /// </summary>
    public double FmaGflops { get; private set; }

    /// <summary>
    /// Gigabytes a second to and from memory in a = b + s c on all threads together, without the read of a line before its store; 0
    /// before <see cref="MeasureMemory"/>.
    /// </summary>
    public double MemoryBandwidth { get; private set; }

    /// <summary>Measures <see cref="FmaGflops"/> for 0.1 s, after 0.02 s that warm the threads.</summary>
    public void MeasureArithmetic()
    {
        FmaJob job = new() { Rounds = FmaRounds, Width = Width };
        Fastest(ref job, Warming);
        double flops = (double)_team.Count * FmaRounds * FmaJob.Chains * 2 * ((int)Width / 32);
        FmaGflops = Math.Max(FmaGflops, flops / Fastest(ref job, ForArithmetic) / 1e9);
    }

    /// <summary>
    /// Measures <see cref="MemoryBandwidth"/> for 0.3 s; the first time also allocates the memory, which may take longer.
    /// </summary>
    public void MeasureMemory()
    {
        _memory ??= new Buffer<float>(3L * Elements);
        TriadJob job = new() { A = _memory.Pointer };
        MemoryBandwidth = Math.Max(MemoryBandwidth, 3.0 * sizeof(float) * (Elements / Pieces) / Fastest(ref job, ForMemory) / 1e9);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _memory?.Dispose();
    }

    // The seconds of the fastest of all runs that fit into a time, of three at least.
    private double Fastest<TJob>(ref TJob job, TimeSpan time)
        where TJob : struct, IRepeatedJob
    {
        double fastest = double.MaxValue;
        long began = Stopwatch.GetTimestamp();
        for (int run = 0; run < 3 || Stopwatch.GetElapsedTime(began) < time; run++)
        {
            long start = Stopwatch.GetTimestamp();
            TJob local = job;
            local.Run = run;
            _team.Run(ref local);
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return fastest;
    }

    private interface IRepeatedJob : ITeamJob
    {
        /// <summary>The number of earlier runs.</summary>
        int Run { set; }
    }

    private struct FmaJob : IRepeatedJob
    {
        public const int Chains = 10; // more than latency times throughput of any processor, fewer than its registers

        public int Rounds;
        public CpuWidth Width;

        public int Run { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int worker, int workers)
        {
            float result = Width switch
            {
                CpuWidth.Vector512 => Chain512(Rounds),
                CpuWidth.Vector256 => Chain256(Rounds),
                _ => Chain128(Rounds),
            };
            if (float.IsNaN(result)) // never true, which the compiler cannot know
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

    private struct TriadJob : IRepeatedJob
    {
        public float* A;

        public int Run { readonly get; set; }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Execute(int worker, int workers)
        {
            const int Vectors = Elements / Pieces / 8;
            float* a = A + (Run % Pieces * (Elements / Pieces)), b = a + Elements, c = b + Elements;
            (int start, int end) = Share.Of(Vectors, worker, workers);
            for (long i = 8L * start; i < 8L * end; i += 8)
                (Vector256.Load(b + i) + (3f * Vector256.Load(c + i))).Store(a + i);
        }
    }
}
