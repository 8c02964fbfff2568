namespace Reprise.Model;

/// <summary>
/// The weights of an objective at one step: loss = Reconstruction · nll + Kl · kl, the mean over the sentences of a batch. A part of kl
/// may be free.
/// </summary>
/// <param name="Reconstruction">1 + m for AutoGen (Mansbridge et al. 2019, Eq. 10), else 1.</param>
/// <param name="Kl">1 for VAE and AutoGen, beta for a beta-VAE, w(step) where it is annealed.</param>
/// <param name="Free">The part of kl that is not counted; none by default.</param>
public readonly record struct ObjectiveWeights(double Reconstruction, double Kl, FreeBits Free = default)
{
    /// <summary>The ELBO itself (Kingma &amp; Welling 2014).</summary>
    public static ObjectiveWeights Vae => new(1, 1);

    /// <summary>The m of AutoGen with parallel weights.</summary>
    internal double M => (Reconstruction / Kl) - 1;

    /// <summary>The weight of a part of the loss.</summary>
    internal double Of(LossPart part) => part.Weight switch
    {
        LossWeight.Reconstruction => Reconstruction,
        LossWeight.Kl => Kl,
        _ => 0,
    };

    /// <summary>AutoGen: m additional faithful reconstructions beside one generation.</summary>
    public static ObjectiveWeights AutoGen(double m) => new(1 + m, 1);
}
