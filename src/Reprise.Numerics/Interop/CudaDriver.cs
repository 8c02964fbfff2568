using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Reprise.Numerics.Interop;

/// <summary>The part of the CUDA driver API that is used (cuda.h of CUDA 12). Every call goes through <see cref="Check"/>.</summary>
internal static unsafe partial class CudaDriver
{
    public const int NotReady = 600;

    /// <summary>CUdevice_attribute.</summary>
    public const int MultiprocessorCount = 16, ComputeCapabilityMajor = 75,
        ComputeCapabilityMinor = 76, CooperativeLaunch = 95, MaxSharedMemoryPerBlockOptIn = 97;

    /// <summary>CUfunction_attribute.</summary>
    public const int MaxDynamicSharedSizeBytes = 8;

    /// <summary>CUjit_option.</summary>
    public const int ErrorLogBuffer = 5, ErrorLogBufferSize = 6;

    /// <summary>CUstream_flags, CUevent_flags, CUstreamCaptureMode, flags of cuMemHostAlloc.</summary>
    public const uint NonBlockingStream = 1, WithTiming = 0, DisableTiming = 2, RelaxedCapture = 2, PortableHostMemory = 1;

    /// <summary>Throws if a call failed, with the driver's message.</summary>
    /// <exception cref="DeviceException">The call failed.</exception>
    public static void Check(int status, [CallerArgumentExpression(nameof(status))] string call = "")
    {
        if (status != 0)
            throw new DeviceException($"CUDA: {call.Split('(')[0]}: {Text(status, cuGetErrorString)} ({Text(status, cuGetErrorName)})");
    }

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuInit(uint flags);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuDriverGetVersion(int* version);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuDeviceGetCount(int* count);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuDeviceGet(int* device, int ordinal);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuDeviceGetAttribute(int* value, int attribute, int device);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuDevicePrimaryCtxRetain(nint* context, int device);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuCtxSetCurrent(nint context);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuCtxSynchronize();

    [LibraryImport(CudaLibraries.Driver)]
    public static partial int cuModuleLoadDataEx(nint* module, byte* image, uint count, int* options, void** values);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuModuleUnload(nint module);

    [LibraryImport(CudaLibraries.Driver, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int cuModuleGetFunction(nint* function, nint module, string name);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuFuncSetAttribute(nint function, int attribute, int value);

    [LibraryImport(CudaLibraries.Driver)]
    public static partial int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, nint function, int threads, nuint sharedBytes);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuMemAlloc_v2")] public static partial int cuMemAlloc(nint* memory, nuint bytes);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuMemFree_v2")] public static partial int cuMemFree(nint memory);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuMemGetInfo_v2")] public static partial int cuMemGetInfo(nuint* free, nuint* total);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuMemHostAlloc(nint* memory, nuint bytes, uint flags);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuMemFreeHost(nint memory);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    public static partial int cuMemcpyHtoDAsync(nint to, void* from, nuint bytes, nint stream);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuMemcpyDtoHAsync_v2")]
    public static partial int cuMemcpyDtoHAsync(void* to, nint from, nuint bytes, nint stream);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuMemsetD8Async(nint memory, byte value, nuint bytes, nint stream);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuStreamCreate(nint* stream, uint flags);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuStreamDestroy_v2")] public static partial int cuStreamDestroy(nint stream);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuStreamSynchronize(nint stream);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuStreamBeginCapture_v2")]
    public static partial int cuStreamBeginCapture(nint stream, uint mode);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuStreamEndCapture(nint stream, nint* graph);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuGraphInstantiateWithFlags(nint* executable, nint graph, ulong flags);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuGraphExecDestroy(nint executable);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuGraphDestroy(nint graph);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuEventCreate(nint* happening, uint flags);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuEventRecord(nint happening, nint stream);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuEventQuery(nint happening);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuEventSynchronize(nint happening);

    [LibraryImport(CudaLibraries.Driver)] public static partial int cuEventElapsedTime(float* milliseconds, nint start, nint end);

    [LibraryImport(CudaLibraries.Driver, EntryPoint = "cuEventDestroy_v2")] public static partial int cuEventDestroy(nint happening);

    [LibraryImport(CudaLibraries.Driver)]
    public static partial int cuLaunchKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY,
        uint blockZ, uint sharedBytes, nint stream, void** arguments, void** extra);

    [LibraryImport(CudaLibraries.Driver)]
    public static partial int cuLaunchCooperativeKernel(
        nint function, uint gridX, uint gridY, uint gridZ, uint blockX,
        uint blockY, uint blockZ, uint sharedBytes, nint stream, void** arguments);

    [LibraryImport(CudaLibraries.Driver)] private static partial int cuGetErrorName(int status, byte** text);

    [LibraryImport(CudaLibraries.Driver)] private static partial int cuGetErrorString(int status, byte** text);

    private delegate int TextOf(int status, byte** text);

    private static string Text(int status, TextOf textOf)
    {
        byte* text = null;
        return textOf(status, &text) == 0 && text != null ? Marshal.PtrToStringUTF8((nint)text)! : $"error {status}";
    }
}
