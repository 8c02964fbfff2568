namespace Reprise.Model;

/// <summary>The unit over which free bits are counted.</summary>
public enum FreeBitsPer
{
    /// <summary>Σ_k max(nats, mean kl_k of the batch), k over the dimensions of the code (Kingma et al. 2016).</summary>
    Dimension,

    /// <summary>max(nats, kl) of each sentence (the baseline of Li et al. 2019 and Pelsmaeker &amp; Aziz 2020).</summary>
    Sentence,
}

/// <summary>The part of kl that the objective does not count.</summary>
/// <param name="Nats">Nats a dimension or a sentence; 0 for none.</param>
/// <param name="Per">The unit of the nats.</param>
public readonly record struct FreeBits(double Nats, FreeBitsPer Per);
