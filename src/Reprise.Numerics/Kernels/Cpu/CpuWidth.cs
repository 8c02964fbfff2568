namespace Reprise.Numerics.Cpu;

/// <summary>The vectors that the matrix products of <see cref="CpuKernels"/> use.</summary>
internal enum CpuWidth
{
    /// <summary>The widest that this machine has.</summary>
    Widest = 0,

    /// <summary>Arm, and all other processors.</summary>
    Vector128 = 128,

    /// <summary>AVX2 with FMA.</summary>
    Vector256 = 256,

    /// <summary>AVX-512.</summary>
    Vector512 = 512,
}
