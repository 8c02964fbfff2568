namespace Reprise.Inference;

/// <summary>A sentence decoded from a code.</summary>
/// <param name="LogProbability">log p(words|z) in nats, EOS included unless the sentence was cut at the maximum of words.</param>
public sealed record Hypothesis(string Text, double LogProbability);

/// <summary>A sentence reconstructed from its code.</summary>
/// <param name="Input">The text given.</param>
/// <param name="Output">The best hypothesis.</param>
/// <param name="LogProbability">log p(output|z) in nats.</param>
/// <param name="Nll">-log p(input|z) in nats.</param>
/// <param name="Kl">KL(q(z|input) ‖ N(0, 1)) in nats.</param>
/// <param name="Sample">Number of the draw of z, from 0.</param>
/// <param name="Beams">All hypotheses that ended within the beam, best first.</param>
public sealed record Reconstruction(
    string Input, string Output, double LogProbability, double Nll, double Kl, int Sample, IReadOnlyList<Hypothesis> Beams)
{
    /// <summary>Number of words of the input, EOS not counted.</summary>
    public int Words { get; init; }

    /// <summary>Number of words that the vocabulary lacks.</summary>
    public int UnknownWords { get; init; }
}

/// <summary>The probability of a sentence, in nats.</summary>
/// <param name="Nll">-log p(x|z) at the z used.</param>
/// <param name="Kl">KL(q(z|x) ‖ N(0, 1)).</param>
/// <param name="Elbo">-(nll + kl).</param>
/// <param name="Words">Number of words, EOS not counted.</param>
public sealed record SentenceScore(double Nll, double Kl, double Elbo, int Words)
{
    /// <summary>Number of words that the vocabulary lacks. Each counts as UNK, whose nll is small.</summary>
    public int UnknownWords { get; init; }
}

/// <summary>One code on the path from one sentence to another, decoded.</summary>
/// <param name="Step">Number of the step; 0 is the first sentence's own code.</param>
public sealed record InterpolationStep(int Step, string Text, double LogProbability);

/// <summary>Another way to say a sentence.</summary>
/// <param name="Distance">Euclidean distance of its code from that of the sentence.</param>
/// <param name="LogProbability">log p(text|code) in nats.</param>
/// <param name="Code">[Z]. The nearest of the drawn codes that gave this sentence.</param>
public sealed record Variation(string Text, double Distance, double LogProbability, float[] Code);

/// <summary>A sentence and the distance of its code from the query's.</summary>
/// <param name="Index">The sentence's place among those searched, from 0.</param>
public sealed record Neighbour(string Text, double Distance, long Index)
{
    /// <summary>Number of words of the sentence, EOS not counted.</summary>
    public int Words { get; init; }

    /// <summary>Number of words that the vocabulary lacks. Sentences that differ only in these have the same code.</summary>
    public int UnknownWords { get; init; }
}
