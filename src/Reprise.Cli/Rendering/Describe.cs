using Reprise.Model;

namespace Reprise.Cli.Rendering;

/// <summary>Short descriptions of options.</summary>
internal static class Describe
{
    public static string Model(ModelOptions model) =>
        $"{Format.Count(model.VocabularySize)} words, embedding {model.EmbeddingSize}, hidden {model.HiddenSize}, code {model.LatentSize}";
}
