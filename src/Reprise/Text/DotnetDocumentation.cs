using System.Runtime.InteropServices;

namespace Reprise.Text;

/// <summary>
/// Finds the English API documentation of a .NET SDK: XML files in <c>packs/*/*/ref/*</c> beside <c>dotnet</c>, with over 100,000
/// different sentences of 5 to 30 words. It is text for experiments on a machine that has no other.
/// </summary>
internal static class DotnetDocumentation
{
    /// <summary>All documentation files of the first .NET installation that has any, in ordinal order; empty if none has.</summary>
    public static IReadOnlyList<string> Find() => Find(Roots());

    internal static IReadOnlyList<string> Find(IEnumerable<string> roots)
    {
        foreach (string root in roots)
        {
            string packs = Path.Combine(root, "packs");
            if (!Directory.Exists(packs))
                continue;
            List<string> files = Folders(packs).SelectMany(Folders)
                .SelectMany(version => Folders(Path.Combine(version, "ref")))
                .SelectMany(framework => Directory.EnumerateFiles(framework, "*.xml"))
                .Order(StringComparer.Ordinal)
                .ToList();
            if (files.Count > 0)
                return files;
        }

        return [];
    }

    private static IEnumerable<string> Folders(string folder) => Directory.Exists(folder) ? Directory.EnumerateDirectories(folder) : [];

    private static IEnumerable<string> Roots()
    {
        string? named = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        if (!string.IsNullOrEmpty(named))
            yield return named;
        // The runtime lies in dotnet/shared/Microsoft.NETCore.App/<version>.
        yield return Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        foreach (string folder in path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string dotnet = Path.Combine(folder, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
            if (!File.Exists(dotnet))
                continue;
            string target = File.ResolveLinkTarget(dotnet, returnFinalTarget: true)?.FullName ?? dotnet;
            if (Path.GetDirectoryName(target) is { } root)
                yield return root;
        }

        yield return "/usr/share/dotnet";
        yield return "/usr/lib/dotnet";
        yield return "/usr/local/share/dotnet";
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet");
        yield return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles), "dotnet");
    }
}
