using System.Runtime.Intrinsics.X86;
using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>The measured back ends: each that this machine executes in hardware, on one thread and on all processors.</summary>
/// <remarks>The reference is left out: a softmax of this size takes it minutes.</remarks>
internal static class Engines
{
    /// <summary>Names for <see cref="ComputeDevice.Open"/>.</summary>
    public static IEnumerable<string> BackEnds
    {
        get
        {
            yield return "cpu128";
            if (Avx2.IsSupported)
                yield return "cpu256";
            if (Avx512F.IsSupported)
                yield return "cpu512";
        }
    }

    public static IEnumerable<int> Threads => new[] { 1, Environment.ProcessorCount }.Distinct();
}
