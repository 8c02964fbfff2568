namespace Reprise.Training;

/// <summary>What one step measured: sums over its sentences, in nats.</summary>
/// <param name="Step">Steps asked for before it.</param>
/// <param name="Tokens">Words and EOS.</param>
/// <param name="GradientNorm">Of the batch's mean loss, before clipping.</param>
internal readonly record struct StepResult(long Step, int Sentences, int Tokens, double Nll, double Kl, double Objective, double GradientNorm)
{
    public bool IsFinite => double.IsFinite(Objective) && double.IsFinite(GradientNorm);
}
