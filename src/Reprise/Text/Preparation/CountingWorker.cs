using System.Runtime.CompilerServices;
using Reprise.Text.Sources;

namespace Reprise.Text.Preparation;

/// <summary>
/// Pass 1: splits and tokenises the text, counts the words of the sentences whose length is right, those of given parts left out, and
/// stores these sentences in provisional ids.
/// </summary>
internal sealed class CountingWorker : PipelineWorker
{
    private readonly PrepareOptions _options;
    private readonly int _minimum; // of pieces, whose number is not known yet, the least that a sentence has
    private readonly TextSource _source;
    private readonly TextCounts _totals;
    private readonly WordCounter _counter;
    private readonly ProvisionalFile _sentences;
    private readonly TextChunk _chunk = new();
    private readonly ChunkText _text;
    private readonly TokenBuffer _tokens = new();
    private readonly ProvisionalBlock _block;
    private long _read;
    private long _tooFew;
    private long _tooMany;
    private long _goodWords;
    private long _characters;
    private long _dropped;
    private long _unspaced;
    private long _unspacedWords;

    /// <param name="index">Index of the worker and its counter, from 0.</param>
    /// <param name="options">With the language of the text.</param>
    /// <param name="guessed">True if the language was guessed.</param>
    public CountingWorker(
        int index,
        PrepareOptions options,
        bool guessed,
        TextSource source,
        TextCounts totals,
        WordCounter counter,
        ProvisionalFile sentences)
    {
        (_options, _source, _totals, _counter, _sentences) = (options, source, totals, counter, sentences);
        _minimum = options.Text.HasPieces ? 1 : options.MinimumWords;
        _text = new ChunkText(options, guessed);
        _block = new ProvisionalBlock { Counter = index };
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
        _counter.KeepToBudget();
        _block.Begin(_counter.Runs - 1, Position, _chunk.File.Given);
        _text.ForEachSentence(_chunk, TakeSentence);
    }

    public override void Commit()
    {
        long read = _read + _chunk.TooLong + _chunk.BadRecords;
        _totals.Read += read;
        if (_chunk.File.Given is { } given)
            _totals.Given[(int)given] += read;
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
        _sentences.Append(_block);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TakeSentence(ReadOnlySpan<char> sentence)
    {
        Sentences++;
        _read++;
        Tokenizer.Tokenize(sentence, _options.Text, _tokens, _options.MaximumWords);
        _characters += sentence.Length;
        if (!_tokens.IsAscii && !_options.Text.HasPieces && Unspaced(sentence) is int unspaced and > 0)
        {
            _unspaced += unspaced;
            _unspacedWords += _tokens.Count;
        }

        if (_tokens.Count >= _minimum && _tokens.Count <= _options.MaximumWords)
        {
            _goodWords += _block.Given is null ? _tokens.Count : 0;
            _counter.AddAll(_tokens, _block);
            return;
        }

        _dropped += sentence.Length;
        if (_tokens.Count < _minimum)
            _tooFew++;
        else
            _tooMany++;
    }

    /// <summary>Counts letters of scripts without spaces.</summary>
    private static int Unspaced(ReadOnlySpan<char> sentence)
    {
        if (sentence.IndexOfAnyExceptInRange('\0', '\u0DFF') < 0)
            return 0;
        int count = 0;
        foreach (char c in sentence)
            count += Characters.IsUnspaced(c) ? 1 : 0;
        return count;
    }
}
