using System.Runtime.CompilerServices;
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

    /// <summary>Words of the sentences whose length is right.</summary>
    public long Words { get; set; }

    /// <summary>Characters of all sentences.</summary>
    public long Characters { get; set; }

    /// <summary>Characters of the sentences with too few or too many words.</summary>
    public long DroppedCharacters { get; set; }

    /// <summary>Characters of scripts that set no spaces between words.</summary>
    public long Unspaced { get; set; }

    /// <summary>Words of the sentences that hold such characters.</summary>
    public long UnspacedWords { get; set; }
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
    private long _goodWords;
    private long _characters;
    private long _dropped;
    private long _unspaced;
    private long _unspacedWords;

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
        _totals.Words += _goodWords;
        _totals.Characters += _characters;
        _totals.DroppedCharacters += _dropped;
        _totals.Unspaced += _unspaced;
        _totals.UnspacedWords += _unspacedWords;
        (_read, _tooFew, _tooMany, _goodWords, _characters, _dropped, _unspaced, _unspacedWords) = (0, 0, 0, 0, 0, 0, 0, 0);
        _spool.Append(_numbers);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeSentence(ReadOnlySpan<char> sentence)
    {
        Sentences++;
        _read++;
        Tokenizer.Tokenize(sentence, _options.Text, _tokens, _options.MaximumWords);
        _characters += sentence.Length;
        if (!_tokens.IsAscii && Unspaced(sentence) is int unspaced and > 0)
        {
            _unspaced += unspaced;
            _unspacedWords += _tokens.Count;
        }

        if (_tokens.Count >= _options.MinimumWords && _tokens.Count <= _options.MaximumWords)
        {
            _goodWords += _tokens.Count;
            _words.AddAll(_tokens, _numbers);
            return;
        }

        _dropped += sentence.Length;
        if (_tokens.Count < _options.MinimumWords)
            _tooFew++;
        else
            _tooMany++;
    }

    /// <summary>Letters of Thai, Lao, Burmese, Khmer, Japanese and Chinese.</summary>
    private static int Unspaced(ReadOnlySpan<char> sentence)
    {
        if (sentence.IndexOfAnyExceptInRange('\0', '\u0DFF') < 0)
            return 0;
        int count = 0;
        foreach (char c in sentence)
            count += c is (>= '\u0E00' and <= '\u109F') or (>= '\u1780' and <= '\u17FF') or (>= '\u3041' and <= '\u9FFF') ? 1 : 0;
        return count;
    }
}
