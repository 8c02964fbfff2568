using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Reprise.Cli.Rendering;
using Reprise.Formats;
using Reprise.Text;

namespace Reprise.Cli.Commands;

/// <summary>Makes the folder of a corpus from text.</summary>
internal static class PrepareCommand
{
    private static readonly Argument<string[]> Inputs = new("FILES")
    {
        Description = "Files (.gz too), folders, globs in quotes, or - for standard input; links to folders are not followed",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string> Out = new("--out", "-o")
    {
        Description = "Folder of the corpus, new or empty",
        HelpName = "folder",
        Required = true,
    };

    private static readonly Option<bool> Overwrite = Flags.Switch("--overwrite", "Replace the corpus in the folder");
    private static readonly Option<TextFormat?> Format = Flags.Choice(
        "--format", "Format of the files (by name and content)",
        ("lines", TextFormat.Lines), ("prose", TextFormat.Prose), ("json", TextFormat.Json), ("jsonl", TextFormat.Json),
        ("csv", TextFormat.Csv), ("tsv", TextFormat.Tsv), ("xmldoc", TextFormat.XmlDocumentation));
    private static readonly Option<string?> Column = Flags.Text(
        "--column", "Field of json (a.b for a nested one) or column of csv or tsv with the text (text)", "name");
    private static readonly Option<char?> Delimiter = new("--delimiter")
    {
        Description = "Separator of the columns of csv (comma, semicolon or tab, by the header)",
        HelpName = "character|tab",
        CustomParser = ParseDelimiter,
    };

    private static readonly Option<bool> SkipBad = Flags.Switch("--skip-bad", "Skip and count malformed records of json, csv and tsv");
    private static readonly Option<int?> MinimumWords = Flags.Integer("--min-words", "Words, or pieces, of the shortest sentence kept (5)");
    private static readonly Option<int?> MaximumWords = Flags.Integer("--max-words", "Words, or pieces, of the longest sentence kept (30)");
    private static readonly Option<int?> VocabularySize =
        Flags.Integer("--vocabulary", "Words of the vocabulary, the most frequent ones, or pieces (20000)");
    private static readonly Option<double?> UnknownShare =
        Flags.Number("--max-unknown", "Largest share of unknown words in a sentence kept (0.4)");
    private static readonly Option<string[]?> Test =
        PartFlag("--test", "Share of the sentences held out to test, or files that are the test part (0.1)");
    private static readonly Option<string[]?> Validation =
        PartFlag("--validation", "Share of the sentences held out to validate, or files that are that part (0)");
    private static readonly Option<bool> Deduplicate =
        Flags.Switch("--deduplicate", "Keep one copy of each sentence, and none to train on that a given part has");
    private static readonly Option<bool> KeepCase = Flags.Switch("--keep-case", "Keep capital letters");
    private static readonly Option<bool> LowerCase = Flags.Switch("--lower-case", "Make letters lower case, with pieces too");
    private static readonly Option<TokenizerKind?> Tokenizer = Flags.Choice(
        "--tokenizer",
        "Words in Penn Treebank style, or between white space; or pieces of words that suit any language and bring every text back as it "
        + "was (bpe), or characters (penn)",
        ("penn", TokenizerKind.Penn), ("whitespace", TokenizerKind.Whitespace), ("bpe", TokenizerKind.Bpe),
        ("characters", TokenizerKind.Characters));
    private static readonly Option<string?> TokenizerFolder = Flags.Text(
        "--tokenizer-files", "Folder with the merges.txt of another tool, whose pieces are taken instead of learnt (bpe)", "folder");

    private static readonly (string Code, TextLanguage? Language)[] Languages =
    [
        ("en", TextLanguage.English), ("de", TextLanguage.German), ("es", TextLanguage.Spanish), ("fr", TextLanguage.French),
        ("it", TextLanguage.Italian), ("nl", TextLanguage.Dutch), ("pt", TextLanguage.Portuguese), ("ru", TextLanguage.Russian),
        ("zh", TextLanguage.Chinese), ("ja", TextLanguage.Japanese), ("other", TextLanguage.Other), ("auto", null),
    ];

    private static readonly Option<string?> Language = Flags.Text(
        "--language", "Language, for the ends of sentences (auto: guessed from the text)", string.Join('|', Languages.Select(l => l.Code)));

    public static RepriseCommand Create() => new(
        "prepare",
        "Makes a corpus of sentences from text files.",
        "reprise prepare books/ --out corpus",
        "reprise prepare data/train.txt --test data/test.txt --validation data/valid.txt --out corpus",
        "reprise prepare reviews.jsonl.gz --column body --min-words 4 --max-words 20 --out corpus",
        "zcat lines.gz | reprise prepare - --format lines --deduplicate --out corpus")
    {
        Body = Run,
        Arguments = { Inputs },
        Options =
        {
            Out, Overwrite, Format, Column, Delimiter, SkipBad, Language, MinimumWords, MaximumWords, VocabularySize, UnknownShare,
            Test, Validation, Deduplicate, KeepCase, LowerCase, Tokenizer, TokenizerFolder,
        },
    };

    /// <summary>The options of the library by the flags.</summary>
    private static PrepareOptions OptionsOf(ParseResult parse, Session session)
    {
        ILookup<Option?, string> files = FilesOf(parse);
        PrepareOptions defaults = new() { Inputs = [.. files[null]] };
        (double? testShare, string[] testInputs) = PartOf(session, Test, parse, files[Test]);
        (double? validationShare, string[] validationInputs) = PartOf(session, Validation, parse, files[Validation]);
        return defaults with
        {
            Format = parse.GetValue(Format),
            Column = parse.GetValue(Column) ?? defaults.Column,
            Delimiter = parse.GetValue(Delimiter),
            SkipBadRecords = parse.GetValue(SkipBad),
            Text = TextOf(parse),
            MinimumWords = parse.GetValue(MinimumWords) ?? defaults.MinimumWords,
            MaximumWords = parse.GetValue(MaximumWords) ?? defaults.MaximumWords,
            TokenizerFolder = parse.GetValue(TokenizerFolder),
            VocabularySize = parse.GetValue(VocabularySize) ?? defaults.VocabularySize,
            MaximumUnknownShare = parse.GetValue(UnknownShare) ?? defaults.MaximumUnknownShare,
            TestShare = testShare ?? defaults.TestShare,
            TestInputs = testInputs,
            ValidationShare = validationShare ?? defaults.ValidationShare,
            ValidationInputs = validationInputs,
            Deduplicate = parse.GetValue(Deduplicate),
            Threads = session.Threads,
            Overwrite = parse.GetValue(Overwrite),
        };
    }

    private static TextOptions TextOf(ParseResult parse)
    {
        TextOptions text = new() { Language = LanguageOf(parse.GetValue(Language) ?? "auto") };
        if (parse.GetValue(Tokenizer) is { } tokenizer)
            text = text with { Tokenizer = tokenizer };
        if (parse.GetValue(TokenizerFolder) is not null)
        {
            if (parse.GetValue(VocabularySize) is not null)
                throw new InputException("--tokenizer-files and --vocabulary: the files say which pieces there are; leave one out");
            if (parse.GetValue(Tokenizer) is { } other and not TokenizerKind.Bpe)
                throw new InputException($"--tokenizer-files and --tokenizer {Json.NameOf(other)}: expected --tokenizer bpe");
            text = text with { Tokenizer = TokenizerKind.Bpe };
        }

        (bool keep, bool lower) = (parse.GetValue(KeepCase), parse.GetValue(LowerCase));
        if (keep && lower)
            throw new InputException("--keep-case and --lower-case: choose one of the two");
        return keep || lower ? text with { LowerCase = lower } : text;
    }

    private static Option<string[]?> PartFlag(string name, string description) =>
        new(name) { Description = description, HelpName = "share|files" };

    /// <summary>
    /// The FILES by the part that they are of; null is the text to train on. A shell makes several files of <c>--test held/*.txt</c>: all
    /// that follow the first are of its part.
    /// </summary>
    private static ILookup<Option?, string> FilesOf(ParseResult parse)
    {
        HashSet<Token> files = new(parse.GetResult(Inputs)!.Tokens, ReferenceEqualityComparer.Instance); // equal ones may be of other parts
        List<(Option? Part, string Value)> found = [];
        Option? part = null;
        foreach (Token token in parse.Tokens)
        {
            if (token.Type is not TokenType.Argument)
                part = new[] { Test, Validation }.FirstOrDefault(flag => token.Value == flag.Name);
            else if (files.Contains(token))
                found.Add((part, token.Value));
            else if (ShareOf(token.Value) is not null)
                part = null; // one share, and no files
        }

        string after = string.Join(" and ", found.Where(file => file.Part is not null).Select(file => file.Part!.Name).Distinct());
        return found.Any(file => file.Part is null)
            ? found.ToLookup(file => file.Part, file => file.Value)
            : throw new InputException($"no text to train on: the files after {after} are of that part; put the text to train on first");
    }

    /// <summary>The share of a part, or the files that were given as it: a number is a share, anything else names files.</summary>
    /// <param name="more">The files that follow the first.</param>
    private static (double? Share, string[] Inputs) PartOf(
        Session session, Option<string[]?> flag, ParseResult parse, IEnumerable<string> more)
    {
        string[] values = [.. parse.GetValue(flag) ?? [], .. more];
        if (values.FirstOrDefault(value => ShareOf(value) is not null) is not { } number)
            return (null, values);
        if (values.Length > 1)
        {
            string found = string.Join(' ', values.Select(value => $"{flag.Name} {value}"));
            throw new InputException($"{found}: expected one share, or files alone (./{number} for a file of that name)");
        }

        if (File.Exists(number) || Directory.Exists(number))
            session.Note($"{flag.Name} {number} is taken as a share; for the file of that name write ./{number}");
        return (ShareOf(number), []);
    }

    private static double? ShareOf(string value) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) ? share : null;

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
            string train = $"{Session.Program} train {Session.Argument(folder)} --out runs/a --objective autogen --m 1 --minutes 10";
            session.Note($"{folder} is ready; next: {train}");
        }

        return ExitCode.Done;
    }

    /// <summary>Prepares a corpus with a progress bar, for this command and the demo.</summary>
    public static CorpusInfo Build(Session session, PrepareOptions options, string folder)
    {
        bool hasInput = options.Inputs.Concat(options.TestInputs).Concat(options.ValidationInputs).Contains("-");
        Stream? input = hasInput ? session.OpenInput() : null;
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
