namespace Reprise.Inference;

/// <summary>A sentence decoded from a code.</summary>
/// <param name="LogProbability">log p(words|z) in nats, EOS included unless the sentence was cut at the most words.</param>
public sealed record Hypothesis(string Text, double LogProbability);

/// <summary>A sentence reconstructed from its code.</summary>
/// <param name="Input">The text given.</param>
/// <param name="Output">The best hypothesis.</param>
/// <param name="LogProbability">Of the output given z, in nats.</param>
/// <param name="Nll">-log p(input|z) in nats.</param>
/// <param name="Kl">KL(q(z|input) ‖ N(0, 1)) in nats.</param>
/// <param name="Sample">Number of the draw of z, from 0.</param>
/// <param name="Beams">All hypotheses that ended within the beam, best first.</param>
public sealed record Reconstruction(
    string Input, string Output, double LogProbability, double Nll, double Kl, int Sample, IReadOnlyList<Hypothesis> Beams)
{
    /// <summary>Number of words of the input, EOS not counted.</summary>
    public int Words { get; init; }

    /// <summary>The number of them that the model does not know.</summary>
    public int UnknownWords { get; init; }
}

/// <summary>The probability of a sentence, in nats.</summary>
/// <param name="Nll">-log p(x|z) at the z used.</param>
/// <param name="Kl">KL(q(z|x) ‖ N(0, 1)).</param>
/// <param name="Elbo">-(nll + kl).</param>
/// <param name="Words">Number of words, EOS not counted.</param>
public sealed record SentenceScore(double Nll, double Kl, double Elbo, int Words)
{
    /// <summary>The number of words that the model does not know. All are one word to it, of a small nll whatever they say.</summary>
    public int UnknownWords { get; init; }
}

/// <summary>One code on the path from one sentence to another, decoded.</summary>
/// <param name="Step">From 0, the first sentence's own code.</param>
public sealed record InterpolationStep(int Step, string Text, double LogProbability);

/// <summary>A sentence and the distance of its code from the query's.</summary>
/// <param name="Index">Its place among the sentences searched, from 0.</param>
public sealed record Neighbour(string Text, double Distance, long Index)
{
    /// <summary>Number of words of the sentence, EOS not counted.</summary>
    public int Words { get; init; }

    /// <summary>The number of them that the model does not know: sentences that differ in nothing else have one code.</summary>
    public int UnknownWords { get; init; }
}
