namespace Reprise.Numerics;

/// <summary>The precision of products on a GPU. Weights, sums and everything else are single precision.</summary>
public enum CudaPrecision
{
    /// <summary>Factors rounded to bfloat16: 8 bits of mantissa, on the tensor cores.</summary>
    Bf16,

    /// <summary>Factors rounded to 10 bits of mantissa by the tensor cores.</summary>
    Tf32,

    /// <summary>Single precision.</summary>
    Fp32,
}
