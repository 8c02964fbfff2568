namespace Reprise.Evaluation;

/// <summary>
/// The mean over all sentences of a quantity that is known for some of them only, with the help of another, its control,
/// that is known for all: mean of the control over all + mean of (quantity - control) over some. Exact on average, and far
/// less noisy than the mean over some alone, because long sentences are improbable in both. Where the quantity is known for
/// all, its plain mean: a control, being drawn too, would only add noise.
/// </summary>
internal struct ControlledMean
{
    private RunningMoments _controlOfAll, _control, _quantity, _difference;

    /// <summary>Sentences of known quantity.</summary>
    public readonly long Count => _difference.Count;

    public readonly double Mean => IsKnownOfAll ? _quantity.Mean : _controlOfAll.Mean + _difference.Mean;

    /// <summary>
    /// Of <see cref="Mean"/>: √(var(difference) / n + var(control) / N + 2 cov(control, difference) / N), n being some and N all.
    /// </summary>
    public readonly double StandardError
    {
        get
        {
            if (IsKnownOfAll)
                return _quantity.StandardError;
            double covariance = (_quantity.Variance - _difference.Variance - _control.Variance) / 2;
            double variance = (_difference.Variance / _difference.Count) + ((_controlOfAll.Variance + (2 * covariance)) / _controlOfAll.Count);
            return Math.Sqrt(Math.Max(0, variance));
        }
    }

    private readonly bool IsKnownOfAll => _quantity.Count == _controlOfAll.Count;

    /// <summary>A sentence's control.</summary>
    public void Add(double control) => _controlOfAll.Add(control);

    /// <summary>In addition, where it is known, a sentence's quantity with a control of the same expectation.</summary>
    public void AddKnown(double quantity, double control)
    {
        _quantity.Add(quantity);
        _control.Add(control);
        _difference.Add(quantity - control);
    }
}
