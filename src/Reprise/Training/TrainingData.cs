using System.Text.Json.Nodes;
using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Training;

/// <summary>The sentences to train on: a prepared corpus, or sentences in memory.</summary>
public sealed record TrainingData
{
    /// <summary>The training sentences; at least one.</summary>
    public required ISentences Train { get; init; }

    /// <summary>Held-out sentences for the end; null or empty for none. Training watches them only where there are no others.</summary>
    public ISentences? Test { get; init; }

    /// <summary>Held-out sentences that training watches, and by which it may choose; null or empty for none.</summary>
    public ISentences? Validation { get; init; }

    /// <summary>The words of the ids.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>The options by which text became words; kept with the model.</summary>
    public TextOptions Text { get; init; } = TextOptions.Foreign;

    /// <summary>The name of the corpus, by which a run refuses to resume on another; null for none.</summary>
    public string? Hash { get; init; }

    /// <summary>True if there are sentences to validate on.</summary>
    internal bool HasValidation => Validation is { Count: > 0 };

    /// <summary>The held-out sentences that training watches; null for none.</summary>
    internal ISentences? Watched => HasValidation ? Validation : Test is { Count: > 0 } ? Test : null;

    /// <summary>The name of their part.</summary>
    internal ReportSplit WatchedSplit => HasValidation ? ReportSplit.Validation : ReportSplit.Test;

    /// <summary>The parts of a corpus, which stays the caller's.</summary>
    public static TrainingData From(Corpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return new()
        {
            Train = corpus.Train,
            Test = corpus.Test,
            Validation = corpus.Validation,
            Vocabulary = corpus.Vocabulary,
            Text = corpus.Info.Text,
            Hash = corpus.Info.Hash,
        };
    }

    /// <summary>
    /// Sentences in memory, without a corpus folder. Vocabulary and held-out sentences are those that <see cref="CorpusBuilder"/> would
    /// choose; sentences of any length are kept, except those without a word.
    /// </summary>
    /// <param name="sentences">One text each, read once.</param>
    /// <param name="text">The treatment that turns text into words; null for the defaults.</param>
    /// <param name="vocabularySize">The most words of the vocabulary without special tokens; from 1, of pieces 256, to 16,000,000.</param>
    /// <param name="testShare">The share of the different sentences held out to test; from 0, below 1.</param>
    /// <param name="validationShare">The share held out to validate; from 0, below 1 with that of the test.</param>
    /// <exception cref="InputException">A sentence is null, or none is left for training.</exception>
    public static TrainingData From(
        IEnumerable<string> sentences, TextOptions? text = null, int vocabularySize = 20_000, double testShare = 0.1,
        double validationShare = 0)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        text ??= new TextOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, text.HasPieces ? ByteCharacters.Count : 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vocabularySize, 16_000_000);
        if (testShare is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, "expected a share from 0, below 1");
        if (validationShare is not >= 0 || testShare + validationShare >= 1)
            throw new ArgumentOutOfRangeException(nameof(validationShare), validationShare, "expected one that leaves some to train on");
        MemoryCorpus corpus = new(sentences, text, vocabularySize, new PartShares(testShare, validationShare));
        return new()
        {
            Train = corpus.Train,
            Test = corpus.Test,
            Validation = corpus.Validation,
            Vocabulary = corpus.Vocabulary,
            Text = text,
        };
    }

    /// <summary>The JSON under <c>"corpus"</c> in config.json.</summary>
    internal JsonObject ToJson() => new()
    {
        ["hash"] = Hash,
        ["trainSentences"] = Train.Count,
        ["testSentences"] = Test?.Count ?? 0,
    };
}
