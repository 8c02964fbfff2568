namespace Reprise.Numerics;

/// <summary>Static shares: how a count of equal pieces is divided among workers.</summary>
internal static class Share
{
    /// <summary>The pieces of one worker: contiguous, and all shares within one piece of each other.</summary>
    public static (int Start, int End) Of(int pieces, int worker, int workers) =>
        ((int)((long)pieces * worker / workers), (int)((long)pieces * (worker + 1) / workers));
}
