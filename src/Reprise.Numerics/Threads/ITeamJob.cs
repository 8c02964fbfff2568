namespace Reprise.Numerics;

/// <summary>Work that a <see cref="ThreadTeam"/> shares: every worker executes the job once, for its own share.</summary>
internal interface ITeamJob
{
    /// <summary>Does the share of worker <paramref name="worker"/> of <paramref name="workers"/>.</summary>
    void Execute(int worker, int workers);
}
