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

    /// <summary>As it stands under <c>"corpus"</c> in config.json.</summary>
    internal JsonObject ToJson() => new()
    {
        ["hash"] = Hash,
        ["trainSentences"] = Train.Count,
        ["testSentences"] = Test?.Count ?? 0,
    };
}
