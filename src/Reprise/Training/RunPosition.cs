using Reprise.Checkpoints;

namespace Reprise.Training;

/// <summary>The position of a run in its corpus. It counts steps that were started; results of the last ones may be pending.</summary>
/// <param name="batchesPerEpoch">Batches of an epoch (<see cref="SentenceOrder.BatchesPerEpoch"/>).</param>
internal sealed class RunPosition(long batchesPerEpoch)
{
    /// <param name="checkpoint">A checkpoint that fits the corpus (<see cref="Problem"/>).</param>
    public RunPosition(long batchesPerEpoch, Progress checkpoint)
        : this(batchesPerEpoch) =>
        (Step, Epoch, Batch) = (checkpoint.Step, checkpoint.Epoch, checkpoint.Position);

    /// <summary>Steps of the optimiser.</summary>
    public long Step { get; private set; }

    /// <summary>Whole epochs.</summary>
    public long Epoch { get; private set; }

    /// <summary>Batches of the current epoch.</summary>
    public long Batch { get; private set; }

    /// <summary>Epochs with the part of the current one.</summary>
    public double Epochs => Epoch + ((double)Batch / batchesPerEpoch);

    /// <summary>The contradiction between a checkpoint's position and the batches of the corpus; null where there is none.</summary>
    public static string? Problem(Progress checkpoint, long batchesPerEpoch) => checkpoint switch
    {
        _ when checkpoint.Position >= batchesPerEpoch => $"position is {checkpoint.Position}, but an epoch has {batchesPerEpoch} batches",
        _ when ((Int128)checkpoint.Epoch * batchesPerEpoch) + checkpoint.Position != checkpoint.Step
            => $"step is {checkpoint.Step}, which is not {checkpoint.Epoch} epochs of {batchesPerEpoch} batches and {checkpoint.Position}",
        _ => null,
    };

    /// <summary>Advances by a batch; returns true at the end of an epoch.</summary>
    public bool Advance()
    {
        Step++;
        if (++Batch < batchesPerEpoch)
            return false;
        (Epoch, Batch) = (Epoch + 1, 0);
        return true;
    }
}
