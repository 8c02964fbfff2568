namespace Reprise.Benchmarks;

/// <summary>The parts of a training step, in the order in which they are first done.</summary>
internal enum StepPart
{
    ClearGradients,
    GatherWords,
    EncoderInputs,
    EncoderSteps,
    Code,
    DecoderInputs,
    DecoderSteps,
    Projection,
    Softmax,
    ProjectionBackward,
    DecoderStepsBackward,
    DecoderInputsBackward,
    CodeBackward,
    EncoderStepsBackward,
    EncoderInputsBackward,
    ScatterWords,
    GradientNorm,
    Adam,
    Rest,
}

/// <summary>Their names for people.</summary>
internal static class StepParts
{
    /// <summary>The names by <see cref="StepPart"/>.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        "gradients cleared",
        "words to vectors",
        "encoder LSTM, inputs",
        "encoder LSTM, steps",
        "posterior and code",
        "decoder LSTM, inputs",
        "decoder LSTM, steps",
        "projection",
        "softmax, forward and backward",
        "projection, backward",
        "decoder LSTM, steps backward",
        "decoder LSTM, inputs backward",
        "posterior and code, backward",
        "encoder LSTM, steps backward",
        "encoder LSTM, inputs backward",
        "gradients of the words",
        "norm of the gradient",
        "Adam",
        "everything else", // the batch and its noise
    ];
}
