namespace Reprise.Text.Preparation;

/// <summary>The shares of the different sentences that are held out.</summary>
internal readonly record struct PartShares(double Test, double Validation)
{
    public bool AreZero => Test == 0 && Validation == 0;

    /// <summary>
    /// The part of a sentence by its <see cref="SplitHash"/>, in which all but the frequent words are alike (<see cref="WordChoice"/>):
    /// copies, and sentences that differ only in unknown words, are in one part.
    /// </summary>
    public Part PartOf(ulong seen)
    {
        double uniform = SplitHash.Uniform(seen);
        return uniform < Test ? Part.Test : uniform < Test + Validation ? Part.Validation : Part.Train;
    }
}
