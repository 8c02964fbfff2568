using Reprise.Numerics.Cpu;
using Reprise.Numerics.Cuda;

namespace Reprise.Numerics;

/// <summary>Makes back ends by name.</summary>
public static class Kernels
{
    /// <summary>The environment variable that names the back end where the program does not.</summary>
    public const string Variable = "REPRISE_BACKEND";

    /// <summary>The names that <see cref="Create"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["reference", "cpu", "cpu512", "cpu256", "cpu128", "cuda", "cuda-tf32", "cuda-fp32"];

    /// <summary>A back end for single precision, to be disposed of by the caller.</summary>
    /// <param name="threads">Threads of the CPU back end, the caller included; null for one per processor.</param>
    /// <param name="backend">One of <see cref="Names"/>; null for what <see cref="Variable"/> says, or else "cpu".</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="DeviceException">The back end needs a device or a library that is not there.</exception>
    public static IKernels<float> Create(int? threads = null, string? backend = null)
    {
        string? variable = Environment.GetEnvironmentVariable(Variable);
        string name = backend ?? (string.IsNullOrEmpty(variable) ? "cpu" : variable);
        return name switch
        {
            "reference" => new Reference.ReferenceKernels<float>(),
            "cpu" => new CpuKernels(threads),
            "cpu512" => new CpuKernels(threads, CpuWidth.Vector512),
            "cpu256" => new CpuKernels(threads, CpuWidth.Vector256),
            "cpu128" => new CpuKernels(threads, CpuWidth.Vector128),
            "cuda" => new CudaKernels(),
            "cuda-tf32" => new CudaKernels(CudaPrecision.Tf32),
            "cuda-fp32" => new CudaKernels(CudaPrecision.Fp32),
            _ => throw new ArgumentException($"unknown back end \"{name}\"{(backend is null ? $" in {Variable}" : "")}: it is one of {string.Join(", ", Names)}", nameof(backend)),
        };
    }
}
