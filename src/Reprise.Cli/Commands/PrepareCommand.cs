using System.CommandLine;
using System.CommandLine.Parsing;
using Reprise.Cli.Rendering;
using Reprise.Text;

namespace Reprise.Cli.Commands;

/// <summary>Text in, corpus folder out.</summary>
internal static class PrepareCommand
{
    private static readonly Argument<string[]> Inputs = new("FILES")
    {
        Description = "Files, folders, globs in quotes, or - for standard input; .gz anywhere; links to folders are not followed",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out", "-o") { Description = "Folder of the corpus, new or empty", HelpName = "folder", Required = true };
    private static readonly Option<bool> Overwrite = Flags.Switch("--overwrite", "Replace a corpus that is there");
    private static readonly Option<TextFormat?> Format = Flags.Choice(
        "--format", "How the text lies in the files; by their names and looks unless given",
        ("lines", TextFormat.Lines), ("prose", TextFormat.Prose), ("json", TextFormat.Json), ("jsonl", TextFormat.Json),
        ("csv", TextFormat.Csv), ("tsv", TextFormat.Tsv), ("xmldoc", TextFormat.XmlDocumentation));
    private static readonly Option<string?> Column = Flags.Text(
        "--column", "Field of json (a.b within another) or column of csv or tsv that holds the text (text)", "name");
    private static readonly Option<char?> Delimiter = new("--delimiter")
    {
        Description = "What parts the columns of csv (comma, semicolon or tab, as the header tells)",
        HelpName = "character|tab",
        CustomParser = ParseDelimiter,
    };

    private static readonly Option<bool> SkipBad = Flags.Switch("--skip-bad", "Leave out and count records of json, csv and tsv that are unsound");
    private static readonly Option<int?> MinimumWords = Flags.Integer("--min-words", "Shorter sentences are left out (5)");
    private static readonly Option<int?> MaximumWords = Flags.Integer("--max-words", "Longer sentences are left out (30)");
    private static readonly Option<int?> VocabularySize = Flags.Integer("--vocabulary", "Words of the vocabulary, the most frequent ones (20000)");
    private static readonly Option<double?> UnknownShare = Flags.Number("--max-unknown", "Sentences with a larger share of unknown words are left out (0.4)");
    private static readonly Option<double?> TestShare = Flags.Number("--test", "Share of the sentences that is held out (0.1)");
    private static readonly Option<double?> ValidationShare = Flags.Number("--validation", "Share that is held out a second time (0)");
    private static readonly Option<bool> Deduplicate = Flags.Switch("--deduplicate", "Keep one copy of each sentence");
    private static readonly Option<bool> KeepCase = Flags.Switch("--keep-case", "Leave capital letters as they are");
    private static readonly Option<TokenizerKind?> Tokenizer = Flags.Choice(
        "--tokenizer", "How words are found (penn)", ("penn", TokenizerKind.Penn), ("whitespace", TokenizerKind.Whitespace));
    private static readonly (string Code, TextLanguage? Language)[] Languages =
    [
        ("en", TextLanguage.English), ("de", TextLanguage.German), ("es", TextLanguage.Spanish), ("fr", TextLanguage.French),
        ("it", TextLanguage.Italian), ("nl", TextLanguage.Dutch), ("pt", TextLanguage.Portuguese), ("ru", TextLanguage.Russian),
        ("zh", TextLanguage.Chinese), ("ja", TextLanguage.Japanese), ("other", TextLanguage.Other), ("auto", null),
    ];

    private static readonly Option<string?> Language = Flags.Text(
        "--language", "Whose abbreviations tell where sentences end (auto: guessed from the text)", string.Join('|', Languages.Select(l => l.Code)));

    public static RepriseCommand Create() => new(
        "prepare",
        "Makes a corpus of sentences from text files.",
        "reprise prepare books/ --out corpus",
        "reprise prepare reviews.jsonl.gz --column body --min-words 4 --max-words 20 --out corpus",
        "zcat lines.gz | reprise prepare - --format lines --deduplicate --out corpus")
    {
        Body = Run,
        Arguments = { Inputs },
        Options =
        {
            Out, Overwrite, Format, Column, Delimiter, SkipBad, Language, MinimumWords, MaximumWords, VocabularySize, UnknownShare, TestShare,
            ValidationShare, Deduplicate, KeepCase, Tokenizer,
        },
    };

    /// <summary>The flags as the library's options.</summary>
    private static PrepareOptions OptionsOf(ParseResult parse, Session session)
    {
        PrepareOptions defaults = new() { Inputs = parse.GetRequiredValue(Inputs) };
        return defaults with
        {
            Format = parse.GetValue(Format),
            Column = parse.GetValue(Column) ?? defaults.Column,
            Delimiter = parse.GetValue(Delimiter),
            SkipBadRecords = parse.GetValue(SkipBad),
            Text = new TextOptions
            {
                LowerCase = !parse.GetValue(KeepCase),
                Tokenizer = parse.GetValue(Tokenizer) ?? defaults.Text.Tokenizer,
                Language = LanguageOf(parse.GetValue(Language) ?? "auto"),
            },
            MinimumWords = parse.GetValue(MinimumWords) ?? defaults.MinimumWords,
            MaximumWords = parse.GetValue(MaximumWords) ?? defaults.MaximumWords,
            VocabularySize = parse.GetValue(VocabularySize) ?? defaults.VocabularySize,
            MaximumUnknownShare = parse.GetValue(UnknownShare) ?? defaults.MaximumUnknownShare,
            TestShare = parse.GetValue(TestShare) ?? defaults.TestShare,
            ValidationShare = parse.GetValue(ValidationShare) ?? defaults.ValidationShare,
            Deduplicate = parse.GetValue(Deduplicate),
            Threads = session.Threads,
            Overwrite = parse.GetValue(Overwrite),
        };
    }

    private static TextLanguage? LanguageOf(string code)
    {
        foreach ((string known, TextLanguage? language) in Languages)
        {
            if (known == code)
                return language;
        }

        throw new InputException($"--language {code}: expected {string.Join(", ", Languages.Select(l => l.Code))}");
    }

    private static int Run(Session session, ParseResult parse)
    {
        PrepareOptions options = OptionsOf(parse, session);
        string folder = parse.GetRequiredValue(Out);
        CorpusInfo corpus = Build(session, options, folder);
        if (session.Json)
        {
            session.Object(CorpusTable.JsonOf(corpus, folder));
        }
        else
        {
            session.Render(CorpusTable.Of(corpus));
            session.Note($"{folder} is ready; next: {Session.Program} train {Session.Argument(folder)} --out runs/a --objective autogen --m 1");
        }

        return ExitCode.Done;
    }

    /// <summary>Prepares with a bar; also what the demo does.</summary>
    public static CorpusInfo Build(Session session, PrepareOptions options, string folder)
    {
        Stream? input = options.Inputs.Contains("-") ? session.OpenInput() : null;
        List<string> warnings = [];
        try
        {
            using StatusLine counting = StatusLine.OfBytes(session, "reading text");
            Callback<PrepareProgress> progress = new(p => counting.Report(p.BytesDone, p.BytesTotal));
            options = options with { Progress = progress, Warnings = new Callback<string>(warnings.Add) };
            return CorpusBuilder.Build(options with { StandardInput = input }, folder, session.Interrupted);
        }
        finally
        {
            warnings.ForEach(line => session.Note(line.StartsWith(' ') ? line : $"warning: {line}"));
        }
    }

    private static char? ParseDelimiter(ArgumentResult argument)
    {
        string found = argument.Tokens[0].Value;
        if (found is "tab" or "\\t")
            return '\t';
        if (found.Length == 1)
            return found[0];
        argument.AddError($"--delimiter {found}: expected one character, or tab");
        return null;
    }
}
