using System.IO.Compression;
using System.Text;

namespace Reprise.Tests.Text;

/// <summary>A folder of its own for one test, removed with all that is in it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("reprise-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        string path = this[name];
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public string WriteGzip(string name, string text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return Write(name, packed.ToArray());
    }

    /// <summary>The names of all that is in a folder, in order.</summary>
    public static string[] NamesIn(string folder) =>
        [.. Directory.GetFileSystemEntries(folder).Select(path => System.IO.Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

internal static class Prepare
{
    /// <summary>Makes a corpus; it ends with the test run.</summary>
    public static Reprise.Text.CorpusInfo Corpus(Reprise.Text.PrepareOptions options, string folder) =>
        Reprise.Text.CorpusBuilder.Build(options, folder, TestContext.Current.CancellationToken);

    /// <summary>The sentences of a corpus that holds nothing out, in ordinal order.</summary>
    public static string[] Sentences(Reprise.Text.PrepareOptions options, TemporaryFolder folder)
    {
        Corpus(options with { TestShare = 0, Overwrite = true }, folder["corpus"]);
        using Reprise.Text.Corpus corpus = Reprise.Text.Corpus.Open(folder["corpus"]);
        return [.. CorpusTests.Sentences(corpus.Train, corpus.Vocabulary).Order(StringComparer.Ordinal)];
    }

    /// <summary>The one line with which text is refused; nothing is left in the folder for the corpus.</summary>
    public static string Refusal(Reprise.Text.PrepareOptions options, TemporaryFolder folder)
    {
        string message = Should.Throw<InputException>(() => Corpus(options, folder["refused"])).Message;
        message.ShouldNotContain("\n");
        Directory.Exists(folder["refused"]).ShouldBeFalse();
        return message;
    }
}
