using System.Diagnostics;
using System.Text;

namespace Reprise.Tests.House;

/// <summary>The checkout that the tests were built from, found upwards from the test assembly.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>C# files under <paramref name="folder"/>, as paths relative to the root with forward slashes.</summary>
    public static IEnumerable<string> Sources(string folder) => Directory.Exists(PathOf(folder))
        ? Directory.EnumerateFiles(PathOf(folder), "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal)
        : [];

    /// <summary>The files that git tracks; skips the test where there is no git or no history.</summary>
    public static IReadOnlyList<string> TrackedFiles()
    {
        ProcessStartInfo start = new("git", ["ls-files", "-z"]) { WorkingDirectory = Root };
        Assert.SkipUnless(Directory.Exists(PathOf(".git")) || File.Exists(PathOf(".git")), "not a git checkout");
        (int code, string names, string errors) = Child.Run(start);
        code.ShouldBe(0, errors);
        return names.TrimEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>The tracked files without a zero byte, with their text.</summary>
    public static IEnumerable<(string Path, string Text)> TextFiles()
    {
        foreach (string path in TrackedFiles())
        {
            string full = PathOf(path);
            if (!File.Exists(full))
                continue;
            byte[] bytes = File.ReadAllBytes(full);
            if (!bytes.AsSpan().Contains((byte)0))
                yield return (path, Encoding.UTF8.GetString(bytes));
        }
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Reprise.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException(
            $"no Reprise.slnx above {AppContext.BaseDirectory}: run the tests from a build inside the checkout");
    }
}
