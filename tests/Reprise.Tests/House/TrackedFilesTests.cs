using System.Text.RegularExpressions;

namespace Reprise.Tests.House;

/// <summary>The rules for files of the repository: text that is about the project only, and small files.</summary>
public sealed partial class TrackedFilesTests
{
    private const int LargestFile = 2 << 20;

    [Fact]
    public void No_tracked_file_names_a_machine_a_home_folder_or_an_address_inside_a_network()
    {
        List<string> found = [];
        foreach ((string path, string text) in Repository.TextFiles())
        {
            foreach (Match match in MachinePath().Matches(text))
                found.Add($"{path}: {match.Value}");
        }

        found.ShouldBeEmpty();
    }

    [Fact]
    public void No_tracked_file_is_large()
    {
        IEnumerable<string> large =
            from path in Repository.TrackedFiles()
            let file = new FileInfo(Repository.PathOf(path))
            where file.Exists && file.Length > LargestFile
            select $"{path}: {file.Length} bytes; models, corpora and runs do not belong in the repository";
        large.ShouldBeEmpty();
    }

    [Fact]
    public void Text_files_end_their_lines_with_a_line_feed_and_the_file_with_one()
    {
        IEnumerable<string> strays =
            from file in Repository.TextFiles()
            where file.Text.Contains('\r') || (file.Text.Length > 0 && file.Text[^1] != '\n')
            where Path.GetExtension(file.Path) is ".cs" or ".md" or ".csproj" or ".props" or ".slnx" or ".txt" or ""
            where !file.Path.Contains("/Fixtures/", StringComparison.Ordinal)
            select file.Path;
        strays.ShouldBeEmpty();
    }

    [Fact]
    public void Package_versions_stand_in_one_file()
    {
        IEnumerable<string> strays =
            from file in Repository.TextFiles()
            where file.Path.EndsWith(".csproj", StringComparison.Ordinal) && file.Text.Contains("Version=\"", StringComparison.Ordinal)
            select file.Path;
        strays.ShouldBeEmpty("name the version in Directory.Packages.props");
    }

    // Spelt so that this file does not match itself. Web addresses of the public are fine: only what stands alone counts.
    [GeneratedRegex(
        @"(?<![\w.:/~$}-])/(home|root|Users|mnt|work|workspace|builds)/\w+|[A-Z]:\\Users\\\w+"
        + @"|\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+\b|\b[\w-]+\.(internal|corp|lan)\b(?=[:/])")]
    private static partial Regex MachinePath();
}
