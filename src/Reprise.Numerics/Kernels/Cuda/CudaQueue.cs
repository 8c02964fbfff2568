using System.Runtime.InteropServices;
using static Reprise.Numerics.Interop.CudaDriver;

namespace Reprise.Numerics.Cuda;

/// <summary>
/// The queue of a GPU's launches, in order. Operations only record launches; <see cref="Flush"/> hands the list to the GPU. A list
/// equal to an earlier one in every byte runs as a graph, which starts a hundred kernels at the cost of one.
/// </summary>
/// <remarks>
/// Lists repeat because their arguments hold no value that changes from batch to batch (words, noise, the step's numbers). Such
/// values are staged and copied, ahead of the list, to one place on the GPU. Only <see cref="Wait"/>, <see cref="Synchronize"/>,
/// and a list that is more than <see cref="Slots"/> lists ahead wait for the GPU. The steady state allocates nothing.
/// </remarks>
internal sealed unsafe class CudaQueue : IDisposable
{
    private const int Slots = 8;
    private const int MostCommands = 4096; // of a list; a longer one is handed over in parts
    private const long SmallestStage = 1 << 20;
    private const int Alignment = 16;

    // For debugging: no graphs, and every command is waited for, so that a failure names its kernel.
    private const string OneByOneVariable = "REPRISE_CUDA_ONE_BY_ONE";
    private static readonly bool OneByOne = Environment.GetEnvironmentVariable(OneByOneVariable) == "1";

    private readonly CudaDevice _device;
    private readonly CudaProducts _products;
    private readonly CudaGraphs _graphs;
    private readonly CudaTimes? _times;
    private readonly nint _stream;
    private readonly nint[] _done = new nint[Slots]; // events behind the last lists
    private Command[] _commands = new Command[256];
    private byte[] _arguments = GC.AllocateUninitializedArray<byte>(1 << 16, pinned: true);
    private int _count, _argumentBytes;
    private nint _stagePinned, _stageOnDevice; // Slots of the one, one of the other
    private long _stageBytes, _staged;
    private long _flushed, _known; // lists that were handed over; of which so many are known to be done

    public CudaQueue(CudaDevice device, CudaPrecision precision)
    {
        _device = device;
        device.MakeCurrent();
        nint stream = 0;
        Check(cuStreamCreate(&stream, NonBlockingStream));
        _stream = stream;
        for (int slot = 0; slot < Slots; slot++)
        {
            nint done = 0;
            Check(cuEventCreate(&done, DisableTiming));
            _done[slot] = done;
        }

        _products = new CudaProducts(device, precision, stream);
        _times = CudaTimes.IfAsked(stream);
        _graphs = new CudaGraphs(stream, OneByOne ? OneByOneVariable : _times is not null ? CudaTimes.Variable : null);
        GrowStage(SmallestStage);
    }

    /// <summary>True if staged values wait for the commands of this list.</summary>
    public bool HasStaged => _staged > 0;

    /// <summary>The message with which the driver refused a graph, after which there are none; otherwise null.</summary>
    public string? RefusedGraphs => _graphs.Refused;

    /// <summary>Records a kernel with its one argument.</summary>
    public void Launch<T>(
        CudaFunction function, long gridX, long gridY, int threads, in T arguments, int sharedBytes = 0, bool cooperative = false)
        where T : unmanaged
    {
        Add(new Command
        {
            Function = _device.Function(function, sharedBytes),
            GridX = checked((uint)gridX),
            GridY = checked((uint)gridY),
            Threads = (uint)threads,
            SharedBytes = (uint)sharedBytes,
            Kind = cooperative ? CommandKind.Cooperative : CommandKind.Kernel,
        }, arguments);
    }

    /// <summary>Records a product.</summary>
    public void Multiply(in Product product) => Add(new Command { Kind = CommandKind.Product }, product);

    /// <summary>
    /// Makes room for the staged values of one operation, which reach the GPU together. An operation takes its scratch first,
    /// because memory may be given back only while nothing is staged.
    /// </summary>
    public void Reserve(long bytes)
    {
        if (_count >= MostCommands)
            Flush();
        bytes += 8 * Alignment; // the padding of at most eight parts
        if (_staged + bytes <= _stageBytes)
            return;
        Flush();
        if (bytes > _stageBytes)
            GrowStage(2 * bytes);
    }

