using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Reprise.Numerics;
using Reprise.Tests.House;

namespace Reprise.Tests.Kernels;

/// <summary>
/// A device for the tests: the simulated one of tests/CudaSimulator, made by the C++ compiler at hand; or, where REPRISE_CUDA_TESTS is
/// <c>device</c>, the GPU of the machine. Without either, the test at hand is skipped by name, with the reason.
/// </summary>
internal static class CudaForTests
{
    private const string Variable = "REPRISE_CUDA_TESTS", FoldersVariable = "REPRISE_CUDA_PATH";

    private static readonly Lazy<(string? Folder, string? Problem)> Simulator = new(Make);

    /// <summary>True where tests run on a real GPU.</summary>
    public static bool IsReal => Environment.GetEnvironmentVariable(Variable) == "device";

    /// <summary>The environment variables by which a program finds the device.</summary>
    public static IReadOnlyDictionary<string, string> Environs =>
        Simulator.Value.Folder is { } folder ? new Dictionary<string, string> { [FoldersVariable] = folder } : [];

    /// <summary>Skips the test where there is no device.</summary>
    public static void Require()
    {
        if (!IsReal && Simulator.Value.Problem is { } problem)
            Assert.Skip(problem);
    }

    /// <summary>Counts the calls of a function of the simulated driver by this process; skips the test on a real GPU.</summary>
    public static long CallsOf(string function)
    {
        Require();
        Assert.SkipWhen(IsReal, "a real driver does not count its calls");
        nint library = NativeLibrary.Load(Path.Combine(Simulator.Value.Folder!, "libcuda.so.1"));
        return Marshal.GetDelegateForFunctionPointer<Count>(NativeLibrary.GetExport(library, "simulated_count"))(function);
    }

    /// <summary>A back end on the device.</summary>
    public static IKernels<float> Create(string name)
    {
        Require();
        try
        {
            return ComputeDevice.Open(name, 1).Kernels;
        }
        catch (DeviceException e) when (IsReal)
        {
            Assert.Skip(e.Message);
            throw;
        }
    }

    /// <summary>Has calls of the simulated driver fail from now on: "cuMemAlloc_v2:3=2" answers the third with 2.</summary>
    public static void Fail(string calls)
    {
        Require();
        Assert.SkipWhen(IsReal, "a real driver does not fail on demand");
        nint library = NativeLibrary.Load(Path.Combine(Simulator.Value.Folder!, "libcuda.so.1"));
        Marshal.GetDelegateForFunctionPointer<Set>(NativeLibrary.GetExport(library, "simulated_set"))("FAIL", calls);
    }

    private delegate void Set([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value);

    private delegate long Count([MarshalAs(UnmanagedType.LPUTF8Str)] string function);

    // Made once for the same sources, beside the tests.
    private static (string? Folder, string? Problem) Make()
    {
        if (IsReal)
            return (null, null);
        if (!OperatingSystem.IsLinux())
            return (null, "the simulated CUDA device is made on Linux only");
        string sources = Repository.PathOf("tests/CudaSimulator"), kernels = Repository.PathOf("src/Reprise.Numerics/Kernels/Cuda");
        string[] files =
        [
            .. Directory.GetFiles(sources).Concat(Directory.GetFiles(kernels, "*.cu")).Append(Path.Combine(kernels, "Device.h"))
                .Order(StringComparer.Ordinal),
        ];
        string hash = Convert.ToHexStringLower(SHA256.HashData(files.SelectMany(File.ReadAllBytes).ToArray()))[..16];
        string folder = Path.Combine(AppContext.BaseDirectory, "cuda-simulator", hash);
        if (!File.Exists(Path.Combine(folder, "libcublasLt.so.12")))
        {
            (int code, _, string complaint) = Child.Run(new ProcessStartInfo("bash", [Path.Combine(sources, "build.sh"), folder]));
            if (code != 0)
            {
                bool noCompiler = complaint.Contains("no C++ compiler", StringComparison.Ordinal);
                return noCompiler
                    ? (null, complaint.Trim())
                    : throw new InvalidOperationException($"the simulated CUDA device could not be made: {complaint}");
            }
        }

        Environment.SetEnvironmentVariable(FoldersVariable, folder);
        return (folder, null);
    }
}
