using Reprise.Text.Sources;

namespace Reprise.Text.Preparation;

/// <summary>What the first pass finds out about the text.</summary>
internal sealed class TextCounts
{
    public long Read { get; set; }

    public long TooFewWords { get; set; }

    public long TooManyWords { get; set; }

    public long TooLong { get; set; }

    public long BadRecords { get; set; }

    public long TextBytes { get; set; }

    /// <summary>The first of what was left out, in the order of the text.</summary>
    public List<string> Named { get; } = [];
}

/// <summary>
/// The first pass: finds the sentences and words of the text, counts the words of those sentences whose length is right,
/// and puts these sentences by as the numbers that the words have in its own count.
/// </summary>
internal sealed class CountingWorker : PassWorker
{
    private readonly PrepareOptions _options;
    private readonly TextSource _source;
    private readonly TextCounts _totals;
    private readonly WordCounts _words;
    private readonly NumberSpool _spool;
    private readonly TextChunk _chunk = new();
    private readonly ChunkText _text;
    private readonly TokenBuffer _tokens = new();
    private readonly NumberBlock _numbers;
    private long _read;
    private long _tooFew;
    private long _tooMany;

    /// <param name="index">Which of all workers this is, from 0.</param>
    /// <param name="options">With the language of the text.</param>
    /// <param name="guessed">Whether that was guessed.</param>
    public CountingWorker(int index, PrepareOptions options, bool guessed, TextSource source, TextCounts totals, WordCounts words, NumberSpool spool)
    {
        (_options, _source, _totals, _words, _spool) = (options, source, totals, words, spool);
        _text = new ChunkText(options, guessed);
        _numbers = new NumberBlock { Counts = index };
    }

    public override bool Take()
    {
        if (!_source.Next(_chunk))
            return false;
        Position = _source.Position;
        return true;
    }

    public override void Process()
    {
        _words.KeepToBudget();
        _numbers.Begin(_words.Tables - 1, Position);
        _text.ForEachSentence(_chunk, TakeSentence);
    }

    public override void Commit()
    {
        _totals.Read += _read + _chunk.TooLong + _chunk.BadRecords;
        _totals.TooFewWords += _tooFew;
        _totals.TooManyWords += _tooMany;
        _totals.TooLong += _chunk.TooLong;
        _totals.BadRecords += _chunk.BadRecords;
        _totals.Named.AddRange(_chunk.Named.Take(TextChunk.MostNamed - _totals.Named.Count));
        _totals.TextBytes += _chunk.TextBytes;
        (_read, _tooFew, _tooMany) = (0, 0, 0);
        _spool.Append(_numbers);
    }

    private void TakeSentence(ReadOnlySpan<char> sentence)
    {
        Sentences++;
        _read++;
        Tokenizer.Tokenize(sentence, _options.Text, _tokens, _options.MaximumWords);
        if (_tokens.Count < _options.MinimumWords)
            _tooFew++;
        else if (_tokens.Count > _options.MaximumWords)
            _tooMany++;
        else
            _words.AddAll(_tokens, _numbers);
    }
}
