using System.Runtime.InteropServices;
using Reprise.Numerics;

namespace Reprise.Bench;

/// <summary>
/// OpenBLAS, where the machine has it (Debian: libopenblas0-pthread): another fast library of matrix products, for comparison
/// in the same run.
/// </summary>
internal sealed class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101, AsIs = 111, Transposed = 112;

    private readonly Sgemm _sgemm;
    private readonly SetThreads _setThreads;

    private OpenBlas(nint library)
    {
        _sgemm = Function<Sgemm>(library, "cblas_sgemm");
        _setThreads = Function<SetThreads>(library, "openblas_set_num_threads");
        Description = $"OpenBLAS, {Marshal.PtrToStringAnsi(Function<GetText>(library, "openblas_get_config")())}";
    }

    private delegate void Sgemm(
        int order, int transposeA, int transposeB, int m, int n, int k, float alpha,
        ref float a, int lda, ref float b, int ldb, float beta, ref float c, int ldc);

    private delegate void SetThreads(int count);

    private delegate nint GetText();

    private delegate int UnsetVariable([MarshalAs(UnmanagedType.LPStr)] string name);

    /// <summary>The library, or null if it is not installed.</summary>
    public static OpenBlas? Instance { get; } = Load();

    /// <summary>The version and the kernels of the library.</summary>
    public string Description { get; }

    public int Threads
    {
        set => _setThreads(value);
    }

    /// <summary>y = x Wᵀ.</summary>
    public void Linear(Tensor<float> y_NO, Tensor<float> x_NI, Tensor<float> weight_OI) => _sgemm(
        RowMajor, AsIs, Transposed, y_NO.Rows, y_NO.Columns, x_NI.Columns,
        1, ref x_NI.Span[0], x_NI.Stride, ref weight_OI.Span[0], weight_OI.Stride, 0, ref y_NO.Span[0], y_NO.Stride);

    private static OpenBlas? Load()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        // The variable forces kernels for another processor. OpenBLAS reads the process's environment, which .NET does not change.
        Function<UnsetVariable>(NativeLibrary.Load("libc.so.6"), "unsetenv")("OPENBLAS_CORETYPE");
        return NativeLibrary.TryLoad(Library, out nint library) ? new OpenBlas(library) : null;
    }

    private static TFunction Function<TFunction>(nint library, string name)
        where TFunction : Delegate => Marshal.GetDelegateForFunctionPointer<TFunction>(NativeLibrary.GetExport(library, name));
}
