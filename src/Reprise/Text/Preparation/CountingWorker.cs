namespace Reprise.Text.Preparation;

/// <summary>What the first pass finds out about the text.</summary>
internal sealed class TextCounts
{
    public long Read { get; set; }

    public long TooFewWords { get; set; }

    public long TooManyWords { get; set; }

    public long TooLong { get; set; }

    public long TextBytes { get; set; }
}

/// <summary>The first pass: counts the words of all sentences whose length is right.</summary>
internal sealed class CountingWorker(PrepareOptions options, TextCounts totals, WordCounts words) : PassWorker(options)
{
    private readonly PrepareOptions _options = options;
    private long _read;
    private long _tooFew;
    private long _tooMany;

    public override void Commit()
    {
        totals.Read += _read + Chunk.TooLong;
        totals.TooFewWords += _tooFew;
        totals.TooManyWords += _tooMany;
        totals.TooLong += Chunk.TooLong;
        totals.TextBytes += Chunk.TextBytes;
        (_read, _tooFew, _tooMany) = (0, 0, 0);
    }

    protected override void TakeWords()
    {
        _read++;
        if (Tokens.Count < _options.MinimumWords)
        {
            _tooFew++;
        }
        else if (Tokens.Count > _options.MaximumWords)
        {
            _tooMany++;
        }
        else
        {
            words.AddAll(Tokens);
        }
    }
}
