using Reprise.Model;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>A named choice of sizes, training options and the KL annealing of the baseline.</summary>
/// <param name="Words">Words of the vocabulary, without the three special ones.</param>
/// <param name="Training">Training options; they lack an end (steps, epochs or minutes).</param>
/// <param name="AnnealingSteps">Steps of the linear KL annealing that serves as a baseline.</param>
/// <param name="StudySteps">Steps of every run of a study that is given no other number.</param>
/// <param name="Template">Model options but for the vocabulary's size.</param>
public sealed record Preset(string Name, int Words, ModelOptions Template, TrainingOptions Training, long AnnealingSteps, long StudySteps)
{
    /// <summary>The model options for a vocabulary of this many ids, special ones included.</summary>
    public ModelOptions Model(int vocabularySize) => Template with { VocabularySize = vocabularySize };
}

/// <summary>The presets by name. Every field can be overridden by <c>with</c>.</summary>
public static class Presets
{
    /// <summary>The settings of the paper (Mansbridge et al. 2019, section 3) and, where it is silent, of its authors' code.</summary>
    public static Preset Paper { get; } = new(
        "paper",
        20000,
        new ModelOptions
        {
            VocabularySize = 20000 + Vocabulary.SpecialTokens,
            EmbeddingSize = 300,
            HiddenSize = 500,
            LatentSize = 50,
            TieEmbeddings = true,
            PosteriorLayers = 2,
            LatentInput = LatentInput.FirstToken,
        },
        new TrainingOptions { BatchSize = 200, LearningRate = 1e-4, ClipNorm = null, WordDropRate = 0.3, ReportEvery = 10 },
        100000,
        1000000); // where the curves of the paper's Fig. 2 end

    /// <summary>The paper's sizes with settings that make training faster and z harder to ignore.</summary>
    public static Preset Standard { get; } = new(
        "standard",
        20000,
        new ModelOptions
        {
            VocabularySize = 20000 + Vocabulary.SpecialTokens,
            EmbeddingSize = 300,
            HiddenSize = 500,
            LatentSize = 50,
            TieEmbeddings = true,
            PosteriorLayers = 0,
            LatentInput = LatentInput.EveryStepAndSoftmax,
            BidirectionalEncoder = true,
        },
        new TrainingOptions { BatchSize = 128, LearningRate = 1e-3, Decay = 0.3, ClipNorm = 5, WordDropRate = 0, ReportEvery = 10 },
        10000,
        50000);

    /// <summary>The model of the demo, trained in minutes on two cores.</summary>
    public static Preset Small { get; } = new(
        "small",
        8000,
        new ModelOptions
        {
            VocabularySize = 8000 + Vocabulary.SpecialTokens,
            EmbeddingSize = 128,
            HiddenSize = 256,
            LatentSize = 32,
            TieEmbeddings = true,
            PosteriorLayers = 0,
            LatentInput = LatentInput.EveryStepAndSoftmax,
            BidirectionalEncoder = true,
        },
        new TrainingOptions { BatchSize = 32, LearningRate = 3e-3, Decay = 0.3, ClipNorm = 5, WordDropRate = 0 },
        2000,
        15000);

    /// <summary>All presets.</summary>
    public static IReadOnlyList<Preset> All { get; } = [Paper, Standard, Small];

    /// <summary>The preset of this name.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static Preset Named(string name) => All.FirstOrDefault(p => p.Name == name)
        ?? throw new InputException($"preset \"{name}\" is unknown; expected {string.Join(", ", All.Select(p => p.Name))}");
}
