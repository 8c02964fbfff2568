using System.Text.Json.Nodes;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>What a model is trained on: a prepared corpus, or sentences in memory.</summary>
public sealed record TrainingData
{
    /// <summary>At least one sentence.</summary>
    public required ISentences Train { get; init; }

    /// <summary>Held out for evaluation; may be absent or empty.</summary>
    public ISentences? Test { get; init; }

    /// <summary>The words of the ids.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>How text became words; kept with the model, which understands no other.</summary>
    public TextOptions Text { get; init; } = TextOptions.Foreign;

    /// <summary>Names the corpus, so that a run is not resumed on another; null where there is no name.</summary>
    public string? Hash { get; init; }

    /// <summary>The training and test parts of a corpus, which stays the caller's.</summary>
    public static TrainingData From(Corpus corpus)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        return new()
        {
            Train = corpus.Train,
            Test = corpus.Test,
            Vocabulary = corpus.Vocabulary,
            Text = corpus.Info.Text,
            Hash = corpus.Info.Hash,
        };
    }

    /// <summary>
    /// Sentences in memory, without a corpus folder. Their vocabulary and the ones held out are those that <see cref="CorpusBuilder"/>
    /// would choose; sentences of any length are kept, those without a word are left out.
    /// </summary>
    /// <param name="sentences">One text each, read once.</param>
    /// <param name="text">The treatment that turns text into words; null for the defaults.</param>
    /// <param name="vocabularySize">The most words of the vocabulary, beside the special tokens; from 1 to 16,000,000.</param>
    /// <param name="testShare">The share of the different sentences held out; from 0, below 1.</param>
    /// <exception cref="InputException">A sentence is null, or none is left for training.</exception>
    public static TrainingData From(
        IEnumerable<string> sentences, TextOptions? text = null, int vocabularySize = 20_000, double testShare = 0.1)
    {
        ArgumentNullException.ThrowIfNull(sentences);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(vocabularySize, 16_000_000);
        if (testShare is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(testShare), testShare, "expected a share from 0, below 1");
        text ??= new TextOptions();
        MemoryCorpus corpus = new(sentences, text, vocabularySize, testShare);
        return new() { Train = corpus.Train, Test = corpus.Test, Vocabulary = corpus.Vocabulary, Text = text };
    }

    /// <summary>As it stands under <c>"corpus"</c> in config.json.</summary>
    internal JsonObject ToJson() => new()
    {
        ["hash"] = Hash,
        ["trainSentences"] = Train.Count,
        ["testSentences"] = Test?.Count ?? 0,
    };
}
