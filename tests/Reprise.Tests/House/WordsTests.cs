using System.Text.RegularExpressions;

namespace Reprise.Tests.House;

/// <summary>The rules of CONTRIBUTING.md for lines and summaries.</summary>
public sealed partial class WordsTests
{
    private const int LastColumn = 140;

    private static readonly string[] s_linedFiles = [".cs", ".cu", ".h", ".cpp", ".sh", ".py", ".md"];

    [Fact]
    public void Lines_of_code_and_prose_end_at_140_columns()
    {
        IEnumerable<string> longLines =
            from file in Repository.TextFiles()
            where s_linedFiles.Contains(Path.GetExtension(file.Path))
            from line in file.Text.Split('\n').Index()
            where !line.Item.StartsWith('|') // a row of a Markdown table cannot be wrapped
            let columns = line.Item.TrimEnd('\r').EnumerateRunes().Count()
            where columns > LastColumn
            select $"{file.Path}: line {line.Index + 1} has {columns} columns";
        longLines.ShouldBeEmpty();
    }

    [Fact]
    public void Summaries_begin_with_a_noun_or_a_verb()
    {
        IEnumerable<string> relative =
            from file in Repository.TextFiles()
            where Path.GetExtension(file.Path) == ".cs"
            from Match summary in RelativeSummary().Matches(file.Text)
            select $"{file.Path}: {summary.Groups[1].Value} …";
        relative.ShouldBeEmpty();
    }

    [GeneratedRegex(@"<summary>\s*(?:///\s*)?((?:What|Whether|Of|As|Where|How|Which|Who)\b.{0,40})")]
    private static partial Regex RelativeSummary();
}
