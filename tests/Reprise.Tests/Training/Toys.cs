using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>Small models and made-up sentences.</summary>
internal static class Toys
{
    public const int Words = 20;

    public static Vocabulary Vocabulary { get; } = new(Enumerable.Range(0, Words - Vocabulary.SpecialTokens).Select(i => $"word{i}"));

    public static ModelOptions Model { get; } = new()
    {
        VocabularySize = Words,
        EmbeddingSize = 9,
        HiddenSize = 13,
        LatentSize = 4,
    };

    /// <summary>Everything that makes randomness and partial batches matter: 37 sentences in batches of 8.</summary>
    public static TrainingOptions Options { get; } = new()
    {
        Steps = 12,
        BatchSize = 8,
        PoolBatches = 3,
        Seed = 7,
        LearningRate = 0.01,
        ClipNorm = 1,
        WordDropRate = 0.3,
        ReportEvery = 3,
        EvaluateEvery = 4,
        EvaluationSentences = 5,
        CheckpointMinutes = 0,
    };

    public static TrainingData Data { get; } = new()
    {
        Train = Sentences(37, 1),
        Test = Sentences(9, 2),
        Vocabulary = Vocabulary,
        Text = new TextOptions(),
        Hash = "a-made-up-corpus",
    };

    /// <summary>The same with sentences to validate on.</summary>
    public static TrainingData Validated { get; } = Data with { Validation = Sentences(11, 5), Hash = "a-corpus-with-validation" };

    /// <summary>Sentences of 1 to 7 words, the same for the same seed.</summary>
    public static SentenceList Sentences(int count, ulong seed)
    {
        SentenceList sentences = new();
        Span<float> uniform = stackalloc float[8];
        int[] words = new int[7];
        for (int i = 0; i < count; i++)
        {
            Philox.Uniform(uniform, seed, RandomUse.Sampling, 0, i);
            int length = 1 + (int)(7 * uniform[7]);
            for (int t = 0; t < length; t++)
                words[t] = Vocabulary.SpecialTokens + (int)((Words - Vocabulary.SpecialTokens) * uniform[t]);
            sentences.Add(words.AsSpan(0, length));
        }

        return sentences;
    }

    /// <summary>Writes such sentences as text and prepares a corpus of them.</summary>
    /// <returns>The corpus's folder.</returns>
    public static string MakeCorpus(TempFolder temp, int sentences)
    {
        SentenceList list = Sentences(sentences, 3);
        int[] words = new int[7];
        using (StreamWriter writer = new(temp["text.txt"]))
        {
            for (int i = 0; i < list.Count; i++)
                writer.WriteLine(string.Join(' ', words.Take(list.Read(i, words)).Select(word => Vocabulary[word])));
        }

        CorpusBuilder.Build(
            new PrepareOptions { Inputs = [temp["text.txt"]], Format = TextFormat.Lines, MinimumWords = 2 }, temp["corpus"],
            TestContext.Current.CancellationToken);
        return temp["corpus"];
    }
}

/// <summary>Calls an action for every report, on the training thread.</summary>
internal sealed class Listener(Action<TrainingReport> action) : IProgress<TrainingReport>
{
    public void Report(TrainingReport value) => action(value);
}

/// <summary>Time that passes only on request.</summary>
internal sealed class ManualClock(TimeSpan? perQuestion = null) : TimeProvider
{
    private TimeSpan _now = TimeSpan.FromDays(1);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (_now += perQuestion ?? TimeSpan.Zero).Ticks;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _now;
}

/// <summary>The properties that distinguish the models of the field: objective, order of updates, and code or none.</summary>
public sealed record Recipe(string Name, Objective Objective, UpdateOrder Updates = UpdateOrder.Joint, bool HasCode = true)
{
    public static Recipe AutoGen { get; } = new("AutoGen", Objective.AutoGen(1));

    public static Recipe Cyclical { get; } = new("annealed in cycles", Objective.Annealed(AnnealingCurve.Cyclical, 10));

    public static Recipe FreeBits { get; } = new("free bits a dimension", Objective.FreeBits(0.01));

    public static Recipe FreeBitsPerSentence { get; } = new("free bits a sentence", Objective.FreeBits(0.05, FreeBitsPer.Sentence));

    public static Recipe Aggressive { get; } = new("aggressive encoder", Objective.Vae, UpdateOrder.AggressiveEncoder);

    public static Recipe AggressiveAutoGen { get; } = new(
        "AutoGen, aggressive encoder", Objective.AutoGen(1), UpdateOrder.AggressiveEncoder);

    public static Recipe LanguageModel { get; } = new("language model", Objective.Vae, HasCode: false);

    /// <summary>An encoder of two directions and layers, a decoder of two, and all that can be dropped.</summary>
    public static Recipe Deep { get; } = new("deep and dropped", Objective.AutoGen(1)) { IsDeep = true };

    /// <summary>An untied model whose decoder begins anew after seven steps.</summary>
    public static Recipe AutoencoderStart { get; } = new("autoencoder start", Objective.FreeBits(0.01)) { StartsAsAutoencoder = true };

    /// <summary>Normalised means and averaged weights, in batches of which one has a single sentence.</summary>
    public static Recipe Normalized { get; } = new("normalised means", Objective.Vae) { IsNormalized = true };

    public bool IsDeep { get; private init; }

    public bool IsNormalized { get; private init; }

    public bool StartsAsAutoencoder { get; private init; }

    public ModelOptions Model => !HasCode ? Toys.Model.WithoutCode()
        : StartsAsAutoencoder ? Toys.Model with { TieEmbeddings = false }
        : IsNormalized ? Toys.Model with { MeanNormalization = 0.6 }
        : !IsDeep ? Toys.Model : Toys.Model with
        {
            EncoderLayers = 2,
            BidirectionalEncoder = true,
            EncoderPooling = EncoderPooling.Max,
            DecoderLayers = 2,
        };

    public TrainingOptions Options => StartsAsAutoencoder
        ? Toys.Options with { Objective = Objective, AutoencoderSteps = 7, KlWarmUpSteps = 3, AverageDecay = 0.9 }
        : IsNormalized ? Toys.Options with { Objective = Objective, AverageDecay = 0.9, BatchSize = 9 } // 37 sentences
        : !IsDeep ? Toys.Options with { Objective = Objective, Updates = Updates } : Toys.Options with
        {
            Objective = Objective,
            EncoderWordDropRate = 0.2,
            EmbeddingDropout = 0.3,
            OutputDropout = 0.4,
            CodeDropout = 0.1,
            VariationalDropout = true,
        };

    public override string ToString() => Name;
}
