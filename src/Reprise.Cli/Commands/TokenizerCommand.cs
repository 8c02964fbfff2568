using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Cli.Rendering;
using Reprise.Text;

namespace Reprise.Cli.Commands;

/// <summary>Writes the pieces of a corpus, a run or a model as files that other tools read.</summary>
internal static class TokenizerCommand
{
    private static readonly Argument<string> Source = new("FOLDER")
    {
        Description = "Folder of a corpus, a run or a model with pieces (bpe)",
    };

    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = $"Folder for {TokenizerFiles.MergesName} and {TokenizerFiles.IdsName}",
        HelpName = "folder",
        Required = true,
    };

    public static RepriseCommand Create() => new(
        "tokenizer",
        "Writes the pieces of a corpus or a model as merges.txt and vocab.json, the files of byte-pair encodings that other tools read.",
        "reprise tokenizer corpus --out tokenizer",
        "reprise prepare more.txt --tokenizer-files tokenizer --out corpus2")
    {
        Body = Write,
        Arguments = { Source },
        Options = { Out },
    };

    private static int Write(Session session, ParseResult parse)
    {
        (string source, string folder) = (parse.GetRequiredValue(Source), parse.GetRequiredValue(Out));
        (Vocabulary vocabulary, TextOptions text) = PiecesOf(source);
        if (text.Tokenizer != TokenizerKind.Bpe)
            throw new InputException($"{source}: has {Describe.Tokenizer(text)}; expected pieces (prepare --tokenizer bpe)");
        TokenizerFiles.Save(folder, vocabulary);
        string files = $"{TokenizerFiles.MergesName} and {TokenizerFiles.IdsName}";
        if (session.Json)
            session.Object(new JsonObject { ["folder"] = folder, ["pieces"] = vocabulary.Count - Vocabulary.SpecialTokens });
        else
            session.Note($"{files} are in {folder}: {Format.Count(vocabulary.Count - Vocabulary.SpecialTokens)} pieces");
        return ExitCode.Done;
    }

    private static (Vocabulary, TextOptions) PiecesOf(string folder)
    {
        if (CorpusInfo.IsIn(folder))
        {
            using Corpus corpus = Corpus.Open(folder);
            return (corpus.Vocabulary, corpus.Info.Text);
        }

        ModelFolder model = ModelFolder.OpenWithoutWeights(folder);
        return (model.Vocabulary, model.Config.Text);
    }
}
