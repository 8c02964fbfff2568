using System.Text.Json.Nodes;

namespace Reprise.Checkpoints;

/// <summary>
/// Objectives of the first formats of config.json and study.json, in which the order of updates and a model without a code were kinds of
/// an objective.
/// </summary>
internal static class FormerObjectives
{
    /// <summary>The VAE, with an encoder that is updated more often (He et al. 2019).</summary>
    public const string Aggressive = "aggressive";

    /// <summary>-log p(x) of a model without a code.</summary>
    public const string LanguageModel = "language-model";

    /// <summary>Replaces a former kind of an objective by its present one.</summary>
    /// <returns>The former kind; null for a present one.</returns>
    public static string? Upgrade(JsonObject? objective)
    {
        if (objective?["kind"] is not JsonValue kind || !kind.TryGetValue(out string? name) || name is not (Aggressive or LanguageModel))
            return null;
        objective["kind"] = "vae";
        return name;
    }
}
