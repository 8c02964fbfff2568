using Reprise.Checkpoints;
using Reprise.Model;

namespace Reprise.Training;

/// <summary>The evaluations of a run that its validation part leads: the best one, and how many have come since.</summary>
/// <remarks>
/// Evaluations are compared by the weights of the latest step, those before it too. So the best under annealing is not the one whose kl
/// had no weight. Evaluations of an autoencoder, whose decoder the model does not keep, do not count.
/// </remarks>
/// <param name="state">The checkpoint's; null for a new run.</param>
internal sealed class ValidationWatch(TrainingOptions options, ValidationProgress? state)
{
    private ValidationProgress _state = state ?? new ValidationProgress();

    /// <summary>The state for the checkpoint; null where nothing is watched.</summary>
    public ValidationProgress? State => options.IsWatched ? _state : null;

    /// <summary>The step of the best evaluation; null before the first, and where nothing is watched.</summary>
    public long? BestStep => options.IsWatched ? _state.BestStep : null;

    /// <summary>The factor of the learning rate, 1 before it is halved.</summary>
    public double RateFactor { get; private set; } = Math.Pow(0.5, state?.Halvings ?? 0);

    /// <summary>True once there were as many evaluations without improvement as the run has patience for.</summary>
    public bool IsOver => options.Patience > 0 && _state.SinceBest >= options.Patience;

    /// <summary>Adds an evaluation; returns true if it is the best so far.</summary>
    /// <param name="step">Steps before it.</param>
    /// <param name="weights">The weights of the latest step.</param>
    /// <param name="isRegular">False of one that only the end of the run caused: it may be the best, but is no sign of no progress.</param>
    public bool Add(long step, HeldOutLosses losses, ObjectiveWeights weights, bool isRegular)
    {
        if (!options.IsWatched || (options.AutoencoderSteps > 0 && step <= options.AutoencoderSteps))
            return false;
        (double reconstruction, double kl) = (losses.By(new ObjectiveWeights(1, 0)), losses.By(new ObjectiveWeights(0, 1)));
        (double regularReconstruction, double regularKl) = _state.BestStep is null
            ? (double.MaxValue, 0)
            : (_state.RegularReconstruction ?? _state.Reconstruction, _state.RegularKl ?? _state.Kl);
        bool isBest = _state.BestStep is null || Objective(reconstruction, kl) < Objective(_state.Reconstruction, _state.Kl);
        bool isProgress = Objective(reconstruction, kl) < Objective(regularReconstruction, regularKl);
        if (isRegular && isProgress)
            (regularReconstruction, regularKl) = (reconstruction, kl);
        if (isBest)
            _state = _state with { BestStep = step, Reconstruction = reconstruction, Kl = kl };
        bool isSame = (regularReconstruction, regularKl) == (_state.Reconstruction, _state.Kl);
        _state = _state with { RegularReconstruction = isSame ? null : regularReconstruction, RegularKl = isSame ? null : regularKl };
        if (!isRegular)
            return isBest;

        _state = isProgress
            ? _state with { SinceBest = 0, SinceHalving = 0 }
            : _state with { SinceBest = _state.SinceBest + 1, SinceHalving = _state.SinceHalving + 1 };
        if (options.HalveAfter > 0 && _state.SinceHalving >= options.HalveAfter)
        {
            _state = _state with { SinceHalving = 0, Halvings = _state.Halvings + 1 };
            RateFactor /= 2;
        }

        return isBest;

        double Objective(double reconstructionPart, double klPart) =>
            (weights.Reconstruction * reconstructionPart) + (weights.Kl * klPart);
    }
}
