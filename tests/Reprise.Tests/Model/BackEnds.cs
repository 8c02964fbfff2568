using System.Numerics;
using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Model;

/// <summary>Runs a test of the model on a back end by name: the reference in both precisions, or one of the kernels' back ends,
/// among them the fake of a device, whose memory the host may not touch.</summary>
internal static class BackEnds
{
    public static string[] Names { get; } = ["reference double", "reference", "cpu512", "cpu256", "cpu128", "device", "cuda-fp32"];

    public interface ITest
    {
        void Run<T>(IKernels<T> kernels)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    public static void Run(string name, ITest test)
    {
        if (name == "reference double")
        {
            using ReferenceKernels<double> inDouble = new();
            test.Run(inDouble);
            return;
        }

        using IKernels<float> kernels = Kernels.BackEnds.Create(name);
        test.Run(kernels);
    }
}
