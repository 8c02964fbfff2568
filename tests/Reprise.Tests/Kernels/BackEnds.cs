using Reprise.Numerics;
using Reprise.Numerics.Cpu;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>The back ends under test, by the names that test rows carry.</summary>
internal static class BackEnds
{
    public static IKernels<float> Create(string name) => name switch
    {
        "reference" => new ReferenceKernels<float>(),
        "cpu512" => new CpuKernels(2, CpuWidth.Vector512),
        "cpu256" => new CpuKernels(2, CpuWidth.Vector256),
        "cpu128" => new CpuKernels(3, CpuWidth.Vector128),
        "device" => new FakeDevice(),
        "cuda" or "cuda-tf32" or "cuda-fp32" => CudaForTests.Create(name),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such back end"),
    };
}
