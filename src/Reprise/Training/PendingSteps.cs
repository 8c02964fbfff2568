using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Training;

/// <summary>
/// The queue of steps given to the back end whose results are not taken yet. The device measures each step into its own row of a ring,
/// and no step waits for its own result. Allocates nothing while results are taken as they come.
/// </summary>
internal sealed class PendingSteps(IKernels<float> kernels) : IDisposable
{
    private const int Most = 8; // a few milliseconds of work, so that the device never waits for the host

    private static readonly int Columns = Measured.Columns(Measured.MostParts);

    private readonly Buffer<double> _rows = kernels.AllocateShared(Most * Columns);
    private readonly Pending[] _ring = new Pending[Most];
    private readonly Queue<StepResult> _kept = new(Most); // done and not taken when their row was needed again
    private long _asked, _done;

    /// <summary>True while there is a result to take, now or later.</summary>
    public bool Any => _done < _asked || _kept.Count > 0;

    /// <summary>The row of the next step, and that of the step before it; waits where all rows are in use.</summary>
    /// <param name="parts">Parts of the loss.</param>
    public (Tensor<double> Measured, Tensor<double> Before) Next(int parts)
    {
        if (_asked - _done == Most)
            _kept.Enqueue(Complete());
        return (Row(_asked, parts), _asked == 0 ? default : Row(_asked - 1, parts));
    }

    /// <summary>Adds the step whose row <see cref="Next"/> gave, after all its operations.</summary>
    public void Add(long step, int sentences, int tokens, IReadOnlyList<LossPart> parts, ObjectiveWeights objective) =>
        _ring[_asked++ % Most] = new Pending(kernels.Mark(), step, sentences, tokens, parts, objective);

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

    /// <summary>Waits for all steps: their results can be taken.</summary>
    public void Finish()
    {
        if (_done < _asked)
            kernels.Wait(_ring[(_asked - 1) % Most].Mark);
    }

    public void Dispose() => _rows.Dispose();

    private Tensor<double> Row(long step, int parts) => _rows.View(step % Most * Columns, 1, Measured.Columns(parts));

    private StepResult Complete()
    {
        Pending step = _ring[_done % Most];
        kernels.Wait(step.Mark);
        Tensor<double> row = Row(_done++, step.Parts.Count);
        PartSums losses = default;
        double objective = 0;
        for (int part = 0; part < step.Parts.Count; part++)
        {
            losses[part] = row[0, Measured.Losses + part];
            if (step.Parts[part].Weight != LossWeight.None)
                objective += step.Objective.Of(step.Parts[part]) * losses[part];
        }

        return new StepResult(step.Step, step.Sentences, step.Tokens, step.Parts, losses, objective, row[0, Measured.GradientNorm]);
    }

    private readonly record struct Pending(
        long Mark, long Step, int Sentences, int Tokens, IReadOnlyList<LossPart> Parts, ObjectiveWeights Objective);
}
