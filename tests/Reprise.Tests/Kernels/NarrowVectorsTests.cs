using System.Text.RegularExpressions;
using Reprise.Tests.Cli;
using Reprise.Tests.House;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The same tests again in processes that may not use this machine's wide vectors: every vector has 128 bits there, as on Arm,
/// or there is no vector instruction at all.
/// </summary>
public sealed partial class NarrowVectorsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    private static readonly string[] Methods =
    [
        "Model.FixtureTests.*", "Kernels.VectorMathTests.*", "Kernels.ParityTests.Products_of_large_matrices*",
        "Kernels.ParityTests.Lstm_agrees_at_larger_sizes", "Kernels.ParityTests.DropoutMask*", "Kernels.ParityTests.Pooling*",
        "Kernels.ParityTests.Normalization*",
        "Kernels.NotANumberTests.*", "Numerics.PhiloxTests.Blocks_in_lanes*",
    ];

    [Theory]
    [InlineData("DOTNET_EnableAVX")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public void Results_are_right_without_wide_vectors(string forbidden)
    {
        CliRun training = CliRun.OfProcess(
            Without(forbidden), ["train", world.Corpus, "--out", world.PathOf(forbidden), "--steps", "1", .. TinyWorld.TinySizes]).Done();
        training.Error.ShouldContain("cpu, 128-bit vectors", customMessage: "the variable works");

        string tests = typeof(NarrowVectorsTests).Assembly.Location;
        string output = Dotnet.Run(
            AppContext.BaseDirectory, Without(forbidden),
            [tests, "-noColor", .. Methods.SelectMany(method => new[] { "-method", $"Reprise.Tests.{method}" })]);
        Match total = Total().Match(output);
        total.Success.ShouldBeTrue(output);
        int.Parse(total.Groups[1].Value).ShouldBeGreaterThanOrEqualTo(70, output);
    }

    private static Dictionary<string, string> Without(string variable) => new() { [variable] = "0" };

    [GeneratedRegex(@"Total: (\d+), Errors: 0, Failed: 0, Skipped: 0, Not Run: 0")]
    private static partial Regex Total();
}
