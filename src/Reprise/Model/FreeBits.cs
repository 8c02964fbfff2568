namespace Reprise.Model;

/// <summary>What free bits are counted over.</summary>
public enum FreeBitsPer
{
    /// <summary>Σ_k max(nats, mean kl_k of the batch), k over the dimensions of the code (Kingma et al. 2016).</summary>
    Dimension,

    /// <summary>max(nats, kl) of each sentence (as Li et al. 2019 and Pelsmaeker &amp; Aziz 2020 compare with).</summary>
    Sentence,
}

/// <summary>A part of kl that costs nothing: so much of it is given to the code for free.</summary>
/// <param name="Nats">0 for none; a dimension's or a sentence's.</param>
/// <param name="Per">Whose they are.</param>
public readonly record struct FreeBits(double Nats, FreeBitsPer Per);
