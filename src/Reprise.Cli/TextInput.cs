using System.CommandLine;
using Reprise.Cli.Rendering;
using Reprise.Text;
using Reprise.Text.Sources;

namespace Reprise.Cli;

/// <summary>A line of the input. Index counts from 0; Text is null for a line without words.</summary>
internal readonly record struct TextLine(long Index, string? Text);

/// <summary>
/// Sentences from arguments, a file or standard input, one a line. Every line is a row of the output. A line without words is refused,
/// or with --allow-empty its row has no result. An error message names the file and the line.
/// </summary>
internal sealed class TextInput
{
    private const int ShortText = SentenceModel.MaximumWords / 3; // characters: a piece has one byte at least, a character up to three
    private const string OneInEveryPlace = "expected a sentence, as every line is a row of the output; remove it, or give --allow-empty";

    private readonly Session _session;
    private readonly IEnumerable<string> _texts;
    private readonly Func<long, string> _placeOf;
    private readonly SentenceCodec _codec;
    private readonly TextOptions _words;
    private readonly bool _allowEmpty;
    private readonly List<(long Place, long Skipped)> _jumps = [];
    private string _name = "arguments";

    private TextInput(Session session, SentenceModel model, bool allowEmpty, IEnumerable<string> texts, Func<long, string> placeOf)
    {
        (_session, _texts, _placeOf, _allowEmpty) = (session, texts, placeOf, allowEmpty);
        _codec = model.Codec;
        _words = model.Text;
    }

    /// <summary>Lines read so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Lines without words among them.</summary>
    public long Empty { get; private set; }

    /// <summary>The switch that accepts lines without words.</summary>
    /// <param name="consequence">The output for such lines.</param>
    public static Option<bool> AllowEmpty(string consequence) =>
        Flags.Switch("--allow-empty", $"Accept lines without words; {consequence}");

    /// <summary>The arguments themselves, or the lines of standard input where there are none or only <c>-</c>.</summary>
    public static TextInput OfArguments(Session session, SentenceModel model, bool allowEmpty, IReadOnlyList<string> texts) =>
        texts is [] or ["-"] ? OfFile(session, model, allowEmpty, "-")
            : new TextInput(session, model, allowEmpty, texts, index => $"argument {index + 1}");

    /// <summary>The lines of a file (gzip is unpacked), or of standard input for <c>-</c>, read on demand.</summary>
    public static TextInput OfFile(Session session, SentenceModel model, bool allowEmpty, string path)
    {
        (Stream stream, string name) = session.OpenOnce(path, "sentences, one a line");
        IEnumerable<string> lines = TextLines.Of(stream, name, session.Note);
        return new TextInput(session, model, allowEmpty, lines, index => $"{name}: line {index + 1}") { _name = name };
    }

    /// <summary>A row for each line, in order: the result of the model, or null for a line without words.</summary>
    /// <param name="model">Returns a result for each text, in order; called at once, and may read ahead.</param>
    public IEnumerable<(TextLine Line, TResult? Result)> Rows<TResult>(Func<IEnumerable<string>, IEnumerable<TResult>> model)
        where TResult : class
    {
        Queue<TextLine> waiting = [];
        IEnumerable<TResult> results = model(WithWords().Select(line =>
        {
            waiting.Enqueue(line);
            return line.Text!;
        }));
        return Rows(results, waiting);
    }

    /// <summary>The lines with words; <see cref="IndexOf"/> returns the line of each afterwards.</summary>
    public IEnumerable<string> Sentences()
    {
        long place = 0, skipped = 0;
        foreach (TextLine line in WithWords())
        {
            if (line.Index - place != skipped)
                _jumps.Add((place, skipped = line.Index - place));
            place++;
            yield return line.Text!;
        }
    }

    /// <summary>The index of the line of a sentence, by the sentence's place in <see cref="Sentences"/>.</summary>
    public long IndexOf(long place)
    {
        int after = _jumps.BinarySearch((place, long.MaxValue));
        return place + (~after == 0 ? 0 : _jumps[~after - 1].Skipped);
    }

    /// <summary>Notes how many lines have no words.</summary>
    public void TellEmpty(string consequence)
    {
        if (Empty > 0)
            _session.Note($"{Format.Count(Empty)} of {Format.Count(Lines)} lines have no words: {consequence}");
    }

    private IEnumerable<(TextLine Line, TResult? Result)> Rows<TResult>(IEnumerable<TResult> results, Queue<TextLine> waiting)
        where TResult : class
    {
        long row = 0;
        foreach (TResult result in results)
        {
            _session.Interrupted.ThrowIfCancellationRequested();
            TextLine line = waiting.Dequeue();
            for (; row < line.Index; row++)
                yield return (new TextLine(row, null), null);
            yield return (line, result);
            row++;
        }

        for (; row < Lines; row++)
        {
            _session.Interrupted.ThrowIfCancellationRequested();
            yield return (new TextLine(row, null), null);
        }
    }

    private IEnumerable<TextLine> WithWords()
    {
        TokenBuffer tokens = new();
        foreach (string text in _texts)
        {
            _session.Interrupted.ThrowIfCancellationRequested();
            long index = Lines++;
            bool isBlank = string.IsNullOrWhiteSpace(text); // to pieces, white space is text
            if (!isBlank)
                Tokenizer.Tokenize(text, _words, tokens);
            int words = isBlank ? 0 : _words.HasPieces && text.Length > ShortText ? _codec.Encode(text).Length : tokens.Count;
            if (words > SentenceModel.MaximumWords)
                throw Refused(index, $"{words} {Most}");
            if (words > 0)
                yield return new TextLine(index, text);
            else if (_allowEmpty)
                Empty++;
            else
                throw Refused(index, $"{Describe(text)}; {OneInEveryPlace}");
        }

        if (Lines == 0)
            throw new InputException($"{_name}: no sentences; expected one a line");
    }

    private string Most => $"{_words.Units}; expected one sentence, of at most {SentenceModel.MaximumWords} {_words.Units}";

    private InputException Refused(long index, string why) => new($"{_placeOf(index)}: {why}");

    private static string Describe(string text)
    {
        const int Shown = 3;
        if (text.Length == 0)
            return "empty";
        string characters = string.Join(' ', text.EnumerateRunes().Take(Shown).Select(rune => $"U+{rune.Value:X4}"));
        return $"no words, only {characters}{(text.EnumerateRunes().Skip(Shown).Any() ? " …" : "")}";
    }
}
