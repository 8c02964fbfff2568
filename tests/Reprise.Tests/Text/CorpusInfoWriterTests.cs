using System.Text;
using System.Text.Json;
using Reprise.Text;

namespace Reprise.Tests.Text;

public sealed class CorpusInfoWriterTests
{
    [Fact]
    public void Corpus_json_is_what_the_serializer_that_reads_it_would_write()
    {
        foreach (CorpusInfo info in Infos())
        {
            using MemoryStream written = new();
            CorpusInfoWriter.Write(written, info);
            Encoding.UTF8.GetString(written.ToArray()).ShouldBe(JsonSerializer.Serialize(info, LibraryJson.Types.CorpusInfo));
        }
    }

    private static IEnumerable<CorpusInfo> Infos()
    {
        TextLanguage?[] languages = [null, .. Enum.GetValues<TextLanguage>()];
        foreach (TextLanguage? language in languages)
        {
            foreach (TokenizerKind tokenizer in Enum.GetValues<TokenizerKind>())
                yield return Info(new TextOptions { LowerCase = language is null, Tokenizer = tokenizer, Language = language });
        }

        CorpusInfo shares = Info(new TextOptions());
        yield return shares with
        {
            Settings = shares.Settings with { TestInputs = ["a.txt", "b/*.gz"], ValidationInputs = [] },
            Counts = shares.Counts with { TestInTraining = 23, ValidationInTraining = 0 },
            Inputs = [new CorpusInput(TextFormat.Lines, FormatChoice.Given, 24) { Part = "validation" }],
        };
    }

    private static CorpusInfo Info(TextOptions text) => new()
    {
        Format = CorpusInfo.CurrentFormat,
        Text = text,
        Settings = new CorpusSettings
        {
            MinimumWords = 1, MaximumWords = 2, VocabularySize = 3, MaximumUnknownShare = 0.1, TestShare = 0.25, ValidationShare = 1e-9,
            Deduplicate = true,
        },
        Counts = new CorpusCounts
        {
            Read = 4, Kept = 5, Distinct = 6, Train = 7, Test = 8, Validation = 9, Words = 10, UnknownWords = 11, DifferentWords = 12,
            TextBytes = 1L << 40,
            Dropped = new DroppedCounts
            {
                TooFewWords = 13, TooManyWords = 14, UnknownWords = 15, Duplicates = 16, TooLong = 17, BadRecords = 18,
            },
        },
        Inputs =
        [
            .. Enum.GetValues<TextFormat>()
                .SelectMany(format => Enum.GetValues<FormatChoice>().Select(choice => new CorpusInput(format, choice, 19))),
        ],
        Warnings = ["a \"quote\", a \\ and \u001b", "no more — «so»"],
        VocabularySize = 20,
        Files = [new CorpusFile("vocabulary.txt", 21, "ab"), new CorpusFile("train.safetensors", 22, "cd") { Chunks = ["ef", "01"] }],
    };
}
