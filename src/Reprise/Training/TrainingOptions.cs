using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Reprise.Formats;
using Reprise.Model;

namespace Reprise.Training;

/// <summary>
/// Options of training. The run ends at the first that is reached of <see cref="Steps"/>, <see cref="Epochs"/> and
/// <see cref="Minutes"/>, of which one is required.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>The objective to minimise. Default AutoGen with m = 1, as in the paper.</summary>
    [JsonIgnore]
    public Objective Objective { get; init; } = Objective.AutoGen(1);

    /// <summary>The order in which the parts of the model are updated. Default joint.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public UpdateOrder Updates { get; init; }

    /// <summary>
    /// The first steps of a run, in which kl has the weight 0: an autoencoder. After them the decoder has its first weights again, and its
    /// updates are counted anew (Li et al. 2019). At least 0; default 0.
    /// </summary>
    /// <remarks>
    /// Embeddings that the decoder shares with the encoder stay, with their moments. Averaged weights begin anew; an annealed objective
    /// begins after these steps. Li et al. train the autoencoder until its loss falls no more, then with a kl warm-up of 10 epochs and free
    /// bits of 8 nats over 32 dimensions.
    /// </remarks>
    public long AutoencoderSteps { get; init; }

    /// <summary>
    /// Steps over which the weight of kl rises linearly from 0 to that of the objective; they follow <see cref="AutoencoderSteps"/>. At
    /// least 0; default 0.
    /// </summary>
    public long KlWarmUpSteps { get; init; }

    /// <summary>
    /// kl in nats a sentence that m is moved to reach during training, from the objective's m on, between -0.9 and 99; above 0, or null for
    /// an m that stays. Default null. kl is that of the training batches, as they come with dropped words. For a VAE or AutoGen.
    /// </summary>
    public double? TargetKl { get; init; }

    /// <summary>
    /// The share of words of held-out sentences that m is moved to bring back; above 0, below 1, or null. Default null. Every 100 steps it
    /// is measured on 128 sentences: words at their own place, greedily from the posterior's mean. <see cref="TargetKl"/> costs less.
    /// </summary>
    public double? TargetAccuracy { get; init; }

    /// <summary>Optimiser steps (batches) in the whole run, resumed parts included; at least 1.</summary>
    public long? Steps { get; init; }

    /// <summary>Passes over the training sentences; at least 1.</summary>
    public long? Epochs { get; init; }

    /// <summary>Minutes of training in the whole run, resumed parts included; above 0. The current step is finished.</summary>
    public double? Minutes { get; init; }

    /// <summary>Sentences a step; 1 to 65536. Default 128; the paper has 200.</summary>
    public int BatchSize { get; init; } = 128;

    /// <summary>The rule by which gradients change the weights. Default Adam.</summary>
    public OptimizerKind Optimizer { get; init; }

    /// <summary>
    /// The share of a weight that a step takes away, times the rate; at least 0. Default 0; PyTorch's AdamW has 0.01. It is decoupled from
    /// the gradient. Matrices decay, embeddings and softmax included; biases do not.
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>The share of its velocity that gradient descent keeps in a step; 0 to 1, below 1. Default 0.</summary>
    public double Momentum { get; init; }

    /// <summary>
    /// The share of the weights' exponential average that a step keeps; 0 to 1, below 1. Default 0: no average. The average, corrected for
    /// its beginning, is then what is evaluated and saved as the model; the weights themselves stay in the checkpoint.
    /// </summary>
    public double AverageDecay { get; init; }

    /// <summary>
    /// The optimiser's rate; above 0. Default 0.001, Adam's own (Kingma &amp; Ba 2015); the paper has 0.0001. Gradient descent wants more.
    /// </summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>
    /// Steps over which the rate rises linearly to its full value, the first of them at 1 / steps of it; at least 0. Default 0.
    /// </summary>
    public long WarmUpSteps { get; init; }

    /// <summary>
    /// The last share of the run over which the rate falls to zero; 0 to 1, 1 for the whole run. Default 0: it does not fall.
    /// </summary>
    /// <remarks>
    /// The run is measured by whichever of steps, epochs and minutes ends it. Where minutes do, the rate of a step depends on the time that
    /// the steps before it took: the same seed then gives other bits. A run that is to end later than it was to when its rate began to
    /// fall goes on from the checkpoint before that, which is kept; with a share of 1 there is none, and the rate rises again.
    /// </remarks>
    public double Decay { get; init; }

    /// <summary>The curve by which the rate falls. Default linear.</summary>
    public DecayCurve DecayCurve { get; init; }

    /// <summary>
    /// Evaluations without improvement after which the rate is halved, again after as many more; 0 for never. Default 0. The objective on
    /// the validation part counts, with the weights of the latest step; <see cref="Decay"/> is then 0.
    /// </summary>
    public int HalveAfter { get; init; }

    /// <summary>Evaluations of the validation part without improvement that end the run; 0 for none. Default 0.</summary>
    public int Patience { get; init; }

    /// <summary>
    /// True to save as the model the weights that were best on the validation part. Default false: those of the last step, which stay in
    /// the checkpoint in any case.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>True if the validation part leads the run.</summary>
    internal bool IsWatched => HalveAfter > 0 || Patience > 0 || KeepBest;

    /// <summary>Gradients whose Euclidean norm is above this are scaled down to it; above 0, or null for no clipping. Default 5.</summary>
    public double? ClipNorm { get; init; } = 5;

    /// <summary>Probability that a word of the decoder's input is dropped; 0 to 1. Default 0.3, as in the paper.</summary>
    public double WordDropRate { get; init; } = 0.3;

    /// <summary>Probability that a word of the encoder's input is dropped; 0 to 1. Default 0.</summary>
    public double EncoderWordDropRate { get; init; }

    /// <summary>The replacement of a dropped word. Default UNK (Bowman et al. 2016).</summary>
    public WordDropKind WordDropKind { get; init; } = WordDropKind.Unknown;

    /// <summary>
    /// True to drop all pieces of a word or none, false to drop each piece by itself. Default false. Of no effect where the vocabulary has
    /// words.
    /// </summary>
    public bool DropWholeWords { get; init; }

    /// <summary>Dropout of the words' vectors in the decoder's input; at least 0, below 1. Default 0.</summary>
    public double EmbeddingDropout { get; init; }

    /// <summary>Dropout of the states that leave the decoder's layers (Zaremba et al. 2014); at least 0, below 1. Default 0.</summary>
    public double OutputDropout { get; init; }

    /// <summary>Dropout of the code; at least 0, below 1. Default 0.</summary>
    public double CodeDropout { get; init; }

    /// <summary>True to drop the same elements in all steps of a sentence (Gal &amp; Ghahramani 2016). Default false.</summary>
    public bool VariationalDropout { get; init; }

    /// <summary>Batches that are shuffled and sorted by length together; 1 to 4096. Default 64; more gains little.</summary>
    public int PoolBatches { get; init; } = 64;

    /// <summary>The seed of weights, order, noise and dropped words. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Steps from one report of averages to the next; at least 1. Default 50.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>Steps from one evaluation of held-out sentences to the next, or 0 for one at the end only. Default 1000.</summary>
    public int EvaluateEvery { get; init; } = 1000;

    /// <summary>True to evaluate also after 1, 2, 4, 8 … steps up to <see cref="EvaluateEvery"/>. Default false.</summary>
    public bool EvaluateEarly { get; init; }

    /// <summary>Held-out sentences in an evaluation, the same ones every time; at least 0. Default 1000.</summary>
    public int EvaluationSentences { get; init; } = 1000;

    /// <summary>Steps from one checkpoint to the next, or 0 to go by <see cref="CheckpointMinutes"/> only. Default 0.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>
    /// Minutes from one checkpoint to the next, or 0 to go by <see cref="CheckpointEvery"/> only. Default 10. The end is always saved.
    /// </summary>
    public double CheckpointMinutes { get; init; } = 10;

    /// <summary>Every problem of these options, a sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        if (Objective is null)
            yield return "objective is null; expected one, Objective.Vae for example";
        if (!Enum.IsDefined(Updates))
            yield return $"updates is {Updates}; expected joint or aggressiveEncoder";
        if (AutoencoderSteps < 0)
            yield return $"autoencoderSteps is {AutoencoderSteps}; expected at least 0";
        if (AutoencoderSteps > 0 && Updates == UpdateOrder.AggressiveEncoder)
            yield return $"autoencoderSteps is {AutoencoderSteps} with an aggressive encoder; leave one of the two out";
        if (KlWarmUpSteps < 0)
            yield return $"klWarmUpSteps is {KlWarmUpSteps}; expected at least 0";
        if (KlWarmUpSteps > 0 && Objective is { Kind: ObjectiveKind.Annealed })
            yield return $"klWarmUpSteps is {KlWarmUpSteps} with an annealed kl; leave one of the two out";
        if (Steps is null && Epochs is null && Minutes is null)
            yield return "neither steps nor epochs nor minutes are given; choose when the run ends";
        if (Steps < 1)
            yield return $"steps is {Steps}; expected at least 1";
        if (Epochs < 1)
            yield return $"epochs is {Epochs}; expected at least 1";
        if (Minutes is { } minutes && !(minutes > 0 && minutes < 1e8))
            yield return FormattableString.Invariant($"minutes is {minutes}; expected more than 0");
        if (BatchSize is < 1 or > 65536)
            yield return $"batchSize is {BatchSize}; expected 1 to 65536";
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
            yield return FormattableString.Invariant($"learningRate is {LearningRate}; expected a number above 0");
        foreach (string problem in ProblemsOfTarget())
            yield return problem;
        foreach (string problem in ProblemsOfUpdates())
            yield return problem;
        if (WarmUpSteps < 0)
            yield return $"warmUpSteps is {WarmUpSteps}; expected at least 0";
        if (!(Decay is >= 0 and <= 1))
            yield return FormattableString.Invariant($"decay is {Decay}; expected 0 to 1, a share of the run");
        if (!Enum.IsDefined(DecayCurve))
            yield return $"decayCurve is {DecayCurve}; expected linear or cosine";
        if (ClipNorm is { } norm && !(norm > 0 && double.IsFinite(norm)))
            yield return FormattableString.Invariant($"clipNorm is {norm}; expected a number above 0, or none");
        if (!(WordDropRate is >= 0 and <= 1))
            yield return FormattableString.Invariant($"wordDropRate is {WordDropRate}; expected 0 to 1");
        if (!(EncoderWordDropRate is >= 0 and <= 1))
            yield return FormattableString.Invariant($"encoderWordDropRate is {EncoderWordDropRate}; expected 0 to 1");
        (string, double)[] dropouts =
            [("embeddingDropout", EmbeddingDropout), ("outputDropout", OutputDropout), ("codeDropout", CodeDropout)];
        foreach ((string name, double rate) in dropouts)
        {
            if (!(rate is >= 0 and < 1))
                yield return FormattableString.Invariant($"{name} is {rate}; expected at least 0 and below 1");
        }

        if (!Enum.IsDefined(WordDropKind))
            yield return $"wordDropKind is {WordDropKind}; expected unknown or zero";
        if (PoolBatches is < 1 or > 4096)
            yield return $"poolBatches is {PoolBatches}; expected 1 to 4096";
        foreach (string problem in ProblemsOfWatching())
            yield return problem;
        if (ReportEvery < 1)
            yield return $"reportEvery is {ReportEvery}; expected at least 1";
        if (EvaluateEvery < 0)
            yield return $"evaluateEvery is {EvaluateEvery}; expected at least 0";
        if (EvaluationSentences < 0)
            yield return $"evaluationSentences is {EvaluationSentences}; expected at least 0";
        if (CheckpointEvery < 0)
            yield return $"checkpointEvery is {CheckpointEvery}; expected at least 0";
        if (!(CheckpointMinutes is >= 0 and < 1e8))
            yield return FormattableString.Invariant($"checkpointMinutes is {CheckpointMinutes}; expected at least 0");
    }

    /// <summary>True if m is moved to reach a target.</summary>
    internal bool HasTarget => TargetKl is not null || TargetAccuracy is not null;

    /// <summary>True if training moves m, to reach a target or to keep a minimum rate.</summary>
    internal bool MovesM => HasTarget || Objective is { Kind: ObjectiveKind.MinimumRate };

    private IEnumerable<string> ProblemsOfTarget()
    {
        if (TargetKl is { } kl && !(kl > 0 && double.IsFinite(kl)))
            yield return FormattableString.Invariant($"targetKl is {kl}; expected nats a sentence, above 0");
        if (TargetAccuracy is { } accuracy && !(accuracy is > 0 and < 1))
            yield return FormattableString.Invariant($"targetAccuracy is {accuracy}; expected a share of words, above 0 and below 1");
        if (MovesM && (Updates != UpdateOrder.Joint || AutoencoderSteps > 0 || KlWarmUpSteps > 0))
            yield return "m moves while kl is led otherwise (updates, autoencoderSteps, klWarmUpSteps); leave one out";
        if (!HasTarget)
            yield break;
        if (TargetKl is not null && TargetAccuracy is not null)
            yield return "targetKl and targetAccuracy are both given; m can reach one of them";
        if (Objective is { Kind: not (ObjectiveKind.Vae or ObjectiveKind.AutoGen) })
            yield return $"m is to reach a target, and the objective is {Objective.Name}; expected a VAE or AutoGen, where m begins";
        if (Objective is { M: < TargetControl.LeastM or > TargetControl.MostM })
            yield return FormattableString.Invariant($"m begins at {Objective.M}; to reach a target, expected -0.9 to 99");
    }

    private IEnumerable<string> ProblemsOfWatching()
    {
        if (HalveAfter < 0)
            yield return $"halveAfter is {HalveAfter}; expected at least 0";
        if (Patience < 0)
            yield return $"patience is {Patience}; expected at least 0";
        if (HalveAfter > 0 && Decay > 0)
            yield return FormattableString.Invariant($"halveAfter is {HalveAfter} and decay is {Decay}; one of the two must be 0");
        if (IsWatched && (EvaluateEvery == 0 || EvaluationSentences == 0))
            yield return "halveAfter, patience and keepBest go by evaluations, and evaluateEvery or evaluationSentences is 0";
    }

    private IEnumerable<string> ProblemsOfUpdates()
    {
        if (!Enum.IsDefined(Optimizer))
            yield return $"optimizer is {Optimizer}; expected adam, adamW or sgd";
        if (!(WeightDecay is >= 0 and <= 1000))
            yield return FormattableString.Invariant($"weightDecay is {WeightDecay}; expected a number of at least 0, 0.01 for example");
        if (WeightDecay > 0 && Optimizer == OptimizerKind.Adam)
            yield return FormattableString.Invariant($"weightDecay is {WeightDecay} with adam, which has none; choose adamW or sgd");
        if (!(Momentum is >= 0 and < 1))
            yield return FormattableString.Invariant($"momentum is {Momentum}; expected 0 to 1, below 1");
        if (Momentum > 0 && Optimizer != OptimizerKind.Sgd)
            yield return FormattableString.Invariant($"momentum is {Momentum} with adam, whose own is fixed; choose sgd");
        if (!(AverageDecay is >= 0 and < 1))
            yield return FormattableString.Invariant($"averageDecay is {AverageDecay}; expected 0 to 1, below 1, 0.999 for example");
    }

    /// <summary>Throws one exception that names every problem.</summary>
    /// <exception cref="InputException">There is a problem.</exception>
    public void Validate()
    {
        string problems = string.Join("; ", Problems());
        if (problems.Length > 0)
            throw new InputException($"training options: {problems}");
    }

    /// <summary>The JSON under <c>"training"</c> in config.json.</summary>
    internal JsonObject ToJson() => Json.Object(this, LibraryJson.Types.TrainingOptions);

    /// <summary>The options that <see cref="ToJson"/> wrote; an absent field has its default.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="InputException">A value is of the wrong type or out of its range.</exception>
    internal static TrainingOptions FromJson(JsonObject json, Objective objective, string where)
    {
        try
        {
            TrainingOptions options = Json.Read(json, new TrainingOptions(), LibraryJson.Types.TrainingOptions);
            options = options with { Objective = objective };
            options.Validate();
            return options;
        }
        catch (Exception e) when (e is JsonException or InputException)
        {
            throw new InputException($"{where}: training: {e.Message}", e);
        }
    }

    /// <summary>The names of all fields in JSON, those at their defaults included, which are not written.</summary>
    internal static IReadOnlyList<string> Fields => [.. LibraryJson.Types.TrainingOptions.Properties.Select(property => property.Name)];

    /// <summary>
    /// Fields that a resumed run may change, because no update depends on them. A rate that falls depends on the end
    /// (<see cref="Continuation"/>); one that is halved on the evaluations too, which then must stay.
    /// </summary>
    /// <param name="training">The options as JSON.</param>
    internal static bool IsFree(string field, JsonObject training) =>
        Free.Contains(field) || (Evaluations.Contains(field) && (training["halveAfter"] is null || (int)training["halveAfter"]! == 0));

    private static readonly string[] Free =
        ["steps", "epochs", "minutes", "patience", "reportEvery", "checkpointEvery", "checkpointMinutes"];

    private static readonly string[] Evaluations = ["evaluateEvery", "evaluateEarly", "evaluationSentences"];
}
