using System.Diagnostics;
using Reprise.Numerics;
using Reprise.Numerics.Cpu;
using Reprise.Numerics.Cuda;

namespace Reprise.Benchmarks;

/// <summary>
/// The peak of a back end: arithmetic and memory of the processor by short loops (<see cref="MachinePeak"/>), those of a device by its
/// largest product and longest stream. The best of all measurements counts.
/// </summary>
internal sealed class Yardstick : IDisposable
{
    private const int LargestProduct = 8192, LongestStream = 64 << 20; // rows, columns and terms; elements of each of three arrays
    private const double LongEnough = 0.02;                            // seconds; a slower device has a smaller product

    private readonly MachinePeak? _machine, _backEnd;
    private readonly IKernels<float>? _device;
    private double _deviceGflops, _deviceBandwidth;

    public Yardstick(IKernels<float> kernels, int threads)
    {
        if (kernels is CudaKernels)
        {
            _device = kernels;
            return;
        }

        _machine = new MachinePeak(threads);
        CpuWidth width = (kernels as CpuKernels)?.Width ?? _machine.Width;
        _backEnd = width == _machine.Width ? _machine : new MachinePeak(threads, width);
    }

    /// <summary>Billions of floating-point operations a second; this is 100 %.</summary>
    public double Gflops => _machine?.FmaGflops ?? _deviceGflops;

    /// <summary>The same in the vectors that the back end uses.</summary>
    public double BackEndGflops => _backEnd?.FmaGflops ?? _deviceGflops;

    /// <summary>Billions of bytes a second to and from memory.</summary>
    public double Bandwidth => _machine?.MemoryBandwidth ?? _deviceBandwidth;

    public void MeasureArithmetic()
    {
        if (_device is { } device)
        {
            if (_deviceGflops == 0) // once: it takes a gigabyte of the device's memory
                MeasureProducts(device);
            return;
        }

        _machine!.MeasureArithmetic();
        if (_backEnd != _machine)
            _backEnd!.MeasureArithmetic();
    }

    public void MeasureMemory()
    {
        if (_device is { } device)
            MeasureStreams(device);
        else
            _machine!.MeasureMemory();
    }

    public void Dispose()
    {
        _machine?.Dispose();
        _backEnd?.Dispose();
    }

    private void MeasureProducts(IKernels<float> device)
    {
        for (int size = 256; size <= LargestProduct; size *= 2)
        {
            using Workspace<float> memory = new(device);
            Tensor<float> a = memory.Take(size, size), b = memory.Take(size, size), c = memory.Take(size, size);
            Draw(device, a);
            Draw(device, b);
            double seconds = Fastest(device, () => device.Linear(c, a, b, default));
            _deviceGflops = Math.Max(_deviceGflops, 2.0 * size * size * size / seconds / 1e9);
            if (seconds > LongEnough)
                return;
        }
    }

    private void MeasureStreams(IKernels<float> device)
    {
        for (int length = 1 << 16; length <= LongestStream; length *= 4)
        {
            using Workspace<float> memory = new(device);
            Tensor<float> x = memory.Take(1, length), y = memory.Take(1, length), z = memory.Take(1, length);
            device.Fill(x, 0.5f);
            device.Fill(y, 0.5f);
            double seconds = Fastest(device, () => device.TanhBackward(z, x, y));
            _deviceBandwidth = Math.Max(_deviceBandwidth, 3.0 * sizeof(float) * length / seconds / 1e9);
            if (seconds > LongEnough)
                return;
        }
    }

    private static void Draw(IKernels<float> device, Tensor<float> x)
    {
        float[] row = new float[x.Columns];
        for (int r = 0; r < x.Rows; r++)
        {
            Philox.Uniform(row, 1, RandomUse.Weights, r, x.Columns); // a device may multiply zeros faster than numbers
            device.Write(x.RowRange(r, 1), row);
        }
    }

    private static double Fastest(IKernels<float> device, Action run)
    {
        const int Runs = 8;
        double fastest = double.MaxValue;
        for (int i = 0; i < Runs; i++)
        {
            device.Wait(device.Mark());
            long start = Stopwatch.GetTimestamp();
            run();
            device.Wait(device.Mark());
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (fastest > LongEnough)
                break;
        }

        return fastest;
    }
}
