using Reprise.Text;

namespace Reprise.Tests.Text;

public sealed class DotnetDocumentationTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_installation_that_has_documentation_is_taken()
    {
        _folder.Write("one/packs/A.Ref/1.0/readme.xml", "no");
        string b = _folder.Write("two/packs/B.Ref/1.0/ref/net10.0/B.xml", "<doc/>");
        string a = _folder.Write("two/packs/A.Ref/1.0/ref/net10.0/A.xml", "<doc/>");
        _folder.Write("three/packs/C.Ref/1.0/ref/net10.0/C.xml", "<doc/>");
        DotnetDocumentation.Find([_folder["none"], _folder["one"], _folder["two"], _folder["three"]]).ShouldBe([a, b]);
        DotnetDocumentation.Find([_folder["none"]]).ShouldBeEmpty();
    }

    [Fact]
    public void The_sdk_that_runs_this_test_has_many_sentences()
    {
        IReadOnlyList<string> files = DotnetDocumentation.Find();
        if (files.Count == 0)
            Assert.Skip("this .NET carries no API documentation");
        files.ShouldAllBe(f => File.Exists(f));
        string small = files.First(f => new FileInfo(f).Length > 100_000);
        CorpusInfo info = Prepare.Corpus(new PrepareOptions { Inputs = [small], Deduplicate = true }, _folder["corpus"]);
        info.Counts.Kept.ShouldBeGreaterThan(100);
    }
}
