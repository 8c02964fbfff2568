using System.Runtime.CompilerServices;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Training;

/// <summary>The measures of one step: sums over its sentences, in nats.</summary>
/// <param name="Step">Steps before it.</param>
/// <param name="Tokens">Words and EOS.</param>
/// <param name="Parts">The names of the loss's parts.</param>
/// <param name="Losses">Their sums.</param>
/// <param name="Objective">The sum of the parts by the objective's weights.</param>
/// <param name="GradientNorm">The norm of the gradient of the batch's mean loss, before clipping.</param>
internal readonly record struct StepResult(
    long Step, int Sentences, int Tokens, IReadOnlyList<LossPart> Parts, PartSums Losses, double Objective, double GradientNorm)
{
    public bool IsFinite => double.IsFinite(Objective) && double.IsFinite(GradientNorm);
}

/// <summary>A number for each part of the loss.</summary>
[InlineArray(Measured.MostParts)]
internal struct PartSums : IEquatable<PartSums>
{
    private double _first;

    public readonly bool Equals(PartSums other) => ((ReadOnlySpan<double>)this).SequenceEqual(other);

    public override readonly bool Equals(object? obj) => obj is PartSums other && Equals(other);

    public override readonly int GetHashCode() => this[0].GetHashCode();
}
