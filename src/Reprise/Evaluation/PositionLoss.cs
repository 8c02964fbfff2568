namespace Reprise.Evaluation;

/// <summary>
/// nll of the words at some positions of a sentence: the mean over these words, in nats, with the sentence's code and without it (Bosc and
/// Vincent 2020). Where only the first words gain by the code, it holds these and not the sentence.
/// </summary>
/// <param name="Position">"1" for the first word, "5-8" for four positions, "EOS" for the end, by which the code tells the length.</param>
/// <param name="Tokens">Words at these positions, or ends.</param>
/// <param name="Nll">-log p(word | words before, z).</param>
/// <param name="NllWithoutCode">
/// The same under the decoder alone: the mixture of <see cref="EvaluationOptions.PositionDraws"/> codes of the prior, weighted by the words
/// before. Null for a language model.
/// </param>
/// <param name="GainStderr">Standard error of <see cref="Gain"/> over the sentences; null for one sentence and without a gain.</param>
public sealed record PositionLoss(string Position, long Tokens, double Nll, double? NllWithoutCode, double? GainStderr)
{
    /// <summary><see cref="NllWithoutCode"/> - <see cref="Nll"/>: what the code tells of a word, on top of the words before.</summary>
    public double? Gain => NllWithoutCode - Nll;
}
