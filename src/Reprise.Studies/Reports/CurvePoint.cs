namespace Reprise.Studies.Reports;

/// <summary>A point of a training curve. Losses are in nats a sentence.</summary>
/// <param name="Step">Optimiser steps finished.</param>
/// <param name="Nll">-log p(x|z).</param>
/// <param name="Kl">KL(q(z|x) ‖ p(z)).</param>
/// <param name="Elbo">-(nll + kl).</param>
/// <param name="KlShare">kl / ((1 + m) nll + kl), between 0 and 1.</param>
/// <param name="Tokens">Words and EOS a sentence; not a number where they are unknown.</param>
internal readonly record struct CurvePoint(double Step, double Nll, double Kl, double Elbo, double KlShare, double Tokens = double.NaN)
{
    /// <summary>The ELBO in nats a token.</summary>
    public double ElboPerToken => Elbo / Tokens;
}
