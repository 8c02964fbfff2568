namespace Reprise.Inference;

/// <summary>A decoded sentence.</summary>
/// <param name="Words">Ids, without EOS.</param>
/// <param name="LogProbability">Sum of the words' log probabilities in nats, EOS included unless the sentence was cut.</param>
internal readonly record struct WordSequence(int[] Words, double LogProbability);
