using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>The comparison of a back end with the reference, and the shapes that it is made at.</summary>
internal static class Parity
{
    private const int MostShown = 12;

    public static readonly string[] BackEnds = ["reference", "cpu512", "cpu256", "cpu128", "device", "cuda-fp32", "cuda"];

    public static readonly int[][] Batches =
        [[1], [3], [1, 1, 1], [2, 1], [5, 5, 5, 5], [6, 4, 4, 3, 1], [9, 2, 2, 2, 2, 2, 2, 2, 1]];

    /// <summary>Sizes of a product with the width <paramref name="w"/> along one axis, each axis in turn, and along all.</summary>
    public static IEnumerable<(int N, int I, int O)> Matrices(int w) =>
        [(w, 7, 5), (w, 6, 18), (5, w, 7), (6, w, 17), (7, 5, w), (18, 6, w), (w, w, w)];

    /// <summary>Lengths of sentences, from the longest down to 1.</summary>
    public static int[] Descending(int sequences, int longest) =>
        [.. Enumerable.Range(0, sequences).Select(b => Math.Max(1, longest - (b * longest / sequences)))];

    /// <summary>Runs all cases on both and fails with a list of those that differ, which shows the width that they share.</summary>
    public static void Prove(string backEnd, IEnumerable<KernelCase> cases)
    {
        using ReferenceKernels<double> reference = new();
        using IKernels<float> kernels = Kernels.BackEnds.Create(backEnd);
        List<string> differences = [];
        int count = 0;
        foreach (KernelCase one in cases)
        {
            count++;
            using Operands<double> expected = new(reference);
            using Operands<float> found = new(kernels, one.Padding);
            try
            {
                one.Run(reference, expected);
                one.Run(kernels, found);
                found.ShouldAgreeWith(expected, backEnd == "cuda" ? one.ToleranceInBf16 : one.Tolerance, one.ToString());
            }
            catch (Exception e)
            {
                differences.Add(e.Message.StartsWith(one.ToString(), StringComparison.Ordinal) ? e.Message : $"{one}: {e.Message}");
            }
        }

        count.ShouldBeGreaterThan(0);
        string shown = string.Join('\n', differences.Take(MostShown));
        Assert.True(differences.Count == 0, $"{differences.Count} of {count} cases differ on {kernels.Description}:\n{shown}");
    }
}
