using Reprise.Tests.Samples;

namespace Reprise.Tests.House;

/// <summary>A program that uses the library can be trimmed: tests/Consumer prepares, trains, loads and uses a model.</summary>
public sealed class TrimmedConsumerTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_trimmed_program_has_the_output_of_the_whole_one()
    {
        string text = _temp["text.txt"];
        File.WriteAllLines(text, SamplesTests.Sentences());
        string whole = Dotnet.Run(_temp.Path, Nothing, Built(), text, _temp["whole"]);
        whole.ShouldContain("score: nll ");
        Dotnet.RunProgram(Published(), _temp.Path, Nothing, text, _temp["trimmed"]).ShouldBe(whole);
    }

    // Beside the tests in the build's output: bin/Reprise.Tests/release and bin/Consumer/release.
    private static string Built()
    {
        DirectoryInfo own = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(own.Parent!.Parent!.FullName, "Consumer", own.Name, "Consumer.dll");
    }

    /// <summary>The program, published with everything that it needs and no more; a warning of the trimmer is an error.</summary>
    private string Published()
    {
        string output = _temp["out"];
        (int code, string printed, string errors) = Dotnet.End(
            Dotnet.Program, Repository.Root, Nothing, "publish", "tests/Consumer", "-c", "Release", "-o", output, "--artifacts-path",
            _temp["artifacts"],
            "--use-current-runtime", "--self-contained", "-p:PublishTrimmed=true", "-p:NuGetAudit=false", "-p:RunAnalyzers=false");
        if (code != 0 && printed.Contains("NU1101", StringComparison.Ordinal))
            Assert.Skip("the package source has no runtime to publish with (Microsoft.NETCore.App.Runtime)");
        code.ShouldBe(0, printed + errors);
        return Path.Combine(output, OperatingSystem.IsWindows() ? "Consumer.exe" : "Consumer");
    }
}
