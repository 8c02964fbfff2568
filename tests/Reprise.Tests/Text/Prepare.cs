namespace Reprise.Tests.Text;

/// <summary>Preparation of a corpus in a test.</summary>
internal static class Prepare
{
    /// <summary>Makes a corpus; it ends with the test run.</summary>
    public static Reprise.Text.CorpusInfo Corpus(Reprise.Text.PrepareOptions options, string folder) =>
        Reprise.Text.CorpusBuilder.Build(options, folder, TestContext.Current.CancellationToken);

    /// <summary>The sentences of a corpus that holds nothing out, in ordinal order.</summary>
    public static string[] Sentences(Reprise.Text.PrepareOptions options, TempFolder folder)
    {
        Corpus(options with { TestShare = 0, Overwrite = true }, folder["corpus"]);
        using Reprise.Text.Corpus corpus = Reprise.Text.Corpus.Open(folder["corpus"]);
        return [.. CorpusTests.Sentences(corpus.Train, corpus.Vocabulary).Order(StringComparer.Ordinal)];
    }

    /// <summary>The one line with which text is refused; nothing is left in the folder for the corpus.</summary>
    public static string Refusal(Reprise.Text.PrepareOptions options, TempFolder folder)
    {
        string message = Should.Throw<InputException>(() => Corpus(options, folder["refused"])).Message;
        message.ShouldNotContain("\n");
        Directory.Exists(folder["refused"]).ShouldBeFalse();
        return message;
    }
}
