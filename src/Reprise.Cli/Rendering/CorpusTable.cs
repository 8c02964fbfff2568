using System.Text.Json.Nodes;
using Reprise.Formats;
using Reprise.Text;
using Spectre.Console;

namespace Reprise.Cli.Rendering;

/// <summary>The table of a corpus, for <c>prepare</c> and <c>info</c>.</summary>
internal static class CorpusTable
{
    public static Table Of(CorpusInfo corpus)
    {
        CorpusCounts counts = corpus.Counts;
        Table table = Tables.Facts();
        table.Fact("text", Format.Bytes(counts.TextBytes));
        if (corpus.Inputs.Count > 0)
            table.Fact("read as", string.Join("; ", corpus.Inputs.Select(Input)));
        table.Fact("sentences read", Format.Count(counts.Read));
        table.Fact($"  too few {corpus.Text.Units}", Dropped(counts.Dropped.TooFewWords, $"fewer than {corpus.Settings.MinimumWords}"));
        table.Fact($"  too many {corpus.Text.Units}", Dropped(counts.Dropped.TooManyWords, $"more than {corpus.Settings.MaximumWords}"));
        string most = Format.Percent(corpus.Settings.MaximumUnknownShare, 0);
        table.Fact("  too many unknown words", Dropped(counts.Dropped.UnknownWords, $"more than {most}"));
        table.Fact("  copies", Dropped(counts.Dropped.Duplicates, Copies(corpus.Settings)));
        table.Fact("  too long to read", Dropped(counts.Dropped.TooLong, "lines, words or records"));
        if (counts.Dropped.BadRecords > 0)
            table.Fact("  bad records", Dropped(counts.Dropped.BadRecords, "could not be read"));
        table.Fact("sentences kept", $"{Format.Count(counts.Kept)} ({Format.Count(counts.Distinct)} distinct)");
        table.Fact("  to train", Format.Count(counts.Train));
        table.Fact("  held out to test", HeldOut(counts.Test, corpus.Settings.TestInputs));
        InTraining(counts.TestInTraining);
        if (counts.Validation > 0)
            table.Fact("  held out to validate", HeldOut(counts.Validation, corpus.Settings.ValidationInputs));
        InTraining(counts.ValidationInTraining);
        string unknown = Format.Percent((double)counts.UnknownWords / Math.Max(1, counts.Words));
        int words = corpus.VocabularySize - Vocabulary.SpecialTokens;
        string tokenizer = Describe.Tokenizer(corpus.Text);
        bool pieces = corpus.Text.HasPieces;
        table.Fact(pieces ? "pieces" : "words", Format.Count(counts.Words) + (pieces ? "" : $", {unknown} of them unknown"));
        string from = $"{Format.Count(counts.DifferentWords)} different {(pieces ? "stretches of text" : "words")}";
        table.Fact("vocabulary", $"{Format.Count(words)}{(pieces ? " pieces, in the text" : " of")} {from}");
        table.Fact(pieces ? "they are" : "words are", $"{(corpus.Text.LowerCase ? "lower case" : "as written")}, {tokenizer}");
        if (corpus.Text.Language is { } language)
            table.Fact("language", language.ToString());
        foreach (string warning in corpus.Warnings)
            table.Fact("warning", warning);
        return table;

        void InTraining(long? count)
        {
            if (count is not { } sentences)
                return;
            string where = sentences == 0 ? "" : corpus.Settings.Deduplicate
                ? ", left out there" : ", kept there; --deduplicate leaves them out";
            table.Fact("    in the training text too", Format.Count(sentences) + where);
        }
    }

    public static JsonObject JsonOf(CorpusInfo corpus, string path, IReadOnlyList<FileSum>? verified = null) => new()
    {
        ["kind"] = "corpus",
        ["path"] = path,
        ["format"] = corpus.Format,
        ["hash"] = corpus.Hash,
        ["text"] = Json.Object(corpus.Text, LibraryJson.Types.TextOptions),
        ["settings"] = Json.Object(corpus.Settings, LibraryJson.Types.CorpusSettings),
        ["counts"] = Json.Object(corpus.Counts, LibraryJson.Types.CorpusCounts),
        ["inputs"] = new JsonArray([.. corpus.Inputs.Select(input => Json.Object(input, LibraryJson.Types.CorpusInput))]),
        ["warnings"] = new JsonArray([.. corpus.Warnings.Select(warning => (JsonNode)warning)]),
        ["vocabularySize"] = corpus.VocabularySize,
        ["files"] = new JsonArray([.. corpus.Files.Select(JsonOf)]),
        ["verified"] = JsonOf(verified),
    };

    public static JsonArray? JsonOf(IReadOnlyList<FileSum>? verified) =>
        verified is null ? null : new JsonArray([.. verified.Select(sum => Json.Object(sum, CliJson.Types.FileSum))]);

    private static JsonObject JsonOf(CorpusFile file) => new() { ["name"] = file.Name, ["bytes"] = file.Bytes, ["sha256"] = file.Sha256 };

    private static string Copies(CorpusSettings settings) => !settings.Deduplicate ? "copies are kept"
        : settings.TestInputs is null && settings.ValidationInputs is null ? "one of each is kept"
        : "to train on, one of each is kept, and none of a given part";

    private static string HeldOut(long count, IReadOnlyList<string>? inputs) =>
        Format.Count(count) + (inputs is null ? "" : $" ({string.Join(", ", inputs)})");

    private static string Input(CorpusInput input)
    {
        string part = input.Part is null ? "" : $"{input.Part}: ", files = input.Files == 1 ? "file" : "files";
        return $"{part}{input.Format.Name()}: {Format.Count(input.Files)} {files} ({Name(input.Decided)})";
    }

    private static string Name(FormatChoice choice) => choice switch
    {
        FormatChoice.Given => "given",
        FormatChoice.Extension => "by extension",
        _ => "guessed",
    };

    private static string Dropped(long count, string why) => $"- {Format.Count(count)} ({why})";
}
