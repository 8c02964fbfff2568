using System.Text.Json.Serialization;
using Reprise.Formats;
using Reprise.Text.Preparation;

namespace Reprise.Text;

/// <summary>The format of a text file.</summary>
[JsonConverter(typeof(EnumNames<TextFormat>))]
public enum TextFormat
{
    /// <summary>One sentence a line.</summary>
    [JsonStringEnumMemberName("lines")]
    Lines,

    /// <summary>Paragraphs between empty lines, to be split into sentences.</summary>
    [JsonStringEnumMemberName("prose")]
    Prose,

    /// <summary>
    /// JSON objects with text in one of their fields, or JSON strings: one a line, one after another, or in an array. Texts are split into
    /// sentences.
    /// </summary>
    [JsonStringEnumMemberName("json")]
    Json,

    /// <summary>Records by RFC 4180 with a header line; the text of one column is split into sentences.</summary>
    [JsonStringEnumMemberName("csv")]
    Csv,

    /// <summary>CSV with tabs and without quotes: any character but a tab and a line end is plain text.</summary>
    [JsonStringEnumMemberName("tsv")]
    Tsv,

    /// <summary>XML documentation comments, such as those of every .NET SDK.</summary>
    [JsonStringEnumMemberName("xmldoc")]
    XmlDocumentation,
}

/// <summary>The way in which the format of a file was decided on.</summary>
[JsonConverter(typeof(EnumNames<FormatChoice>))]
public enum FormatChoice
{
    /// <summary>It was given for all files.</summary>
    [JsonStringEnumMemberName("given")]
    Given,

    /// <summary>The file's name says so.</summary>
    [JsonStringEnumMemberName("extension")]
    Extension,

    /// <summary>The text looks like it.</summary>
    [JsonStringEnumMemberName("guessed")]
    Guessed,
}

internal static class TextFormats
{
    /// <summary>The name of a format on the command line.</summary>
    public static string Name(this TextFormat format) => format switch
    {
        TextFormat.XmlDocumentation => "xmldoc",
        _ => format.ToString().ToLowerInvariant(),
    };
}

/// <summary>The inputs and settings of <see cref="CorpusBuilder"/>.</summary>
public sealed record PrepareOptions
{
    internal const string UsualColumn = "text";

    /// <summary>
    /// Files, folders (with all below them, except corpora, runs and links to folders), globs such as <c>books/**/*.txt</c>, or <c>-</c>
    /// for standard input. Each file is read once, under any of its names. The text to train on, from which parts may be held out.
    /// </summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>
    /// Files, folders, globs or <c>-</c> that are the test part, whole. Default: none, the part is a share of <see cref="Inputs"/>. A file
    /// of a given part that lies in a folder of <see cref="Inputs"/> is not read there.
    /// </summary>
    public IReadOnlyList<string> TestInputs { get; init; } = [];

    /// <summary>The same for the validation part.</summary>
    public IReadOnlyList<string> ValidationInputs { get; init; } = [];

    /// <summary>
    /// The format of all files. Null, the default: by extension (.json, .jsonl, .ndjson, .csv, .tsv, .xml). Other files and standard input
    /// are prose if they begin with paragraphs or wrapped lines, and lines if not.
    /// </summary>
    public TextFormat? Format { get; init; }

    /// <summary>
    /// Field or column of the text, for <see cref="TextFormat.Json"/> (where "a.b" is a field within a field),
    /// <see cref="TextFormat.Csv"/> and <see cref="TextFormat.Tsv"/>; an error if no input has such a format. Default "text".
    /// </summary>
    public string Column { get; init; } = UsualColumn;

    /// <summary>
    /// ASCII character between the columns of <see cref="TextFormat.Csv"/>. Null, the default: comma, semicolon or tab, by the header.
    /// </summary>
    public char? Delimiter { get; init; }

    /// <summary>
    /// True to leave out and count records that cannot be read (unsound JSON, more or fewer fields than the header, quotes that do not
    /// match). Default false: the first is an error.
    /// </summary>
    public bool SkipBadRecords { get; init; }

    /// <summary>The treatment that turns text into words. Its language is guessed unless it is given.</summary>
    public TextOptions Text { get; init; } = new();

    /// <summary>
    /// Sentences with fewer words, or pieces where the tokeniser makes pieces, are left out. At least 1; default 5, as in the paper.
    /// </summary>
    public int MinimumWords { get; init; } = 5;

    /// <summary>Sentences with more words, or pieces, are left out. At most 1000; default 30, as in the paper.</summary>
    public int MaximumWords { get; init; } = 30;

    /// <summary>
    /// The most words of the vocabulary, beside the special tokens: the most frequent of the training part. Default 20,000, as in the
    /// paper.
    /// </summary>
    public int VocabularySize { get; init; } = 20_000;

