using System.Text.RegularExpressions;
using Reprise.Tests.Samples;

namespace Reprise.Tests.House;

/// <summary>The two commands, the C# and the links of the README.</summary>
public sealed partial class ReadmeTests
{
    private const string Demo = "dotnet run -c Release --project src/Reprise.Cli -- demo";
    private const string Test = "dotnet test";

    [Theory]
    [InlineData("demo", Demo)]
    [InlineData("test", Test)]
    public void The_readme_holds_the_command(string name, string command) =>
        MarkedBlocks(Repository.Read("README.md"))
            .Where(block => block.Marker == $"command: {name}")
            .Select(block => block.Text.Trim())
            .ShouldBe([command]);

    [Fact]
    public void The_checks_of_a_clean_clone_run_the_test_command_that_the_readme_holds()
    {
        string script = Repository.Read(".ci/run");
        script.ShouldContain("command: test", Case.Sensitive, ".ci/run takes the command out of the README by its marker");
        script.ShouldNotContain($"\n{Test}", Case.Sensitive, ".ci/run must not hold a second copy of the command");
    }

    [Fact]
    public void The_csharp_of_the_readme_compiles_and_runs()
    {
        using TempFolder folder = new();
        const string Minutes = "Minutes = 10";
        string program = string.Join('\n', Csharp().Matches(Repository.Read("README.md")).Select(match => match.Groups[1].Value));
        program.ShouldContain(Minutes, Case.Sensitive, "this test replaces the minutes of training by steps");
        File.WriteAllText(folder["Program.cs"], program.Replace(Minutes, "Steps = 5", StringComparison.Ordinal));
        File.WriteAllLines(folder["my-text.txt"], SamplesTests.Sentences());
        File.WriteAllText(folder["Readme.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseAppHost>false</UseAppHost>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <Reference Include="{Path.Combine(AppContext.BaseDirectory, "Reprise.dll")}" />
                <Reference Include="{Path.Combine(AppContext.BaseDirectory, "Reprise.Numerics.dll")}" />
              </ItemGroup>
            </Project>
            """);
        Dictionary<string, string> environment = new() { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1" };
        Dotnet.Run(folder.Path, environment, "build", "-c", "Release", "-o", "out", "-v", "quiet");
        string output = Dotnet.Run(folder.Path, environment, Path.Combine("out", "Readme.dll"));
        string[] lines = output.Split('\n', StringSplitOptions.TrimEntries);
        lines.ShouldContain(line => Regex.IsMatch(line, @"^5 steps; held out: nll \d+\.\d, kl \d+\.\d$"));
        lines.ShouldContain(line => Regex.IsMatch(line, @"^9:")); // the last of ten steps between two sentences
    }

    [Fact]
    public void Links_within_the_readme_lead_to_its_headings()
    {
        string readme = Repository.Read("README.md");
        string[] anchors = [.. Heading().Matches(readme).Select(match => AnchorOf(match.Groups[1].Value))];
        string[] links = [.. Anchor().Matches(readme).Select(match => match.Groups[1].Value)];
        links.Length.ShouldBeGreaterThan(5);
        links.ShouldBeSubsetOf(anchors);
    }

    [Fact]
    public void Links_of_the_documents_lead_to_files()
    {
        IEnumerable<string> broken =
            from document in Repository.TrackedFiles().Where(path => path.EndsWith(".md", StringComparison.Ordinal))
            from Match link in Link().Matches(Repository.Read(document))
            let target = link.Groups[1].Value
            where !target.Contains("://", StringComparison.Ordinal)
            let path = Path.Combine(Path.GetDirectoryName(Repository.PathOf(document))!, target)
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{document}: {target}";
        broken.ShouldBeEmpty();
    }

    private static IEnumerable<(string Marker, string Text)> MarkedBlocks(string markdown) =>
        MarkedBlock().Matches(markdown).Select(match => (match.Groups[1].Value.Trim(), match.Groups[2].Value));

    // As the usual renderers of Markdown make it: lower case, hyphens for spaces, no punctuation.
    private static string AnchorOf(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-');

    [GeneratedRegex(@"<!-- (\w+: [^>]+) -->\s*\n```\w*\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex MarkedBlock();

    [GeneratedRegex(@"^```csharp\n(.*?)\n```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Csharp();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"\]\(#([^)]+)\)")]
    private static partial Regex Anchor();

    [GeneratedRegex(@"\]\(([^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
