using Reprise.Text.Sources;

namespace Reprise.Text.Preparation;

/// <summary>What one thread does with the sentences of a chunk. It shares nothing until <see cref="Commit"/>.</summary>
internal abstract class PassWorker
{
    private readonly PrepareOptions _options;
    private readonly ChunkText _text;

    protected PassWorker(PrepareOptions options)
    {
        _options = options;
        _text = new ChunkText(options.Column);
    }

    public TextChunk Chunk { get; } = new();

    /// <summary>Sentences of this worker so far.</summary>
    public long Sentences { get; private set; }

    protected TokenBuffer Tokens { get; } = new();

    /// <summary>Finds the sentences and words of the chunk. Runs beside other workers.</summary>
    public void Process() => _text.ForEachSentence(Chunk, Take);

    /// <summary>Hands over what the chunk gave. Called in the order of the chunks, never twice at a time.</summary>
    public abstract void Commit();

    /// <summary>A sentence whose words are in <see cref="Tokens"/>; where they are too many, not all of them.</summary>
    protected abstract void TakeWords();

    private void Take(ReadOnlySpan<char> sentence)
    {
        Sentences++;
        Tokenizer.Tokenize(sentence, _options.Text, Tokens, _options.MaximumWords);
        TakeWords();
    }
}
