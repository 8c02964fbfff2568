using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Numerics.Interop;

/// <summary>
/// Finds NVIDIA's libraries at run time: the driver's <c>libcuda</c> and the newest <c>cublasLt</c>, 13 or 12, that the driver can
/// run. The CUDA toolkit and Python's packages bring the latter. Neither is needed until a CUDA back end is opened.
/// </summary>
internal static class CudaLibraries
{
    private const int Cuda13 = 13000;

    public const string Driver = "cuda", CublasLt = "cublasLt";

    /// <summary>The environment variable with the folders to look in first, separated as in PATH.</summary>
    public const string FoldersVariable = "REPRISE_CUDA_PATH";

    private static readonly string[] DriverNames = OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"];

    /// <summary>The handles of both libraries, found once; 0 where one is missing.</summary>
    private static readonly Lazy<nint> DriverHandle = new(() => Load(DriverNames));
    private static readonly Lazy<nint> CublasLtHandle = new(() => Load(CublasLtNames(DriverVersion())));

    /// <exception cref="DeviceException">
    /// A library is missing; the message names it, the folders searched, and how to install it.
    /// </exception>
    public static void RequireAll()
    {
        if (DriverHandle.Value == 0)
        {
            throw new DeviceException($"no NVIDIA driver: {DriverNames[0]} was not found; "
                + $"install the driver, or name its folder in {FoldersVariable}");
        }

        if (CublasLtHandle.Value == 0)
        {
            string names = string.Join(" or ", CublasLtNames(DriverVersion()));
            string newer = DriverVersion() < Cuda13 ? " (13 needs driver 580 or later)" : "";
            throw new DeviceException($"{names} was not found{newer}, neither by the system nor in CUDA's and Python's folders; "
                + $"install the CUDA toolkit or `pip install nvidia-cublas`, or name its folder in {FoldersVariable}");
        }
    }

    /// <summary>The file names of cuBLASLt that a driver for this CUDA version (12040 for 12.4) can run, the newest first.</summary>
    internal static string[] CublasLtNames(int driver)
    {
        int[] versions = driver >= Cuda13 ? [13, 12] : [12];
        return [.. versions.Select(version => OperatingSystem.IsWindows() ? $"cublasLt64_{version}.dll" : $"libcublasLt.so.{version}")];
    }

    private static unsafe int DriverVersion()
    {
        int version = 0;
        return DriverHandle.Value != 0 && CudaDriver.cuDriverGetVersion(&version) == 0 ? version : 0;
    }

#pragma warning disable CA2255 // a resolver belongs to the assembly whose imports it resolves
    [ModuleInitializer]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(CudaLibraries).Assembly, Resolve);
#pragma warning restore CA2255

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) => name switch
    {
        Driver => DriverHandle.Value,
        CublasLt => CublasLtHandle.Value,
        _ => 0, // the system's own search
    };

    private static nint Load(string[] names)
    {
        foreach (string path in Named(FirstFolders(), names).Concat(names.SelectMany(name => Named(OtherFolders(), [name]).Prepend(name))))
        {
            if (NativeLibrary.TryLoad(path, out nint handle))
                return handle;
        }

        return 0;
    }

    private static IEnumerable<string> Named(IEnumerable<string> folders, string[] names) =>
        from name in names
        from folder in folders
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path;

    private static string[] FirstFolders() =>
        (Environment.GetEnvironmentVariable(FoldersVariable) ?? "").Split(
            Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<string> OtherFolders()
    {
        foreach (string variable in (string[])["CUDA_PATH", "CUDA_HOME"])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } toolkit)
            {
                yield return Path.Combine(toolkit, "lib64");
                yield return Path.Combine(toolkit, "bin");
            }
        }

        if (OperatingSystem.IsLinux())
        {
            yield return "/usr/lib/wsl/lib";
            yield return "/usr/local/nvidia/lib64";
            foreach (string toolkit in Folders("/usr/local", "cuda*").OrderDescending(StringComparer.Ordinal))
                yield return Path.Combine(toolkit, "lib64");
        }

        foreach (string packages in PythonPackages())
        {
            yield return Path.Combine(packages, "nvidia", "cu13", "lib");
            yield return Path.Combine(packages, "nvidia", "cu13", "bin", "x86_64");
            yield return Path.Combine(packages, "nvidia", "cublas", "lib");
            yield return Path.Combine(packages, "nvidia", "cublas", "bin");
        }
    }

    // site-packages of the active environment, of the Python on the path, and of the usual places.
    private static IEnumerable<string> PythonPackages()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        List<string> roots = [Path.Combine(home, ".local"), "/usr/local", "/usr"];
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            if ((File.Exists(Path.Combine(folder, "python3")) || File.Exists(Path.Combine(folder, "python.exe")))
                && Path.GetDirectoryName(folder.TrimEnd('/')) is { } root)
                roots.Insert(0, root);
        }

        foreach (string variable in (string[])["CONDA_PREFIX", "VIRTUAL_ENV"])
        {
            if (Environment.GetEnvironmentVariable(variable) is { Length: > 0 } environment)
                roots.Insert(0, environment);
        }

        foreach (string root in roots.Distinct(StringComparer.Ordinal))
        {
            yield return Path.Combine(root, "Lib", "site-packages");
            foreach (string python in Folders(Path.Combine(root, "lib"), "python3*"))
            {
                yield return Path.Combine(python, "site-packages");
                yield return Path.Combine(python, "dist-packages");
            }
        }
    }

    private static string[] Folders(string parent, string pattern)
    {
        try
        {
            return Directory.Exists(parent) ? Directory.GetDirectories(parent, pattern) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
