using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of optimisation, reports and checkpoints.</summary>
internal sealed class LearningFlags
{
    private const double UsualDecay = 0.01; // PyTorch's AdamW

    private readonly Option<double?> _targetKl = Flags.Number(
        "--target-kl", "Move m during training, from --m on, until the code carries this kl, in nats a sentence; 0 for no target");

    private readonly Option<double?> _targetAccuracy = Flags.Number(
        "--target-accuracy",
        "Move m until this share of the words of validation sentences comes back, for example 0.6; more in the end, if the rate falls");

    private readonly Option<OptimizerKind?> _optimizer = Flags.Choice(
        "--optimizer", "Rule by which gradients change the weights (adam)",
        ("adam", OptimizerKind.Adam), ("adamw", OptimizerKind.AdamW), ("sgd", OptimizerKind.Sgd));

    private readonly Option<double?> _weightDecay = Flags.Number(
        "--weight-decay", "adamw (0.01), sgd (0): share of the matrices, embeddings included, that a step takes away, times the rate");

    private readonly Option<double?> _momentum = Flags.Number("--momentum", "sgd: share of its velocity that a step keeps (0)");
    private readonly Option<double?> _rate = Flags.Number("--rate", "Learning rate");
    private readonly Option<double?> _average = Flags.Number(
        "--average", "Evaluate and save the average of the weights, of which a step keeps this share, for example 0.999; 0 for none");

    private readonly Option<long?> _warmUp = Flags.Long("--warm-up", "Steps over which the rate rises from 0 to its full value");
    private readonly Option<double?> _decay = Flags.Number(
        "--decay", "Last share of the run, by steps, epochs or minutes, over which the rate falls to 0; 1 for the whole run, 0 for none");

    private readonly Option<DecayCurve?> _decayCurve = Flags.Choice(
        "--decay-curve", "Curve by which the rate falls (linear)", ("linear", DecayCurve.Linear), ("cosine", DecayCurve.Cosine));

    private readonly Option<long?> _autoencoderSteps = Flags.Long(
        "--autoencoder-steps", "First steps, without kl, whose encoder is kept; after them the decoder begins anew (0)");

    private readonly Option<long?> _klWarmUp = Flags.Long(
        "--kl-warm-up", "Steps over which the weight of kl rises from 0, after those of the autoencoder (0)");

    private readonly Option<int?> _halveAfter = Flags.Integer(
        "--halve-after",
        "In the place of --decay: halve the rate after this many evaluations on the validation part without improvement; 0 for never");

    private readonly Option<int?> _patience = Flags.Integer(
        "--patience",
        "End after this many evaluations on the validation part without improvement, and keep the best; the end may come before --decay");

    private readonly Option<bool> _keepBest = Flags.Switch(
        "--keep-best", "Save as the model the weights that were best on the validation part, not those of the last step");

    private readonly Option<double?> _clip = Flags.Number("--clip", "Norm to which a larger gradient is clipped; 0 for no clipping");
    private readonly Option<double?> _wordDrop = Flags.Number("--word-drop", "Probability that an input word of the decoder is dropped");
    private readonly Option<WordDropKind?> _wordDropAs = Flags.Choice(
        "--word-drop-as", "Input in the place of a dropped word", ("unknown", WordDropKind.Unknown), ("zero", WordDropKind.Zero));

    private readonly Option<OnOff?> _dropWholeWords = Flags.OnOrOff(
        "--drop-whole-words", "Whether all pieces of a word are dropped, or none, where the vocabulary has pieces");

    private readonly Option<double?> _encoderWordDrop = Flags.Number(
        "--encoder-word-drop", "Probability that an input word of the encoder is dropped");

    private readonly Option<double?> _embeddingDropout = Flags.Number(
        "--embedding-dropout", "Dropout of the words' vectors in the decoder's input");

    private readonly Option<double?> _outputDropout = Flags.Number(
        "--output-dropout", "Dropout of the states that leave the decoder's LSTM");

    private readonly Option<double?> _codeDropout = Flags.Number("--code-dropout", "Dropout of the code");
    private readonly Option<OnOff?> _variational = Flags.OnOrOff(
        "--variational-dropout", "Whether dropout takes the same elements in all steps of a sentence");

    private readonly Option<int?> _pool = Flags.Integer("--pool", "Batches that are shuffled and sorted by length together");

    private readonly Option<int?> _reportEvery = Flags.Integer("--report-every", "Steps between two lines of the log");
    private readonly Option<int?> _evaluateEvery = Flags.Integer(
        "--evaluate-every", "Steps between two evaluations on held-out sentences; 0 for the end only");

    private readonly Option<bool> _evaluateEarly = Flags.Switch(
        "--evaluate-early", "Evaluate after 1, 2, 4, 8 … steps too, until the first of those evaluations");

    private readonly Option<int?> _evaluationSentences = Flags.Integer("--evaluate-on", "Held-out sentences of an evaluation");

