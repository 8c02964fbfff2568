namespace Reprise.Numerics;

/// <summary>The static division of a number of equal pieces among workers.</summary>
internal static class Share
{
    /// <summary>The pieces of one worker: contiguous, and at most one more than those of another.</summary>
    public static (int Start, int End) Of(int pieces, int worker, int workers) =>
        ((int)((long)pieces * worker / workers), (int)((long)pieces * (worker + 1) / workers));
}
