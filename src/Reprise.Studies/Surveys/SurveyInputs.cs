
namespace Reprise.Studies.Surveys;

/// <summary>The reconstructions that a model made of the inputs.</summary>
/// <param name="Model">The model's name, for the key.</param>
/// <param name="Texts">A reconstruction for each input, in their order.</param>
internal sealed record Reconstructions(string Model, IReadOnlyList<string> Texts);

/// <summary>The sentences that a model generated.</summary>
/// <param name="Model">The model's name, for the key.</param>
internal sealed record GeneratedSentences(string Model, IReadOnlyList<GeneratedSentence> Sentences);

/// <summary>A sentence of a model.</summary>
/// <param name="Text">The text that people read.</param>
/// <param name="Words">The length L by which Table 4 is split.</param>
internal readonly record struct GeneratedSentence(string Text, int Words);
