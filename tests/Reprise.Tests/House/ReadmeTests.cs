using System.Text.RegularExpressions;

namespace Reprise.Tests.House;

/// <summary>The README promises two commands and quotes the samples; both stay true.</summary>
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
    public void Csharp_in_the_readme_is_a_region_of_a_sample()
    {
        string readme = Repository.Read("README.md");
        int unmarked = Fence().Count(readme)
            - MarkedBlocks(readme).Count(block => block.Marker.StartsWith("sample: ", StringComparison.Ordinal));
        unmarked.ShouldBe(0, "put <!-- sample: samples/Name/Program.cs#region --> before each csharp block");

        foreach ((string marker, string text)
            in MarkedBlocks(readme).Where(block => block.Marker.StartsWith("sample: ", StringComparison.Ordinal)))
        {
            string[] reference = marker["sample: ".Length..].Split('#');
            text.TrimEnd().ShouldBe(Region(Repository.Read(reference[0]), reference[1]), $"README.md quotes {marker}");
        }
    }

    [Fact]
    public void A_region_is_found_without_its_indentation() =>
        Region("class A\n{\n    #region use\n    if (b)\n        C();\n    #endregion\n}\n", "use").ShouldBe("if (b)\n    C();");

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

    private static string Region(string source, string name)
    {
        string[] lines = source.Split('\n');
        int start = Array.FindIndex(lines, line => line.Trim() == $"#region {name}");
        start.ShouldBeGreaterThanOrEqualTo(0, $"no region '{name}'");
        int end = Array.FindIndex(lines, start, line => line.Trim() == "#endregion");
        string[] body = lines[(start + 1)..end];
        int indent = body.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', body.Select(line => line.Length > indent ? line[indent..] : "")).Trim('\n');
    }

    [GeneratedRegex(@"<!-- (\w+: [^>]+) -->\s*\n```\w*\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex MarkedBlock();

    [GeneratedRegex("^```(csharp|cs|c#)", RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex Link();
}
