using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>The back ends under test, by the names that test rows carry.</summary>
internal static class BackEnds
{
    public static IKernels<float> Create(string name) => name switch
    {
        "reference" => new ReferenceKernels<float>(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such back end"),
    };
}
