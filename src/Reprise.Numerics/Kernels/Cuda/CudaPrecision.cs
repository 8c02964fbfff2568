namespace Reprise.Numerics.Cuda;

/// <summary>The precision of a CUDA back end's products. Weights, sums and everything else are single precision in all of them.</summary>
public enum CudaPrecision
{
    /// <summary>Factors rounded to bfloat16: 8 bits of mantissa, on the tensor cores.</summary>
    Bf16,

    /// <summary>Factors rounded to 10 bits of mantissa by the tensor cores.</summary>
    Tf32,

    /// <summary>Single precision.</summary>
    Fp32,
}
