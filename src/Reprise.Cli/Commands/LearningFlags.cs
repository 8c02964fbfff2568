using System.CommandLine;
using Reprise.Model;
using Reprise.Training;

namespace Reprise.Cli.Commands;

/// <summary>The flags of how a model learns, what is told of it and how often it is saved.</summary>
internal sealed class LearningFlags
{
    private readonly Option<double?> _rate = Flags.Number("--rate", "Adam's learning rate");
    private readonly Option<double?> _clip = Flags.Number("--clip", "Largest norm of the gradient; 0 for no clipping");
    private readonly Option<double?> _wordDrop = Flags.Number("--word-drop", "Probability that the decoder does not see a word");
    private readonly Option<WordDropKind?> _wordDropAs = Flags.Choice("--word-drop-as", "What it sees instead", ("unknown", WordDropKind.Unknown), ("zero", WordDropKind.Zero));
    private readonly Option<int?> _pool = Flags.Integer("--pool", "Batches that are shuffled and sorted by length together");

    private readonly Option<int?> _reportEvery = Flags.Integer("--report-every", "Steps from one line of the log to the next");
    private readonly Option<int?> _evaluateEvery = Flags.Integer("--evaluate-every", "Steps from one look at held-out sentences to the next; 0 for the end only");
    private readonly Option<bool> _evaluateEarly = Flags.Switch("--evaluate-early", "Look after 1, 2, 4, 8 … steps too, until the first of those");
    private readonly Option<int?> _evaluationSentences = Flags.Integer("--evaluate-on", "Held-out sentences looked at");
    private readonly Option<int?> _checkpointEvery = Flags.Integer("--checkpoint-every", "Steps from one checkpoint to the next; 0 to go by minutes");
    private readonly Option<double?> _checkpointMinutes = Flags.Number("--checkpoint-minutes", "Minutes from one checkpoint to the next; 0 to go by steps");

    /// <summary>In the order in which help shows them.</summary>
    public IEnumerable<Option> All =>
    [
        _rate, _clip, _wordDrop, _wordDropAs, _pool,
        _reportEvery, _evaluateEvery, _evaluateEarly, _evaluationSentences, _checkpointEvery, _checkpointMinutes,
    ];

    /// <summary>Options with what the flags change.</summary>
    public TrainingOptions Change(ParseResult parse, TrainingOptions options) => options with
    {
        LearningRate = parse.GetValue(_rate) ?? options.LearningRate,
        ClipNorm = parse.GetValue(_clip) is { } clip ? (clip == 0 ? null : clip) : options.ClipNorm,
        WordDropRate = parse.GetValue(_wordDrop) ?? options.WordDropRate,
        WordDropKind = parse.GetValue(_wordDropAs) ?? options.WordDropKind,
        PoolBatches = parse.GetValue(_pool) ?? options.PoolBatches,
        ReportEvery = parse.GetValue(_reportEvery) ?? options.ReportEvery,
        EvaluateEvery = parse.GetValue(_evaluateEvery) ?? options.EvaluateEvery,
        EvaluateEarly = parse.GetValue(_evaluateEarly) || options.EvaluateEarly,
        EvaluationSentences = parse.GetValue(_evaluationSentences) ?? options.EvaluationSentences,
        CheckpointEvery = parse.GetValue(_checkpointEvery) ?? options.CheckpointEvery,
        CheckpointMinutes = parse.GetValue(_checkpointMinutes) ?? options.CheckpointMinutes,
    };
}
