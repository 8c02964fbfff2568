using System.Text.RegularExpressions;

namespace Reprise.Tests.House;

/// <summary>
/// The arrows of docs/architecture.md. These tests read text, so they are a tripwire and not a proof: they see
/// <c>using</c> directives and full names, as an accidental reference would.
/// </summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The library's folders, and the folders that each may use.</summary>
    private static readonly Dictionary<string, string[]> Library = new()
    {
        ["Formats"] = [],
        ["Text"] = ["Formats"],
        ["Model"] = ["Formats", "Text"],
        ["Checkpoints"] = ["Formats", "Text", "Model"],
        ["Inference"] = ["Formats", "Text", "Model", "Checkpoints"],
        ["Evaluation"] = ["Formats", "Text", "Model", "Checkpoints", "Inference"],
        ["Training"] = ["Formats", "Text", "Model", "Checkpoints", "Inference", "Evaluation"],
    };

    /// <summary>The rooms of the studies' assembly, and the rooms that each may use. The study lies above them, in no folder.</summary>
    private static readonly Dictionary<string, string[]> Studies = new()
    {
        ["Metrics"] = [],
        ["Statistics"] = [],
        ["Charts"] = [],
        ["Documents"] = ["Charts"],
        ["Surveys"] = ["Statistics", "Charts"],
        ["Measuring"] = ["Metrics", "Statistics", "Surveys"],
        ["Reports"] = ["Metrics", "Statistics", "Charts", "Documents", "Measuring"],
    };

    private const int MostLinesOfAFile = 400;

    private static readonly string[] Assemblies = ["Studies", "Benchmarks", "Cli", "Web"];

    /// <summary>Code that must neither print nor draw random numbers of its own.</summary>
    private static readonly string[] Quiet = ["src/Reprise.Numerics", "src/Reprise", "src/Reprise.Studies", "src/Reprise.Benchmarks"];

    public static TheoryData<string> Folders => [.. Library.Keys];

    public static TheoryData<string> Rooms => [.. Studies.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_of_the_library_uses_only_the_folders_before_it(string folder)
    {
        string[] forbidden = [.. Library.Keys.Except(Library[folder]).Where(other => other != folder), .. Assemblies];
        Crossings($"src/Reprise/{folder}", forbidden).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_of_the_studies_uses_only_the_rooms_below_it(string room)
    {
        string[] forbidden = [.. Studies.Keys.Except(Studies[room]).Where(other => other != room)];
        Crossings($"src/Reprise.Studies/{room}", [.. forbidden.Select(other => $@"Studies\.{other}"), "Benchmarks", "Cli", "Web"])
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_room_of_the_studies_knows_the_study()
    {
        string[] above = [.. Lines("src/Reprise.Studies").Where(line => line.Path.Count(c => c == '/') == 2)
            .Select(line => Declaration().Match(line.Code)).Where(match => match.Success).Select(match => match.Groups[1].Value)];
        above.ShouldContain("Study");
        Regex named = new($@"(?<!\.)\b({string.Join('|', above)})\b");
        Lines([.. Studies.Keys.Select(room => $"src/Reprise.Studies/{room}")]).Where(line => named.IsMatch(line.Code)).ShouldBeEmpty();
    }

    [Fact]
    public void Every_folder_has_its_place_in_the_order()
    {
        const string Add = "add it to the table above and to docs/architecture.md";
        FoldersOf("src/Reprise").Except(Library.Keys).ShouldBeEmpty(Add);
        FoldersOf("src/Reprise.Studies").Except(Studies.Keys).ShouldBeEmpty(Add);
    }

    [Theory]
    [InlineData("Reprise")]
    [InlineData("Reprise.Studies")]
    [InlineData("Reprise.Benchmarks")]
    [InlineData("Reprise.Cli")]
    public void Namespaces_follow_the_folders(string project)
    {
        IEnumerable<string> strays =
            from path in Repository.Sources($"src/{project}")
            let parts = path.Split('/')
            let expected = parts.Length > 3 ? $"{project}.{parts[2]}" : project
            where !Regex.IsMatch(Repository.Read(path), $@"^namespace {Regex.Escape(expected)}(\.\w+)*;", RegexOptions.Multiline)
                && Path.GetFileName(path) is not ("AssemblyInfo.cs" or "Program.cs")
            select $"{path}: expected namespace {expected}";
        strays.ShouldBeEmpty();
    }

    [Fact]
    public void Numerics_knows_nothing_of_the_library() =>
        Crossings("src/Reprise.Numerics", [.. Library.Keys, .. Assemblies]).ShouldBeEmpty();

    [Fact]
    public void Projects_refer_only_downwards()
    {
        ReferencesOf("src/Reprise.Numerics/Reprise.Numerics.csproj").ShouldBeEmpty();
        ReferencesOf("src/Reprise/Reprise.csproj").ShouldBe(["Reprise.Numerics"]);
        ReferencesOf("src/Reprise.Studies/Reprise.Studies.csproj").ShouldBe(["Reprise", "Reprise.Numerics"]);
        ReferencesOf("src/Reprise.Benchmarks/Reprise.Benchmarks.csproj").ShouldBe(["Reprise", "Reprise.Numerics"]);
        ReferencesOf("src/Reprise.Cli/Reprise.Cli.csproj")
            .Except(["Reprise.Studies", "Reprise.Benchmarks", "Reprise", "Reprise.Numerics"]).ShouldBeEmpty();
    }

    [Fact]
    public void The_library_needs_no_package() =>
        new[] { "src/Reprise.Numerics/Reprise.Numerics.csproj", "src/Reprise/Reprise.csproj" }
            .Where(project => Repository.Read(project).Contains("<PackageReference", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Unsafe_code_lives_in_Numerics_only()
    {
        IEnumerable<string> projects = Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Where(path => File.ReadAllText(path).Contains("<AllowUnsafeBlocks>true", StringComparison.OrdinalIgnoreCase))
            .Select(path => Path.GetFileNameWithoutExtension(path));
        projects.ShouldBe(["Reprise.Numerics"]);
        Lines("src/Reprise", "src/Reprise.Studies", "src/Reprise.Benchmarks", "src/Reprise.Cli", "src/Reprise.Web")
            .Where(line => UnsafeCode().IsMatch(line.Code)).ShouldBeEmpty();
    }

    [Fact]
    public void The_library_never_prints() =>
        Lines(Quiet).Where(line => Printing().IsMatch(line.Code)).ShouldBeEmpty();

    [Fact]
    public void Nothing_takes_its_randomness_from_the_clock_or_the_system() =>
        Lines(Quiet).Where(line => HiddenRandomness().IsMatch(line.Code))
            .Where(line => line.Path != "src/Reprise/Text/HashKey.cs") // secrets of hashes, which reach no result
            .ShouldBeEmpty("randomness is a function: Philox of (seed, use, step, index)");

    [Fact]
    public void No_source_file_is_longer_than_the_ceiling()
    {
        IEnumerable<string> tooLong =
            from path in Repository.Sources("src")
            let count = File.ReadLines(Repository.PathOf(path)).Count()
            where count > MostLinesOfAFile
            select $"{path}: {count} lines";
        tooLong.ShouldBeEmpty();
    }

    private static IEnumerable<string> FoldersOf(string project) =>
        Repository.Sources(project).Select(path => path.Split('/')).Where(parts => parts.Length > 3).Select(parts => parts[2]).Distinct();

    private static IEnumerable<Line> Crossings(string folder, string[] forbidden)
    {
        string names = string.Join('|', forbidden);
        Regex crossing = new($@"\bReprise\.({names})\b|^\s*(global )?using (static )?(\w+ = )?({names})\b");
        return Lines(folder).Where(line => crossing.IsMatch(line.Code));
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        ProjectReference().Matches(Repository.Read(project)).Select(match => match.Groups[1].Value);

    private static IEnumerable<Line> Lines(params string[] folders) =>
        from folder in folders
        from path in Repository.Sources(folder)
        from line in File.ReadLines(Repository.PathOf(path)).Select((text, index) => new Line(path, index + 1, WithoutComment(text)))
        select line;

    private static string WithoutComment(string line) =>
        line.IndexOf("//", StringComparison.Ordinal) is int comment and >= 0 ? line[..comment] : line;

    [GeneratedRegex(@"\bunsafe\b(?!-)|\bUnsafe\.\w|\bMemoryMarshal\.(GetReference|CreateSpan|CreateReadOnlySpan)\b")]
    private static partial Regex UnsafeCode();

    [GeneratedRegex(@"(?<![\w.])(System\.)?Console\.\w|using (static )?(System\.Console|Spectre|System\.CommandLine)\b")]
    private static partial Regex Printing();

    [GeneratedRegex(@"\bnew (System\.)?Random\(|\bRandom\.Shared\b|\bRandomNumberGenerator\b")]
    private static partial Regex HiddenRandomness();

    [GeneratedRegex(@"^(?:public|internal) [a-z ]*\b(?:class|record|struct|interface|enum) (\w+)")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*?([\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();

    private sealed record Line(string Path, int Number, string Code)
    {
        public override string ToString() => $"{Path}:{Number}: {Code.Trim()}";
    }
}
