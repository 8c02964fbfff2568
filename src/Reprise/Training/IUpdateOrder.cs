using Reprise.Checkpoints;

namespace Reprise.Training;

/// <summary>The order in which a step updates the parts of the model.</summary>
internal interface IUpdateOrder : IDisposable
{
    /// <summary>True if a step that cannot read its sentences changes nothing.</summary>
    bool FailsWhole { get; }

    /// <summary>The state for the checkpoint; null for none.</summary>
    AggressiveProgress? State { get; }

    /// <summary>Runs a step. Returns its result, or null where the result is taken from the training step later.</summary>
    StepResult? Run(long epoch, long position, long step);

    /// <summary>Called after the last step of an epoch.</summary>
    void EndEpoch();
}
