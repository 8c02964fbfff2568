using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Studies.Reports;

/// <summary>
/// The claims that a study tests, with their margins. They stand in study.json from its first start, before anything is trained, and cannot
/// be changed later.
/// </summary>
public sealed record ClaimOptions
{
    internal const string ShareRises = "kl-share-rises";
    internal const string ElboTracks = "elbo-tracks";
    internal const string OnlyElboOfTwoFalls = "elbo-falls-at-m2-only";
    internal const string AnnealedReconstructsBetter = "annealed-reconstructs-better-than-vae";
    internal const string OneReconstructsBetter = "m1-reconstructs-better-than-annealed";
    internal const string TwoReconstructsBetter = "m2-reconstructs-better-than-m1";
    internal const string TwoGeneratesWorse = "m2-generates-worse-than-m1";
    internal const string AnnealedGeneratesBetter = "annealed-generates-better-at-short-equal-at-long";
    internal const string OneInterpolatesMoreSmoothly = "m1-interpolates-more-smoothly-than-annealed";

    /// <summary>The ending of a claim on sentences that were decoded by beam search, as in the paper, or word by word by drawing.</summary>
    internal const string Searched = "-searched", Drawn = "-drawn";

    /// <summary>Every claim by name, in the order of reports.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        ShareRises, ElboTracks, OnlyElboOfTwoFalls, AnnealedReconstructsBetter, OneReconstructsBetter, TwoReconstructsBetter,
        TwoGeneratesWorse + Searched, TwoGeneratesWorse + Drawn, AnnealedGeneratesBetter + Searched, AnnealedGeneratesBetter + Drawn,
        OneInterpolatesMoreSmoothly,
    ];

    /// <summary>The claims of the list, by name. Default: <see cref="All"/>.</summary>
    public IReadOnlyList<string> List { get; init; } = All;

    /// <summary>
    /// The probability, at most, that one claim or more of the list is decided wrongly; above 0, below 1. Default 0.05.
    /// </summary>
    public double Significance { get; init; } = 0.05;

    /// <summary>The most that counts as the same perplexity a token, as a share of it; above 0. Default 0.02.</summary>
    public double PerplexityMargin { get; init; } = 0.02;

    /// <summary>The most that counts as the same share of natural sentences, as a difference; above 0, below 1. Default 0.05.</summary>
    public double NaturalMargin { get; init; } = 0.05;

    /// <summary>True where the study's file had no list when training began: an earlier version wrote it.</summary>
    public bool SetAfterTraining { get; init; }

    /// <summary>True for the same list, margins and significance.</summary>
    public bool Equals(ClaimOptions? other) => other is not null && List.SequenceEqual(other.List)
        && (Significance, PerplexityMargin, NaturalMargin, SetAfterTraining)
        == (other.Significance, other.PerplexityMargin, other.NaturalMargin, other.SetAfterTraining);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(List.Count, Significance, PerplexityMargin, NaturalMargin, SetAfterTraining);

    /// <summary>Every problem of these options, a sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        for (int i = 0; i < List.Count; i++)
        {
            if (!All.Contains(List[i]))
                yield return $"claims.list[{i}] is \"{Quote.Of(List[i] ?? "null")}\"; expected one of {string.Join(", ", All)}";
        }

        if (List.Distinct().Count() != List.Count)
            yield return "claims.list has a claim twice";
        foreach ((string name, double value, double most) in new[]
        {
            ("significance", Significance, 1), ("perplexityMargin", PerplexityMargin, double.PositiveInfinity),
            ("naturalMargin", NaturalMargin, 1),
        })
        {
            if (!(value > 0 && value < most))
                yield return FormattableString.Invariant($"claims.{name} is {value}; expected a number above 0")
                    + (double.IsFinite(most) ? FormattableString.Invariant($" and below {most}") : "");
        }
    }
}

/// <summary>Generated code for the part "claims" of study.json.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClaimOptions))]
internal sealed partial class ClaimJson : JsonSerializerContext
{
    public static ClaimJson Types { get; } = new(Json.Options());
}
