using System.Numerics;
using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Model;

/// <summary>Runs a test of the model on a back end by name.</summary>
internal static class BackEnds
{
    public static string[] Names { get; } = ["reference double", "reference float"];

    public interface ITest
    {
        void Run<T>(IKernels<T> kernels)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>;
    }

    public static void Run(string name, ITest test)
    {
        switch (name)
        {
            case "reference double":
                using (ReferenceKernels<double> kernels = new())
                    test.Run(kernels);
                break;
            case "reference float":
                using (ReferenceKernels<float> kernels = new())
                    test.Run(kernels);
                break;
            default:
                throw new ArgumentException(name);
        }
    }
}