    /// <summary>
    /// Stages values for the commands that follow, up to the next <see cref="Reserve"/>; returns their address on the GPU.
    /// </summary>
    public T* Stage<T>(ReadOnlySpan<T> values)
        where T : unmanaged
    {
        values.CopyTo(Stage<T>(values.Length, out T* onDevice));
        return onDevice;
    }

    /// <summary>Stages values that the caller writes, as <see cref="Stage{T}(ReadOnlySpan{T})"/> does.</summary>
    public Span<T> Stage<T>(int count, out T* onDevice)
        where T : unmanaged
    {
        long bytes = ((long)count * sizeof(T) + Alignment - 1) / Alignment * Alignment;
        if (_staged + bytes > _stageBytes)
            throw new InvalidOperationException($"{bytes} bytes are staged beside {_staged} of {_stageBytes}: reserve them first");
        onDevice = (T*)(_stageOnDevice + (nint)_staged);
        Span<T> room = new((byte*)_stagePinned + (_flushed % Slots * _stageBytes) + _staged, count);
        _staged += bytes;
        return room;
    }

    /// <summary>Hands all recorded commands to the GPU.</summary>
    public void Flush()
    {
        if (_count == 0 && _staged == 0)
            return;
        try
        {
            _device.MakeCurrent();
            int slot = (int)(_flushed % Slots);
            if (_staged > 0)
                Check(cuMemcpyHtoDAsync(_stageOnDevice, (byte*)_stagePinned + (slot * _stageBytes), (nuint)_staged, _stream));
            ReadOnlySpan<Command> commands = _commands.AsSpan(0, _count);
            if (!_graphs.TryLaunch(MemoryMarshal.AsBytes(commands), _arguments.AsSpan(0, _argumentBytes), this))
                Issue();
            Check(cuEventRecord(_done[slot], _stream));
            _flushed++;
        }
        catch
        {
            _ = cuStreamSynchronize(_stream); // the copy may still read the slot's memory
            throw;
        }
        finally
        {
            // A list that failed is not tried again: half of it has run.
            (_count, _argumentBytes, _staged) = (0, 0, 0);
        }

        if (_flushed - _known >= Slots)
            Wait(_flushed - Slots + 1); // its slot is the next one's
    }

    /// <summary>Issues the list, kernel by kernel, to the GPU or to the graph that captures it.</summary>
    public void Issue()
    {
        _times?.Begin();
        fixed (byte* arguments = _arguments)
        {
            for (int i = 0; i < _count; i++)
            {
                ref readonly Command command = ref _commands[i];
                Run(command, arguments + command.Arguments);
                if (OneByOne && cuStreamSynchronize(_stream) is not 0 and int status)
                    Check(status, $"{NameOf(command)}()");
                _times?.Launched(KindOf(command, arguments + command.Arguments));
            }
        }

        _times?.End();
    }

    private void Run(in Command command, void* argument)
    {
        if (command.Kind == CommandKind.Product)
        {
            _products.Run(*(Product*)argument);
            return;
        }

        int status = command.Kind == CommandKind.Cooperative
            ? cuLaunchCooperativeKernel(
                command.Function, command.GridX, command.GridY, 1, command.Threads, 1, 1, command.SharedBytes, _stream, &argument)
            : cuLaunchKernel(
                command.Function, command.GridX, command.GridY, 1, command.Threads, 1, 1, command.SharedBytes, _stream, &argument, null);
        if (status != 0)
            Check(status, $"launch of {NameOf(command)}()");
    }

    private string NameOf(in Command command) =>
        command.Kind == CommandKind.Product
            ? "a product"
            : $"{_device.NameOf(command.Function)} on {command.GridX} x {command.GridY} blocks "
                + $"of {command.Threads} threads with {command.SharedBytes} bytes";

    // The name under which equal commands are timed. It leaves out the number of tokens, which differs from batch to batch.
    private string KindOf(in Command command, void* argument)
    {
        if (command.Kind != CommandKind.Product)
            return _device.NameOf(command.Function);
        ref readonly Product p = ref *(Product*)argument;
        string precision = p.InBf16 != 0 ? "bf16" : "fp32 or tf32";
        string sizes = p.TransposeA != 0 ? $"{p.M} x {p.N} x tokens" : $"tokens x {p.N} x {p.K}";
        (string second, string bias) = (p.TransposeB != 0 ? ", second factor transposed" : "", p.Bias != 0 ? ", bias" : "");
        return $"product {sizes}, {precision}{second}{bias}{(p.Accumulate != 0 ? ", added" : "")}";
    }

