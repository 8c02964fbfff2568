using Reprise.Numerics;
using Reprise.Numerics.Cpu;
using Factory = Reprise.Numerics.Kernels;

namespace Reprise.Tests.Kernels;

public sealed class KernelsTests
{
    [Fact]
    public void Every_name_makes_its_back_end()
    {
        foreach (string name in Factory.Names)
        {
            using IKernels<float> kernels = Factory.Create(1, name);
            kernels.Description.ShouldStartWith(name[..3]);
            if (kernels is CpuKernels cpu && name != "cpu")
                $"cpu{(int)cpu.Width}".ShouldBe(name);
        }
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones() =>
        Should.Throw<ArgumentException>(() => Factory.Create(1, "gpu")).Message
            .ShouldStartWith("unknown back end \"gpu\": it is one of reference, cpu, cpu512, cpu256, cpu128");

    [Fact]
    public void The_peak_of_the_machine_is_measured()
    {
        MachinePeak.FmaGflops(1).ShouldBeInRange(1, 2000);
        MachinePeak.MemoryBandwidth(1).ShouldBeInRange(0.1, 2000);
        Should.Throw<ArgumentOutOfRangeException>(() => MachinePeak.FmaGflops(0));
    }
}
