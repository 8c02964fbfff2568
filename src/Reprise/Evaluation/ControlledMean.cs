namespace Reprise.Evaluation;

/// <summary>
/// The mean over all sentences of a quantity that is known for some of them, by a control variate that is known for all: mean of the
/// control over all + mean of (quantity - control) over some. Unbiased, and of far lower variance than the mean over some alone, because
/// both depend on the sentence's length. The plain mean where the quantity is known for all: the control, drawn too, would only add noise.
/// </summary>
internal struct ControlledMean
{
    private RunningMoments _controlOfAll, _control, _quantity, _difference;

    /// <summary>Sentences of known quantity.</summary>
    public readonly long Count => _difference.Count;

    public readonly double Mean => IsKnownOfAll ? _quantity.Mean : _controlOfAll.Mean + _difference.Mean;

    /// <summary>
    /// Standard error of <see cref="Mean"/>, for n sentences of N:
    /// √(var(difference) / n + var(control) / N + 2 cov(control, difference) / N).
    /// </summary>
    public readonly double StandardError
    {
        get
        {
            if (IsKnownOfAll)
                return _quantity.StandardError;
            double covariance = (_quantity.Variance - _difference.Variance - _control.Variance) / 2;
            double ofAll = (_controlOfAll.Variance + (2 * covariance)) / _controlOfAll.Count;
            double variance = (_difference.Variance / _difference.Count) + ofAll;
            return Math.Sqrt(Math.Max(0, variance));
        }
    }

    private readonly bool IsKnownOfAll => _quantity.Count == _controlOfAll.Count;

    /// <summary>Adds a sentence's control.</summary>
    public void Add(double control) => _controlOfAll.Add(control);

    /// <summary>Adds a sentence's known quantity with a control of the same expectation.</summary>
    public void AddKnown(double quantity, double control)
    {
        _quantity.Add(quantity);
        _control.Add(control);
        _difference.Add(quantity - control);
    }
}