    /// <summary>A mark behind all commands so far.</summary>
    public long Mark()
    {
        Flush();
        return _flushed;
    }

    public bool IsDone(long mark)
    {
        while (_known < mark)
        {
            _device.MakeCurrent();
            int status = cuEventQuery(_done[_known % Slots]);
            if (status == NotReady)
                return false;
            Check(status, nameof(cuEventQuery) + "()");
            _known++;
        }

        return true;
    }

    public void Wait(long mark)
    {
        if (_known >= mark)
            return;
        _device.MakeCurrent();
        Check(cuEventSynchronize(_done[(mark - 1) % Slots]));
        _known = mark;
    }

    /// <summary>Flushes, and waits for the GPU.</summary>
    public void Synchronize() => Wait(Mark());

    /// <summary>Copies to the GPU, behind all earlier commands, and waits for it.</summary>
    public void CopyIn(nint target, ReadOnlySpan<byte> source)
    {
        Flush();
        _device.MakeCurrent();
        fixed (byte* pointer = source)
        {
            Check(cuMemcpyHtoDAsync(target, pointer, (nuint)source.Length, _stream));
            Check(cuStreamSynchronize(_stream)); // the source may change now
        }
    }

    /// <summary>Copies from the GPU, behind all earlier commands, and waits for it.</summary>
    public void CopyOut(Span<byte> target, nint source)
    {
        Flush();
        _device.MakeCurrent();
        fixed (byte* pointer = target)
        {
            Check(cuMemcpyDtoHAsync(pointer, source, (nuint)target.Length, _stream));
            Check(cuStreamSynchronize(_stream));
        }
    }

    /// <summary>Fills new memory, which no command uses yet, with zeros.</summary>
    public void Clear(nint memory, long bytes)
    {
        _device.MakeCurrent();
        Check(cuMemsetD8Async(memory, 0, (nuint)bytes, _stream));
    }

    public void Dispose()
    {
        if (!_device.TryMakeCurrent())
            return; // the GPU has failed: there is nothing to give back to
        _ = cuStreamSynchronize(_stream);
        _times?.Dispose();
        _graphs.Dispose();
        _products.Dispose();
        foreach (nint done in _done)
            _ = cuEventDestroy(done);
        _ = cuMemFreeHost(_stagePinned);
        _ = cuMemFree(_stageOnDevice);
        _ = cuStreamDestroy(_stream);
    }

    private void Add<T>(Command command, in T argument)
        where T : unmanaged
    {
        int start = (_argumentBytes + Alignment - 1) / Alignment * Alignment;
        if (_count == _commands.Length)
            Array.Resize(ref _commands, 2 * _count);
        if (start + sizeof(T) > _arguments.Length)
        {
            byte[] larger = GC.AllocateUninitializedArray<byte>(2 * _arguments.Length, pinned: true);
            _arguments.CopyTo(larger, 0);
            _arguments = larger;
        }

        _arguments.AsSpan(_argumentBytes, start - _argumentBytes).Clear(); // lists are compared by their bytes
        MemoryMarshal.Write(_arguments.AsSpan(start), in argument);
        command.Arguments = (uint)start;
        _commands[_count++] = command;
        _argumentBytes = start + sizeof(T);
    }

    private void GrowStage(long bytes)
    {
        Synchronize();
        _device.MakeCurrent();
        if (_stageBytes > 0)
        {
            _graphs.Clear(); // they use the old address
            Check(cuMemFreeHost(_stagePinned));
            Check(cuMemFree(_stageOnDevice));
            (_stagePinned, _stageOnDevice, _stageBytes) = (0, 0, 0);
        }

        nint pinned = 0;
        Check(cuMemHostAlloc(&pinned, checked((nuint)(bytes * Slots)), PortableHostMemory));
        (_stagePinned, _stageOnDevice, _stageBytes) = (pinned, _device.AllocateBytes((nuint)bytes), bytes);
    }

    private enum CommandKind : uint
    {
        Kernel,
        Cooperative,
        Product,
    }

    // Without gaps, because lists are compared by their bytes.
    private struct Command
    {
        public nint Function;
        public uint GridX, GridY, Threads, SharedBytes, Arguments;
        public CommandKind Kind;
    }
}
