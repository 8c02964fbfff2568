using Reprise.Model;

namespace Reprise.Training;

/// <summary>
/// The beginning of a run as an autoencoder, whose encoder the model keeps and whose decoder it does not (Li et al. 2019): the weights of
/// the objective and the counts of updates, functions of the step alone.
/// </summary>
internal static class AutoencoderStart
{
    /// <summary>The weights of the objective in the step after <paramref name="step"/> finished ones.</summary>
    public static ObjectiveWeights Weights(TrainingOptions options, long step)
    {
        long since = step - options.AutoencoderSteps;
        ObjectiveWeights weights = options.Objective.At(Math.Max(0, since));
        return weights with { Kl = weights.Kl * KlFactor(options, since) };
    }

    /// <summary>True where the decoder begins anew in the step after <paramref name="step"/> finished ones.</summary>
    public static bool EndsAt(TrainingOptions options, long step) => step > 0 && step == options.AutoencoderSteps;

    /// <summary>The updates that each part has after the step that comes after <paramref name="step"/> finished ones.</summary>
    public static Updates Updates(TrainingOptions options, long step)
    {
        long all = step + 1;
        return new Updates(all, step < options.AutoencoderSteps ? all : all - options.AutoencoderSteps, all);
    }

    private static double KlFactor(TrainingOptions options, long since) =>
        since < 0 ? 0 : since < options.KlWarmUpSteps ? (double)since / options.KlWarmUpSteps : 1;
}
