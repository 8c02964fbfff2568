using Reprise.Checkpoints;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>One update of all parameters a step.</summary>
internal sealed class JointUpdates(ISentences sentences, TrainingStep trainer, SentenceOrder order) : IUpdateOrder
{
    public bool FailsWhole => true;

    public AggressiveProgress? State => null;

    public StepResult? Run(long epoch, long position, long step)
    {
        trainer.Run(sentences, order.Batch(epoch, position), step);
        return null;
    }

    public void EndEpoch()
    {
    }

    public void Dispose()
    {
    }
}
