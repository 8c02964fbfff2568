using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Numerics.Interop;

/// <summary>The part of cuBLASLt that is used (cublasLt.h of CUDA 12 and 13). Every call goes through <see cref="Check"/>.</summary>
internal static unsafe partial class CublasLt
{
    /// <summary>cudaDataType.</summary>
    public const int Float32 = 0, Bf16 = 14;

    /// <summary>cublasComputeType_t.</summary>
    public const int Compute32 = 68, ComputeFastTf32 = 77;

    /// <summary>cublasLtMatmulDescAttributes_t.</summary>
    public const int TransposeA = 3, TransposeB = 4, Epilogue = 7, BiasPointer = 8;

    /// <summary>cublasOperation_t and cublasLtEpilogue_t.</summary>
    public const int Transpose = 1, BiasEpilogue = 4;

    /// <summary>cublasLtMatrixLayoutAttribute_t.</summary>
    public const int Rows = 2, Columns = 3, LeadingDimension = 4;

    /// <summary>
    /// cublasLtMatmulPreferenceAttributes_t. The reduction schemes with one order of sums are none, and COMPUTE_TYPE in the
    /// workspace.
    /// </summary>
    public const int MaxWorkspaceBytes = 1, ReductionSchemes = 3, MinimumAlignmentA = 5,
        MinimumAlignmentB = 6, MinimumAlignmentC = 7, MinimumAlignmentD = 8;

    public const uint DeterministicReductions = 2;

    /// <summary>cublasStatus_t: cuBLASLt has no algorithm for a product.</summary>
    public const int InvalidValue = 7, NotSupported = 15;

    /// <summary>Throws if a call failed, with the library's message.</summary>
    /// <exception cref="DeviceException">The call failed.</exception>
    public static void Check(int status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status == 0)
            return;
        string? words = Marshal.PtrToStringUTF8((nint)cublasLtGetStatusString(status));
        throw new DeviceException($"cuBLASLt: {call.Split('(')[0]}: {words} ({status})");
    }

    [LibraryImport(CudaLibraries.CublasLt)] public static partial int cublasLtCreate(nint* handle);

    [LibraryImport(CudaLibraries.CublasLt)] public static partial int cublasLtDestroy(nint handle);

    [LibraryImport(CudaLibraries.CublasLt)] public static partial nuint cublasLtGetVersion();

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatmulDescCreate(nint* description, int computeType, int scaleType);

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatmulDescSetAttribute(nint description, int attribute, void* value, nuint bytes);

    [LibraryImport(CudaLibraries.CublasLt)] public static partial int cublasLtMatmulDescDestroy(nint description);

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatrixLayoutCreate(nint* layout, int type, ulong rows, ulong columns, long leadingDimension);

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatrixLayoutSetAttribute(nint layout, int attribute, void* value, nuint bytes);

    [LibraryImport(CudaLibraries.CublasLt)] public static partial int cublasLtMatrixLayoutDestroy(nint layout);

    [LibraryImport(CudaLibraries.CublasLt)] public static partial int cublasLtMatmulPreferenceCreate(nint* preference);

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatmulPreferenceSetAttribute(nint preference, int attribute, void* value, nuint bytes);

    [LibraryImport(CudaLibraries.CublasLt)] public static partial int cublasLtMatmulPreferenceDestroy(nint preference);

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatmulAlgoGetHeuristic(
        nint handle, nint description, nint a, nint b, nint c, nint d, nint preference, int requested, Heuristic* results, int* returned);

    [LibraryImport(CudaLibraries.CublasLt)]
    public static partial int cublasLtMatmul(
        nint handle, nint description, float* alpha, nint a, nint layoutA, nint b, nint layoutB, float* beta, nint c,
        nint layoutC, nint d, nint layoutD, Algorithm* algorithm, nint workspace, nuint workspaceBytes, nint stream);

    [LibraryImport(CudaLibraries.CublasLt)] private static partial byte* cublasLtGetStatusString(int status);

    /// <summary>cublasLtMatmulAlgo_t: opaque.</summary>
    [InlineArray(8)]
    public struct Algorithm
    {
        private ulong _first;
    }

    /// <summary>cublasLtMatmulHeuristicResult_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Heuristic
    {
        public Algorithm Algorithm;
        public nuint WorkspaceBytes;
        public int State;
        public float Waves;
        private readonly long _reserved0, _reserved1;
    }
}
