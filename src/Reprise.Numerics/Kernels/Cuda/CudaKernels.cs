namespace Reprise.Numerics.Cuda;

/// <summary>
/// The CUDA back end: products by cuBLASLt, all other operations by kernels of our own (Kernels.cu), which the driver compiles for
/// the GPU. Tensors lie in GPU memory. Operations are queued and not waited for (<see cref="CudaQueue"/>).
/// </summary>
/// <remarks>Every sum has one order, so that the same calls give the same bits on the same GPU. Not thread-safe.</remarks>
internal sealed unsafe partial class CudaKernels : IKernels<float>
{
    internal const int BlockThreads = 256;
    private const int BlocksOfStream = 2048; // for kernels that loop over any number of elements

    private readonly CudaDevice _device;
    private readonly CudaQueue _queue;
    private readonly Workspace<float> _scratch;

    /// <summary>Opens a GPU.</summary>
    /// <param name="device">The number of the GPU, from 0; the environment's CUDA_VISIBLE_DEVICES chooses among several.</param>
    /// <exception cref="DeviceException">The GPU or a library for it is missing.</exception>
    public CudaKernels(CudaPrecision precision = CudaPrecision.Bf16, int device = 0)
    {
        Precision = precision;
        _device = new CudaDevice(device);
        try
        {
            _queue = new CudaQueue(_device, precision);
        }
        catch
        {
            _device.Dispose();
            throw;
        }

        _scratch = new Workspace<float>(this);
    }

    /// <summary>The precision of the products.</summary>
    public CudaPrecision Precision { get; }

    /// <inheritdoc/>
    public string Description =>
        $"cuda, {_device.Name}, {Precision.ToString().ToLowerInvariant()} products"
        + (_queue.RefusedGraphs is { } why ? $", without graphs: {why}" : "");

    /// <inheritdoc/>
    public bool SharesWords => false; // their number differs from batch to batch, and no list of launches would repeat

    private bool InBf16 => Precision == CudaPrecision.Bf16;

    /// <inheritdoc/>
    public void Dispose()
    {
        DisposeKept();
        _scratch.Dispose();
        _queue.Dispose();
        _device.Dispose();
    }

    // Scratch of undefined contents, valid until the next operation.
    private nint Take(long bytes) => (nint)_scratch.Take(checked((int)((bytes + 63) / 64)), 16).Pointer;

    private static nint At(Tensor<float> tensor) => tensor.OnDevice || tensor.IsAbsent
        ? (nint)tensor.Pointer
        : throw new InvalidOperationException($"a {tensor} tensor lies in the host's memory; allocate it by the CUDA back end");

    private static int Pieces(long count, int size) => checked((int)((count + size - 1) / size));

    internal static int BlocksFor(long elements) => (int)Math.Clamp((elements + BlockThreads - 1) / BlockThreads, 1, BlocksOfStream);

    private float* Stage(float value) => _queue.Stage<float>([value]);
}
