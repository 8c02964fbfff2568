using System.Reflection;
using System.Xml.Linq;
using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Text;

namespace Reprise.Tests.House;

/// <summary>The public surface changes on purpose only, and every type of it is documented.</summary>
public sealed class PublicSurfaceTests
{
    private const string Snapshot = "tests/Reprise.Tests/House/PublicSurface.txt";
    private const string Update = "REPRISE_UPDATE_SNAPSHOTS";
    private const int MostTypes = 90;

    private static readonly Assembly[] Assemblies = [typeof(Philox).Assembly, typeof(ISentences).Assembly, typeof(Study).Assembly];

    [Fact]
    public void The_public_surface_is_the_one_that_was_agreed()
    {
        string[] found = [.. Assemblies.SelectMany(PublicSurface.Of)];
        if (Environment.GetEnvironmentVariable(Update) == "1")
            File.WriteAllText(Repository.PathOf(Snapshot), string.Join('\n', found) + "\n");
        File.Exists(Repository.PathOf(Snapshot)).ShouldBeTrue($"no {Snapshot}; {Update}=1 writes it");

        string[] expected = File.ReadAllLines(Repository.PathOf(Snapshot));
        string[] differences = [.. Differences(expected, found)];
        differences.ShouldBeEmpty($"the public surface changed; if that is meant, run this test with {Update}=1 and commit {Snapshot}");
    }

    [Fact]
    public void The_packages_show_no_more_types_than_a_user_can_learn() =>
        Assemblies.SelectMany(assembly => assembly.GetExportedTypes()).Count().ShouldBeLessThanOrEqualTo(MostTypes);

    [Fact]
    public void A_change_of_the_surface_is_shown_line_by_line() =>
        Differences(["class A", "    method One()"], ["class A", "    method Two()", "class B"])
            .ShouldBe(["- class A: method One()", "+ class A: method Two()", "+ class B"]);

    [Fact]
    public void Every_public_type_has_a_summary()
    {
        IEnumerable<string> silent =
            from assembly in Assemblies
            let documented = Documented(assembly)
            from type in assembly.GetExportedTypes()
            where !documented.Contains($"T:{type.FullName!.Replace('+', '.')}")
            select type.FullName;
        silent.ShouldBeEmpty();
    }

    [Fact]
    public void Every_operation_of_the_kernel_contract_has_a_summary()
    {
        HashSet<string> documented = [.. Documented(typeof(Philox).Assembly).Select(id => id.Split('(')[0])];
        string contract = typeof(IKernels<>).FullName!;
        IEnumerable<string> silent =
            from member in typeof(IKernels<>).GetMembers()
            where member is PropertyInfo or MethodInfo { IsSpecialName: false }
            let id = $"{(member is PropertyInfo ? 'P' : 'M')}:{contract}.{member.Name}"
            where !documented.Contains(id)
            select id;
        silent.ShouldBeEmpty();
    }

    /// <summary>Ids of the types and members that have a summary, or take theirs over.</summary>
    private static HashSet<string> Documented(Assembly assembly) =>
        [.. XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Element("inheritdoc") != null || !string.IsNullOrWhiteSpace(member.Element("summary")?.Value))
            .Select(member => member.Attribute("name")!.Value)];

    private static IEnumerable<string> Differences(string[] expected, string[] found)
    {
        string[] before = [.. WithOwners(expected)];
        string[] after = [.. WithOwners(found)];
        return [.. before.Except(after).Select(line => "- " + line), .. after.Except(before).Select(line => "+ " + line)];
    }

    // A member's line names its type, so that the same method in two types is two lines.
    private static IEnumerable<string> WithOwners(IEnumerable<string> lines)
    {
        string owner = "";
        foreach (string line in lines)
        {
            bool isMember = line.StartsWith(' ');
            owner = isMember ? owner : line;
            yield return isMember ? $"{owner}: {line.Trim()}" : line;
        }
    }
}
