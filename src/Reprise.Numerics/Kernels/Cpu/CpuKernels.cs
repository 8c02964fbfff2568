using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Reprise.Numerics.Cpu;

/// <summary>
/// The CPU back end: packed-panel matrix products in explicit vector code, pointwise operations in <c>Vector&lt;float&gt;</c>, on a
/// fixed team of threads with static shares of the output. After its largest batch it allocates nothing.
/// </summary>
/// <remarks>One worker sums each output element in one order, so that the number of threads changes no bit.</remarks>
internal sealed unsafe partial class CpuKernels : IKernels<float>
{
    /// <summary>The floats of a cache line. Shares of a row are whole lines, so that no two workers write one.</summary>
    private const int LineElements = 16;

    // Jobs of fewer elements end before a second thread has started.
    private const double LeastWorthSharing = 16 * 1024;

    private readonly ThreadTeam _team;
    private readonly Gemm _gemm;
    private readonly Workspace<float> _scratch = new();

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">The number of workers, the caller included; null for one per processor.</param>
    /// <param name="width">The vectors of the matrix products. A width that the machine lacks is emulated, slowly.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public CpuKernels(int? threads = null, CpuWidth width = CpuWidth.Widest)
    {
        _gemm = (width == CpuWidth.Widest ? Widest : width) switch
        {
            CpuWidth.Vector512 => new Gemm<Tile512>(),
            CpuWidth.Vector256 => new Gemm<Tile256>(),
            CpuWidth.Vector128 => new Gemm<Tile128>(),
            _ => throw new ArgumentOutOfRangeException(nameof(width), width, "not a width"),
        };
        Width = width == CpuWidth.Widest ? Widest : width;
        _team = new ThreadTeam(threads ?? Environment.ProcessorCount);
    }

    /// <summary>The vectors that the matrix products use.</summary>
    public CpuWidth Width { get; }

    /// <summary>The number of workers, the caller included.</summary>
    public int Threads => _team.Count;

    /// <inheritdoc/>
    public string Description => $"cpu, {(int)Width}-bit vectors, {Threads} {(Threads == 1 ? "thread" : "threads")}";

    /// <inheritdoc/>
    public bool SharesWords => true;

    /// <summary>The widest vectors that this machine has.</summary>
    internal static CpuWidth Widest =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? CpuWidth.Vector512
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? CpuWidth.Vector256
        : CpuWidth.Vector128;

    /// <inheritdoc/>
    public void Dispose()
    {
        _team.Dispose();
        _scratch.Dispose();
        DisposeKept();
    }

    // Scratch of undefined contents, 64-byte aligned, valid until the next operation.
    private float* Take(long length) => _scratch.Take(checked((int)((length + LineElements - 1) / LineElements)), LineElements).Pointer;

    // Runs a job on the team, or on the caller alone where there is too little to share.
    private void Run<TJob>(ref TJob job, double elements)
        where TJob : struct, ITeamJob
    {
        if (elements < LeastWorthSharing)
            job.Execute(0, 1);
        else
            _team.Run(ref job);
        GC.KeepAlive(this); // the job uses this object's memory: no finalizer may run before it ends
    }
}