    /// <summary>
    /// A folder with the <c>merges.txt</c> of another tool, or of `reprise tokenizer`, whose pieces are taken as they are; null, the
    /// default, to learn pieces from the training part. For <see cref="TokenizerKind.Bpe"/>.
    /// </summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>Sentences with a larger share of unknown words are left out. From 0 to 1; default 0.4.</summary>
    public double MaximumUnknownShare { get; init; } = 0.4;

    /// <summary>
    /// Share of the different sentences held out for testing; of few sentences it may be none. Default 0.1. Not used where
    /// <see cref="TestInputs"/> give the part.
    /// </summary>
    public double TestShare { get; init; } = 0.1;

    /// <summary>Share held out for validation, likewise. Default 0.</summary>
    public double ValidationShare { get; init; }

    /// <summary>
    /// True to keep only the first of equal sentences of <see cref="Inputs"/>, and none that stands in a given part. Given parts stay
    /// whole. Default false.
    /// </summary>
    public bool Deduplicate { get; init; }

    /// <summary>Threads; 0, the default, for one a processor, at most 16. The corpus does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>True to replace a corpus in the output folder; nothing else is ever replaced. Default false.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Receives the progress now and then, from any of the threads.</summary>
    public IProgress<PrepareProgress>? Progress { get; init; }

    /// <summary>
    /// Receives a line for each warning: text left out, with its first few places, and text that may not have been read as intended.
    /// </summary>
    public IProgress<string>? Warnings { get; init; }

    /// <summary>The stream of the input <c>-</c>; null if no input is <c>-</c>.</summary>
    public Stream? StandardInput { get; init; }

    /// <summary>The shares of <see cref="Inputs"/> that are held out; 0 for a part that is given.</summary>
    internal PartShares Shares => new(TestInputs.Count > 0 ? 0 : TestShare, ValidationInputs.Count > 0 ? 0 : ValidationShare);

    /// <summary>The inputs of a given part; none of a share.</summary>
    internal IReadOnlyList<string> InputsOf(Part part) => part switch
    {
        Part.Test => TestInputs,
        Part.Validation => ValidationInputs,
        _ => [],
    };

    /// <summary>The errors in these options, one line each.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (Inputs is null || TestInputs is null || ValidationInputs is null || Column is null || Text is null
            || Inputs.Contains(null!) || TestInputs.Contains(null!) || ValidationInputs.Contains(null!))
            return ["an input, the column or the treatment of text is null; expected a value"];
        if (Inputs.Count == 0)
            problems.Add("no input: expected files, folders, globs or - for standard input");
        if (Delimiter is '"' or '\r' or '\n' or '\0' or > '~')
            problems.Add($"delimiter U+{(int)Delimiter:X4}: expected an ASCII character that is no quote and ends no line");
        if (MinimumWords < 1 || MinimumWords > MaximumWords || MaximumWords > 1000)
            problems.Add($"sentences of {MinimumWords} to {MaximumWords} words: expected 1 <= minimum <= maximum <= 1000");
        if (TokenizerFolder is not null && Text.Tokenizer != TokenizerKind.Bpe)
            problems.Add($"a tokenizer's folder is given, and words are {Text.Tokenizer}; expected {TokenizerKind.Bpe}");
        if (TokenizerFolder is null && Text.HasPieces && VocabularySize < ByteCharacters.Count)
            problems.Add($"vocabulary size {VocabularySize}: expected {ByteCharacters.Count} or more, a piece for each byte");
        if (VocabularySize is < 1 or > 16_000_000)
            problems.Add($"vocabulary size {VocabularySize}: expected 1 to 16,000,000");
        if (!(MaximumUnknownShare is >= 0 and <= 1))
            problems.Add($"maximum share of unknown words {MaximumUnknownShare}: expected 0 to 1");
        if (!(Shares is { Test: >= 0, Validation: >= 0 } shares && shares.Test + shares.Validation < 1))
            problems.Add($"test share {TestShare} and validation share {ValidationShare}: expected 0 or more, together less than 1");
        if (Threads is < 0 or > 1024)
            problems.Add($"{Threads} threads: expected 0 to 1024");
        return problems;
    }
}

/// <summary>The progress of <see cref="CorpusBuilder"/>.</summary>
/// <param name="Pass">From 1: words are counted; where a part is a share, it is chosen; sentences are encoded.</param>
/// <param name="BytesDone">Bytes of the input files read by all passes together, before decompression.</param>
/// <param name="BytesTotal">Bytes of all passes at the end.</param>
/// <param name="Sentences">Sentences read in this pass.</param>
public readonly record struct PrepareProgress(int Pass, long BytesDone, long BytesTotal, long Sentences);
