using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;
using Reprise.Numerics.Interop;
using static Reprise.Numerics.Interop.CudaDriver;

namespace Reprise.Numerics.Cuda;

/// <summary>A GPU: its context, the loaded kernels and its memory.</summary>
internal sealed unsafe class CudaDevice : IDisposable
{
    private const string Image = "Reprise.Numerics.Kernels.ptx"; // Kernels.cu for sm_80 and later, which the driver compiles for the GPU
    private const int LeastCapability = 80;
    private const int SharedBytesWithoutAsking = 32 * 1024; // of 48 KiB; the kernels' static shared memory takes some

    private readonly int _device;
    private readonly nint _context, _module;
    private readonly nint[] _functions = new nint[Enum.GetValues<CudaFunction>().Length];
    private readonly int[] _sharedBytes = new int[Enum.GetValues<CudaFunction>().Length]; // that a function may use
    private readonly ConcurrentQueue<nint> _left = [];
    private readonly Action<nint> _leave, _freeShared;
    private bool _disposed;

    /// <exception cref="DeviceException">The GPU or a library for it is missing.</exception>
    public CudaDevice(int ordinal)
    {
        CudaLibraries.RequireAll();
        Check(cuInit(0));
        int count = 0, device = 0;
        Check(cuDeviceGetCount(&count));
        if (ordinal < 0 || ordinal >= count)
        {
            throw new DeviceException(
                count == 0 ? "no CUDA device: the driver finds none" : $"CUDA device {ordinal}: expected 0 to {count - 1}");
        }

        Check(cuDeviceGet(&device, ordinal));
        _device = device;
        byte* name = stackalloc byte[256];
        Check(cuDeviceGetName(name, 256, device));
        Name = Marshal.PtrToStringUTF8((nint)name)!;
        int capability = (10 * Attribute(ComputeCapabilityMajor)) + Attribute(ComputeCapabilityMinor);
        if (capability < LeastCapability)
        {
            throw new DeviceException($"{Name}: compute capability {capability / 10}.{capability % 10}; "
                + $"expected {LeastCapability / 10}.{LeastCapability % 10} or later (Ampere)");
        }

        Multiprocessors = Attribute(MultiprocessorCount);
        SharedBytes = Attribute(MaxSharedMemoryPerBlockOptIn);
        IsCooperative = Attribute(CooperativeLaunch) != 0;

        nint context = 0, module = 0;
        Check(cuDevicePrimaryCtxRetain(&context, device));
        _context = context;
        (_leave, _freeShared) = (Leave, FreeShared);
        try
        {
            MakeCurrent();
            _module = module = Load(ReadImage());
            foreach (CudaFunction function in Enum.GetValues<CudaFunction>())
            {
                nint handle = 0;
                Check(cuModuleGetFunction(&handle, module, function.ToString()));
                _functions[(int)function] = handle;
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Name { get; }

    public int Multiprocessors { get; }

    /// <summary>The most shared memory that a block can have, in bytes.</summary>
    public int SharedBytes { get; }

    /// <summary>True if blocks of one launch can wait for each other.</summary>
    public bool IsCooperative { get; }

    /// <summary>True if memory waits for <see cref="FreeLeft"/>.</summary>
    public bool HasLeft => !_left.IsEmpty;

    /// <summary>Makes the context current on this thread; returns false if it cannot be used any more.</summary>
    public bool TryMakeCurrent() => !_disposed && cuCtxSetCurrent(_context) == 0;

    /// <summary>The name of a function in Kernels.cu.</summary>
    public string NameOf(nint handle) => ((CudaFunction)Array.IndexOf(_functions, handle)).ToString();

    /// <summary>Makes the context current on this thread, which every call of the driver needs.</summary>
    public void MakeCurrent()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(cuCtxSetCurrent(_context));
    }

    /// <summary>The handle of a function, allowed this much dynamic shared memory.</summary>
    public nint Function(CudaFunction function, int sharedBytes = 0)
    {
        nint handle = _functions[(int)function];
        if (sharedBytes > SharedBytesWithoutAsking && sharedBytes > _sharedBytes[(int)function])
        {
            MakeCurrent();
            Check(cuFuncSetAttribute(handle, MaxDynamicSharedSizeBytes, sharedBytes));
            _sharedBytes[(int)function] = sharedBytes;
        }

        return handle;
    }

    /// <summary>The number of such blocks that the GPU runs at the same time.</summary>
    public int ResidentBlocks(CudaFunction function, int threads, int sharedBytes)
    {
        nint handle = Function(function, sharedBytes);
        int blocks = 0;
        MakeCurrent();
        Check(cuOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, handle, threads, (nuint)sharedBytes));
        return blocks * Multiprocessors;
    }

    /// <summary>Memory of undefined contents.</summary>
    /// <exception cref="OutOfMemoryException">The GPU has too little free memory.</exception>
    public Buffer<T> Allocate<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, long.MaxValue / sizeof(T) / 2);
        nint memory = AllocateBytes((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        return new Buffer<T>((T*)memory, length, onDevice: true, _leave);
    }

    public nint AllocateBytes(nuint bytes)
    {
        const int OutOfMemory = 2;
        nint memory = 0;
        MakeCurrent();
        int status = cuMemAlloc(&memory, bytes);
        if (status == OutOfMemory)
        {
            nuint free = 0, total = 0;
            Check(cuMemGetInfo(&free, &total));
            throw new InsufficientMemoryException(
                $"{Name}: {bytes / 1e9:F1} GB of GPU memory were requested, {free / 1e9:F1} of {total / 1e9:F1} GB are free; "
                + "choose a smaller batch or model");
        }

        Check(status, $"{nameof(cuMemAlloc)}()");
        return memory;
    }

    /// <summary>Zeroed memory of the host that the GPU reaches too.</summary>
    public Buffer<T> AllocateShared<T>(long length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        nint memory = 0;
        nuint bytes = checked((nuint)Math.Max(length, 1) * (nuint)sizeof(T));
        MakeCurrent();
        Check(cuMemHostAlloc(&memory, bytes, PortableHostMemory));
        NativeMemory.Clear((void*)memory, bytes);
        return new Buffer<T>((T*)memory, length, onDevice: false, _freeShared);
    }

    /// <summary>Frees the memory that owners have left; all work queued before must be done.</summary>
    public void FreeLeft()
    {
        MakeCurrent();
        while (_left.TryDequeue(out nint memory))
            Check(cuMemFree(memory));
    }

    public void Dispose()
    {
        if (_disposed)
            return;
        if (TryMakeCurrent())
        {
            _ = cuCtxSynchronize(); // a failure cannot be reported here
            while (_left.TryDequeue(out nint memory))
                _ = cuMemFree(memory);
            if (_module != 0)
                _ = cuModuleUnload(_module);
        }

        // The context stays for the life of the process: the next back end opens sooner, and libraries keep state in it.
        _disposed = true;
    }

    // Queued calls may still use the memory, and a finalizer's thread may not interrupt them: it is freed later.
    private void Leave(nint memory)
    {
        if (!_disposed)
            _left.Enqueue(memory);
        else if (cuCtxSetCurrent(_context) == 0)
            _ = cuMemFree(memory);
    }

    private void FreeShared(nint memory)
    {
        if (cuCtxSetCurrent(_context) != 0)
            return;
        _ = cuCtxSynchronize(); // a step under way may still write to it
        _ = cuMemFreeHost(memory);
    }

    private static nint Load(byte[] image)
    {
        nint module = 0;
        byte[] log = new byte[4096];
        fixed (byte* imagePointer = image, logPointer = log)
        {
            int* options = stackalloc int[] { ErrorLogBuffer, ErrorLogBufferSize };
            void** values = stackalloc void*[] { logPointer, (void*)log.Length };
            int status = cuModuleLoadDataEx(&module, imagePointer, 2, options, values);
            if (status != 0)
                Check(status, $"{nameof(cuModuleLoadDataEx)}, log \"{Marshal.PtrToStringUTF8((nint)logPointer)?.Trim()}\"()");
        }

        return module;
    }

    private int Attribute(int attribute)
    {
        int value = 0;
        Check(cuDeviceGetAttribute(&value, attribute, _device));
        return value;
    }

    private static byte[] ReadImage()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Image)
            ?? throw new DeviceException($"this build has no {Image}");
        byte[] image = new byte[stream.Length + 1]; // ends in a zero
        stream.ReadExactly(image.AsSpan(0, (int)stream.Length));
        return image;
    }
}
