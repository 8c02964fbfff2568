using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The weight of the objective that multiplies a part of the loss.</summary>
internal enum LossWeight
{
    /// <summary>None: the part is only reported.</summary>
    None,

    /// <summary><see cref="ObjectiveWeights.Reconstruction"/>.</summary>
    Reconstruction,

    /// <summary><see cref="ObjectiveWeights.Kl"/>.</summary>
    Kl,
}

/// <summary>A part of the loss.</summary>
/// <param name="Name">The name in logs and reports.</param>
/// <param name="Weight">The weight that multiplies it in the objective.</param>
/// <param name="IsReported">False for a part that only the objective counts.</param>
internal readonly record struct LossPart(string Name, LossWeight Weight, bool IsReported = true);

/// <summary>The parts of a model's loss: the decoder's, kl, and kl as the objective counts it where some of it is free.</summary>
internal sealed class LossParts(string reconstruction)
{
    /// <summary>The names of the words' reconstruction loss and of kl in logs and reports.</summary>
    public const string WordsName = "nll", KlName = "kl";

    private const string CountedKlName = "countedKl";

    private readonly LossPart[] _whole = [new(reconstruction, LossWeight.Reconstruction), new(KlName, LossWeight.Kl)];

    private readonly LossPart[] _partlyFree =
    [
        new(reconstruction, LossWeight.Reconstruction), new(KlName, LossWeight.None), new(CountedKlName, LossWeight.Kl, IsReported: false),
    ];

    /// <summary>The parts in the order of the rows of <see cref="Losses{T}"/>.</summary>
    public IReadOnlyList<LossPart> Of(FreeBits free) => free.Nats > 0 ? _partlyFree : _whole;
}

/// <summary>The parts of the loss of each sentence, unweighted, in nats.</summary>
/// <param name="Parts">The names of the rows.</param>
/// <param name="Values_PB">A row for each part, in the batch's order.</param>
internal readonly record struct Losses<T>(IReadOnlyList<LossPart> Parts, Tensor<T> Values_PB)
    where T : unmanaged
{
    /// <summary>-log p(x|z) over the words and EOS, [1, B].</summary>
    public Tensor<T> Nll_B => Values_PB.RowRange(0, 1);

    /// <summary>KL(q(z|x) ‖ N(0, 1)), [1, B]; 0 without a code.</summary>
    public Tensor<T> Kl_B => Values_PB.RowRange(1, 1);

    /// <summary>kl as the objective counts it (<see cref="FreeBits"/>), [1, B].</summary>
    public Tensor<T> CountedKl_B => Values_PB.RowRange(Parts.Count - 1, 1);
}
