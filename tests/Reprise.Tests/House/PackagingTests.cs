using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Reprise.Tests.House;

/// <summary>The packages hold the intended files and serve a project that has only the packages.</summary>
public sealed class PackagingTests(PackagingTests.Packages packages) : IClassFixture<PackagingTests.Packages>
{
    private const string Version = "9.8.7-house";

    [Fact]
    public void The_library_package_holds_both_assemblies_with_their_docs()
    {
        using ZipArchive package = packages.Open("Reprise.Sentences");
        LibrariesOf(package).ShouldBe(["Reprise.Numerics.dll", "Reprise.Numerics.xml", "Reprise.dll", "Reprise.xml"], ignoreOrder: true);
    }

    [Fact]
    public void The_package_of_studies_holds_its_own_assembly_and_needs_the_library_package()
    {
        using ZipArchive package = packages.Open("Reprise.Sentences.Studies");
        LibrariesOf(package).ShouldBe(["Reprise.Studies.dll", "Reprise.Studies.xml"], ignoreOrder: true);
        using Stream stream = package.GetEntry("Reprise.Sentences.Studies.nuspec").ShouldNotBeNull().Open();
        XDocument.Load(stream).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (Id: element.Attribute("id")!.Value, Version: element.Attribute("version")!.Value))
                .OrderBy(element => element.Id)
            .Select(element => element.Id == "CsvHelper" ? element.Id : $"{element.Id} {element.Version}")
            .ShouldBe(["CsvHelper", $"Reprise.Sentences {Version}"]);
    }

    [Fact]
    public void The_tool_package_carries_every_assembly_of_ours()
    {
        using ZipArchive package = packages.Open("Reprise.Sentences.Tool");
        package.Entries.Select(entry => entry.Name)
            .Where(name => name.StartsWith("Reprise", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal))
            .ShouldBe(
                ["Reprise.dll", "Reprise.Benchmarks.dll", "Reprise.Cli.dll", "Reprise.Numerics.dll", "Reprise.Studies.dll"],
                ignoreOrder: true);
    }

    [Theory]
    [InlineData("Reprise.Sentences")]
    [InlineData("Reprise.Sentences.Studies")]
    [InlineData("Reprise.Sentences.Tool")]
    public void A_package_is_described(string id)
    {
        using ZipArchive package = packages.Open(id);
        package.GetEntry("README.md").ShouldNotBeNull();
        using Stream stream = package.GetEntry($"{id}.nuspec").ShouldNotBeNull().Open();
        Dictionary<string, string> metadata = XDocument.Load(stream).Root!.Elements().Single().Elements()
            .ToDictionary(element => element.Name.LocalName, element => element.Value);
        metadata["id"].ShouldBe(id);
        metadata["version"].ShouldBe(Version);
        metadata["authors"].ShouldBe("The Reprise authors");
        metadata["license"].ShouldBe("MIT");
        metadata["readme"].ShouldBe("README.md");
        metadata["description"].ShouldNotBeNullOrWhiteSpace();
        metadata["tags"].ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData("Reprise.Sentences")]
    [InlineData("Reprise.Sentences.Studies")]
    [InlineData("Reprise.Sentences.Tool")]
    public void The_readme_of_a_package_needs_no_repository(string id)
    {
        using ZipArchive package = packages.Open(id);
        using StreamReader reader = new(package.GetEntry("README.md").ShouldNotBeNull().Open());
        string readme = reader.ReadToEnd();
        readme.ShouldNotContain("<!--");
        readme.ShouldNotContain("![");
        Regex.Matches(readme, @"\]\(([^)]*)\)").Select(link => link.Groups[1].Value)
            .Where(target => !target.StartsWith("https://", StringComparison.Ordinal)).ShouldBeEmpty();

        // All else is as it was written: MSBuild, which makes it, has ideas of its own of semicolons and backslashes.
        string withoutLinks = Regex.Replace(Repository.Read("README.md"), @"\[([^\]]+)\]\((?!https://)[^)]+\)", "$1");
        readme.Split('\n').Except(withoutLinks.Split('\n')).ShouldBeEmpty();
        readme.ShouldContain("```csharp");
    }

    [Theory]
    [InlineData("Reprise.Sentences")]
    [InlineData("Reprise.Sentences.Studies")]
    [InlineData("Reprise.Sentences.Tool")]
    public void A_package_does_not_hold_the_place_of_its_build(string id)
    {
        using ZipArchive package = packages.Open(id);
        foreach (ZipArchiveEntry entry
            in package.Entries.Where(entry => Path.GetFileName(entry.FullName).StartsWith("Reprise.", StringComparison.Ordinal)))
        {
            using MemoryStream bytes = new();
            using (Stream stream = entry.Open())
                stream.CopyTo(bytes);
            bool found = bytes.ToArray().AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(Repository.Root)) >= 0;
            found.ShouldBeFalse($"{entry.FullName} names the folder of the build");
        }
    }

    [Fact]
    public void The_tool_installs_from_a_folder_and_runs()
    {
        string tools = Path.Combine(packages.Folder, "tools");
        Dotnet.Run(
            packages.Folder, packages.Stranger, "tool", "install", "Reprise.Sentences.Tool", "--version", Version, "--tool-path", tools,
            "--source", packages.Feed);
        string program = Path.Combine(tools, OperatingSystem.IsWindows() ? "reprise.exe" : "reprise");
        Dotnet.RunProgram(program, packages.Folder, packages.Stranger, "--version").ShouldBe(Version);
    }

    [Fact]
    public void A_program_of_somebody_else_compiles_against_the_packages_and_runs()
    {
        string folder = Directory.CreateDirectory(Path.Combine(packages.Folder, "consumer")).FullName;
        File.WriteAllText(Path.Combine(folder, "Consumer.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <UseAppHost>false</UseAppHost>
                <NuGetAudit>false</NuGetAudit>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Reprise.Sentences.Studies" Version="{Version}" />
              </ItemGroup>
            </Project>
            """);

        // All three assemblies are loaded, and one of them works.
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using Reprise.Numerics.ComputeDevice device = Reprise.Numerics.ComputeDevice.Cpu(threads: 1);
            System.Console.Write($"{typeof(Reprise.Studies.Study).Name} {typeof(Reprise.SentenceModel).Name} {device.Description[..3]}");
            """);
        Dotnet.Run(folder, packages.Stranger, "build", "-c", "Release", "-o", "out");
        Dotnet.Run(folder, packages.Stranger, "out/Consumer.dll").ShouldBe("Study SentenceModel cpu");
    }

    private static IEnumerable<string> LibrariesOf(ZipArchive package) => package.Entries.Select(entry => entry.FullName)
        .Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Select(name => Path.GetRelativePath("lib/net10.0", name));

    /// <summary>The packages, packed once into a folder of their own that is a feed of its own.</summary>
    public sealed class Packages : IDisposable
    {
        private static readonly Dictionary<string, string> Nothing = [];

        private readonly TempFolder _folder = new();

        public Packages()
        {
            Feed = Directory.CreateDirectory(Path.Combine(Folder, "feed")).FullName;
            foreach (string project in new[] { "src/Reprise.Cli", "src/Reprise", "src/Reprise.Studies" })
            {
                // Builds beside the artifacts of the checkout, which a running build may hold open.
                Dotnet.Run(
                    Repository.Root, Nothing, "pack", project, "-c", "Release", "-o", Feed, "--artifacts-path",
                    Path.Combine(Folder, "artifacts"),
                    $"-p:Version={Version}", "-p:NuGetAudit=false", "-p:RunAnalyzers=false");
            }

            // The feed is the only source; what the library needs from others lies in the cache of this build already.
            string cache = Directory.Exists(Dotnet.PackageCache)
                ? $"""<fallbackPackageFolders><clear /><add key="build" value="{Dotnet.PackageCache}" /></fallbackPackageFolders>"""
                : "";
            File.WriteAllText(Path.Combine(Folder, "NuGet.Config"), $"""
                <configuration>
                  <packageSources><clear /><add key="feed" value="{Feed}" /></packageSources>
                  {cache}
                </configuration>
                """);
            Stranger = new Dictionary<string, string> { ["NUGET_PACKAGES"] = Path.Combine(Folder, "cache") };
        }

        public string Folder => _folder.Path;

        public string Feed { get; }

        /// <summary>The environment of somebody who has an empty package cache.</summary>
        public IReadOnlyDictionary<string, string> Stranger { get; }

        public ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Feed, $"{id}.{Version}.nupkg"));

        public void Dispose() => _folder.Dispose();
    }
}
