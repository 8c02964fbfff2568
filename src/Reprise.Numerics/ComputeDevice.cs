using Reprise.Numerics.Cpu;
using Reprise.Numerics.Cuda;
using Reprise.Numerics.Reference;

namespace Reprise.Numerics;

/// <summary>A processor or a GPU that models compute on. One thread at a time may use it.</summary>
public sealed class ComputeDevice : IDisposable
{
    /// <summary>The environment variable that names the device where the program does not.</summary>
    public const string Variable = "REPRISE_BACKEND";

    internal ComputeDevice(IKernels<float> kernels) => Kernels = kernels;

    /// <summary>The names that <see cref="Open"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["reference", "cpu", "cpu512", "cpu256", "cpu128", "cuda", "cuda-tf32", "cuda-fp32"];

    /// <summary>The device with its vector width or precision and its threads, as text: "cpu, 512-bit vectors, 2 threads".</summary>
    public string Description => Kernels.Description;

    internal IKernels<float> Kernels { get; }

    /// <summary>The processor, with the widest vectors that it has.</summary>
    /// <param name="threads">The number of threads, the caller's included; null for one per processor.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is below 1.</exception>
    public static ComputeDevice Cpu(int? threads = null) => new(new CpuKernels(threads));

    /// <summary>An NVIDIA GPU.</summary>
    /// <param name="precision">The precision of the products' factors; sums are single precision.</param>
    /// <param name="device">The number of the GPU, from 0.</param>
    /// <exception cref="DeviceException">There is no such GPU, or no driver or library for it.</exception>
    public static ComputeDevice Cuda(CudaPrecision precision = CudaPrecision.Bf16, int device = 0) =>
        new(new CudaKernels(precision, device));

    /// <summary>A device by its name.</summary>
    /// <param name="name">
    /// One of <see cref="Names"/>; null for the value of <see cref="Variable"/>, or "cpu" where that is not set.
    /// </param>
    /// <param name="threads">The number of threads of the processor, the caller's included; null for one per processor.</param>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    /// <exception cref="DeviceException">The device or a library that it needs is missing.</exception>
    public static ComputeDevice Open(string? name = null, int? threads = null)
    {
        string? variable = Environment.GetEnvironmentVariable(Variable);
        string chosen = name ?? (string.IsNullOrEmpty(variable) ? "cpu" : variable);
        return new ComputeDevice(chosen switch
        {
            "reference" => new ReferenceKernels<float>(),
            "cpu" => new CpuKernels(threads),
            "cpu512" => new CpuKernels(threads, CpuWidth.Vector512),
            "cpu256" => new CpuKernels(threads, CpuWidth.Vector256),
            "cpu128" => new CpuKernels(threads, CpuWidth.Vector128),
            "cuda" => new CudaKernels(),
            "cuda-tf32" => new CudaKernels(CudaPrecision.Tf32),
            "cuda-fp32" => new CudaKernels(CudaPrecision.Fp32),
            _ => throw new ArgumentException(
                $"unknown back end \"{chosen}\"{(name is null ? $" in {Variable}" : "")}: it is one of {string.Join(", ", Names)}",
                nameof(name)),
        });
    }

    /// <summary>Frees its memory and its threads.</summary>
    public void Dispose() => Kernels.Dispose();
}