    private readonly Option<int?> _checkpointEvery = Flags.Integer(
        "--checkpoint-every", "Steps between two checkpoints; 0 to go by minutes");

    private readonly Option<double?> _checkpointMinutes = Flags.Number(
        "--checkpoint-minutes", "Minutes between two checkpoints; 0 to go by steps");

    /// <summary>The flags of a study, whose help leaves out what it refuses with a line of its own.</summary>
    public static LearningFlags OfStudies()
    {
        LearningFlags flags = new();
        flags._targetKl.Hidden = flags._targetAccuracy.Hidden = flags._patience.Hidden = true;
        return flags;
    }

    /// <summary>The flags in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _targetKl, _targetAccuracy, _optimizer, _rate, _weightDecay, _momentum, _average, _warmUp, _decay, _decayCurve, _halveAfter,
        _patience, _keepBest, _autoencoderSteps, _klWarmUp, _clip,
        _wordDrop, _wordDropAs, _dropWholeWords, _encoderWordDrop, _embeddingDropout, _outputDropout, _codeDropout, _variational, _pool,
        _reportEvery, _evaluateEvery, _evaluateEarly, _evaluationSentences, _checkpointEvery, _checkpointMinutes,
    ];

    /// <summary>The options as the flags change them.</summary>
    public TrainingOptions Change(ParseResult parse, TrainingOptions options) => options with
    {
        TargetKl = TargetOf(parse, _targetKl, options.TargetKl),
        TargetAccuracy = TargetOf(parse, _targetAccuracy, options.TargetAccuracy),
        Optimizer = parse.GetValue(_optimizer) ?? options.Optimizer,
        WeightDecay = parse.GetValue(_weightDecay) ?? WeightDecayOf(parse.GetValue(_optimizer), options),
        Momentum = parse.GetValue(_momentum) ?? options.Momentum,
        AverageDecay = parse.GetValue(_average) ?? options.AverageDecay,
        LearningRate = parse.GetValue(_rate) ?? options.LearningRate,
        WarmUpSteps = parse.GetValue(_warmUp) ?? options.WarmUpSteps,
        Decay = parse.GetValue(_decay) ?? (parse.GetValue(_halveAfter) > 0 ? 0 : options.Decay),
        DecayCurve = parse.GetValue(_decayCurve) ?? options.DecayCurve,
        AutoencoderSteps = parse.GetValue(_autoencoderSteps) ?? options.AutoencoderSteps,
        KlWarmUpSteps = parse.GetValue(_klWarmUp) ?? options.KlWarmUpSteps,
        HalveAfter = parse.GetValue(_halveAfter) ?? options.HalveAfter,
        Patience = parse.GetValue(_patience) ?? options.Patience,
        KeepBest = parse.GetValue(_keepBest) || options.KeepBest,
        ClipNorm = parse.GetValue(_clip) is { } clip ? (clip == 0 ? null : clip) : options.ClipNorm,
        WordDropRate = parse.GetValue(_wordDrop) ?? options.WordDropRate,
        WordDropKind = parse.GetValue(_wordDropAs) ?? options.WordDropKind,
        DropWholeWords = Flags.IsOn(parse, _dropWholeWords) ?? options.DropWholeWords,
        EncoderWordDropRate = parse.GetValue(_encoderWordDrop) ?? options.EncoderWordDropRate,
        EmbeddingDropout = parse.GetValue(_embeddingDropout) ?? options.EmbeddingDropout,
        OutputDropout = parse.GetValue(_outputDropout) ?? options.OutputDropout,
        CodeDropout = parse.GetValue(_codeDropout) ?? options.CodeDropout,
        VariationalDropout = Flags.IsOn(parse, _variational) ?? options.VariationalDropout,
        PoolBatches = parse.GetValue(_pool) ?? options.PoolBatches,
        ReportEvery = parse.GetValue(_reportEvery) ?? options.ReportEvery,
        EvaluateEvery = parse.GetValue(_evaluateEvery) ?? options.EvaluateEvery,
        EvaluateEarly = parse.GetValue(_evaluateEarly) || options.EvaluateEarly,
        EvaluationSentences = parse.GetValue(_evaluationSentences) ?? options.EvaluationSentences,
        CheckpointEvery = parse.GetValue(_checkpointEvery) ?? options.CheckpointEvery,
        CheckpointMinutes = parse.GetValue(_checkpointMinutes) ?? options.CheckpointMinutes,
    };

    private static double? TargetOf(ParseResult parse, Option<double?> option, double? target) =>
        parse.GetValue(option) is { } value ? (value == 0 ? null : value) : target;

    private static double WeightDecayOf(OptimizerKind? asked, TrainingOptions options) => asked switch
    {
        OptimizerKind.AdamW when options.Optimizer != OptimizerKind.AdamW => UsualDecay,
        OptimizerKind.Adam => 0,
        _ => options.WeightDecay,
    };
}
