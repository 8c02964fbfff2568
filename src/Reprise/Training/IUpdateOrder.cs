using Reprise.Checkpoints;

namespace Reprise.Training;

/// <summary>The order in which a step updates the parts of the model.</summary>
internal interface IUpdateOrder : IDisposable
{
    /// <summary>True where a step that cannot read its sentences has changed nothing.</summary>
    bool FailsWhole { get; }

    /// <summary>The state that a checkpoint has to keep; null for none.</summary>
    AggressiveProgress? State { get; }

    /// <summary>A step; its result where it was waited for, or null where it is taken from the training step later.</summary>
    StepResult? Run(long epoch, long position, long step);

    /// <summary>Called after the last step of an epoch.</summary>
    void EndEpoch();
}
