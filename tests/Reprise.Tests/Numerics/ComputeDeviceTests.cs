using Reprise.Numerics;
using Reprise.Numerics.Cpu;
using Reprise.Tests.Kernels;

namespace Reprise.Tests.Numerics;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void Every_name_makes_its_back_end()
    {
        foreach (string name in ComputeDevice.Names.Where(name => !name.StartsWith("cuda", StringComparison.Ordinal)))
        {
            using IKernels<float> kernels = ComputeDevice.Open(name, 1).Kernels;
            kernels.Description.ShouldStartWith(name[..3]);
            if (kernels is CpuKernels cpu && name != "cpu")
                $"cpu{(int)cpu.Width}".ShouldBe(name);
        }
    }

    [Theory, InlineData("cuda", "bf16"), InlineData("cuda-tf32", "tf32"), InlineData("cuda-fp32", "fp32")]
    public void Every_name_of_a_GPU_makes_its_back_end(string name, string precision)
    {
        using IKernels<float> kernels = CudaForTests.Create(name);
        kernels.Description.ShouldStartWith("cuda, ");
        kernels.Description.ShouldEndWith($", {precision} products");
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones() =>
        Should.Throw<ArgumentException>(() => ComputeDevice.Open("gpu", 1).Kernels).Message
            .ShouldStartWith("unknown back end \"gpu\": it is one of reference, cpu, cpu512, cpu256, cpu128");

    [Fact]
    public void The_peak_of_the_machine_is_measured()
    {
        using MachinePeak peak = new(threads: 1);
        peak.MeasureArithmetic();
        peak.FmaGflops.ShouldBeInRange(1, 2000);
        peak.MeasureMemory();
        peak.MemoryBandwidth.ShouldBeInRange(0.1, 2000);
    }

    [Fact]
    public void The_peak_of_the_machine_is_the_best_of_all_measurements()
    {
        using MachinePeak peak = new(threads: 2, CpuWidth.Vector128);
        double best = 0;
        for (int i = 0; i < 3; i++)
        {
            peak.MeasureArithmetic();
            peak.FmaGflops.ShouldBeGreaterThanOrEqualTo(best);
            best = peak.FmaGflops;
        }
    }

    [Fact]
    public void A_peak_of_no_threads_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new MachinePeak(threads: 0));
}
