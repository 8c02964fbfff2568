using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Training;

/// <summary>
/// Steps that were asked of the back end and whose results were not taken yet, in their order. The device measures each into a row of its
/// own, of so many as may be under way; none waits for its own result. Allocates nothing while results are taken as they come.
/// </summary>
internal sealed class PendingSteps(IKernels<float> kernels) : IDisposable
{
    private const int Most = 8; // a few milliseconds of work: enough for the host never to be waited for

    private readonly Buffer<double> _rows = kernels.AllocateShared(Most * Measured.Columns);
    private readonly Pending[] _ring = new Pending[Most];
    private readonly Queue<StepResult> _kept = new(Most); // done and not taken when their row was needed again
    private long _asked, _done;

    /// <summary>Whether a result can still be taken, now or later.</summary>
    public bool Any => _done < _asked || _kept.Count > 0;

    /// <summary>Where the next step measures, and what the step before it measured; waits where all rows are in use.</summary>
    public (Tensor<double> Measured, Tensor<double> Before) Next()
    {
        if (_asked - _done == Most)
            _kept.Enqueue(Complete());
        return (Row(_asked), _asked == 0 ? default : Row(_asked - 1));
    }

    /// <summary>Notes the step for which <see cref="Next"/> gave the row, once everything of it was asked for.</summary>
    public void Add(long step, int sentences, int tokens, ObjectiveWeights objective) =>
        _ring[_asked++ % Most] = new Pending(kernels.Mark(), step, sentences, tokens, objective);

    /// <summary>The oldest result, if its step is done.</summary>
    public bool TryTake(out StepResult result)
    {
        if (_kept.TryDequeue(out result))
            return true;
        if (_done == _asked || !kernels.IsDone(_ring[_done % Most].Mark))
            return false;
        result = Complete();
        return true;
    }

    /// <summary>Waits for all of them: their results can be taken.</summary>
    public void Finish()
    {
        if (_done < _asked)
            kernels.Wait(_ring[(_asked - 1) % Most].Mark);
    }

    public void Dispose() => _rows.Dispose();

    private Tensor<double> Row(long step) => _rows.View(step % Most * Measured.Columns, 1, Measured.Columns);

    private StepResult Complete()
    {
        Pending step = _ring[_done % Most];
        kernels.Wait(step.Mark);
        Tensor<double> row = Row(_done++);
        double nll = row[0, Measured.Nll], objective = (step.Objective.Reconstruction * nll) + (step.Objective.Kl * row[0, Measured.CountedKl]);
        return new StepResult(step.Step, step.Sentences, step.Tokens, nll, row[0, Measured.Kl], objective, row[0, Measured.GradientNorm]);
    }

    private readonly record struct Pending(long Mark, long Step, int Sentences, int Tokens, ObjectiveWeights Objective);
}
