using Reprise.Formats;
using Reprise.Model;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Rendering;

/// <summary>Short descriptions of options.</summary>
internal static class Describe
{
    public static string Model(ModelOptions model) =>
        $"{Format.Count(model.VocabularySize)} words, embedding {model.EmbeddingSize}, hidden {model.HiddenSize}, code {model.LatentSize}";

    /// <summary>The target by which m moves, behind the name of the objective; empty without one.</summary>
    public static string Target(TrainingOptions training) => training switch
    {
        { TargetKl: { } kl } => FormattableString.Invariant($", m moved to kl {kl}"),
        { TargetAccuracy: { } accuracy } => $", m moved to {Format.Percent(accuracy)} of the words",
        _ => "",
    };

    /// <summary>The words of a text.</summary>
    public static string Tokenizer(TextOptions text) => text.Tokenizer switch
    {
        TokenizerKind.Penn => "Penn Treebank style",
        TokenizerKind.Whitespace => "between white space",
        TokenizerKind.Bpe => "pieces of words, by byte pairs",
        _ => "characters",
    };

    /// <summary>The name of a part of the sentences.</summary>
    public static string Split(ReportSplit split) => Json.NameOf(split);

    /// <summary>A run that is to end later than its falling rate assumed.</summary>
    public static string Of(Continuation continuation) => continuation.GoesBack
        ? $"the rate had begun to fall: going on from step {Format.Count(continuation.From)}, before it fell, whose checkpoint was kept"
        : $"the rate rises again, {Rise(continuation)}: there is no checkpoint from before its fall, which a --decay below 1 keeps";

    /// <summary>The rate at a run's last checkpoint, and in its next step.</summary>
    public static string Rise(Continuation continuation) =>
        FormattableString.Invariant($"from {continuation.Rate:G3} to {continuation.NewRate:G3}");
}
