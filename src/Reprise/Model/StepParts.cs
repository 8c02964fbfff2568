namespace Reprise.Model;

/// <summary>
/// The parts of a training step by the names under which they are timed (<see cref="Numerics.IKernels{T}.Enter"/>), in the order in which
/// they first come.
/// </summary>
internal static class StepParts
{
    public const string
        ClearGradients = "gradients cleared",
        GatherWords = "words to vectors",
        EncoderInputs = "encoder LSTM, inputs",
        EncoderSteps = "encoder LSTM, steps",
        Code = "posterior and code",
        DecoderInputs = "decoder LSTM, inputs",
        DecoderSteps = "decoder LSTM, steps",
        Projection = "projection",
        Softmax = "softmax, forward and backward",
        ProjectionBackward = "projection, backward",
        DecoderStepsBackward = "decoder LSTM, steps backward",
        DecoderInputsBackward = "decoder LSTM, inputs backward",
        CodeBackward = "posterior and code, backward",
        EncoderStepsBackward = "encoder LSTM, steps backward",
        EncoderInputsBackward = "encoder LSTM, inputs backward",
        ScatterWords = "gradients of the words",
        GradientNorm = "norm of the gradient",
        Adam = "Adam";

    public static IReadOnlyList<string> All { get; } =
    [
        ClearGradients, GatherWords, EncoderInputs, EncoderSteps, Code, DecoderInputs, DecoderSteps, Projection, Softmax,
        ProjectionBackward, DecoderStepsBackward, DecoderInputsBackward, CodeBackward, EncoderStepsBackward, EncoderInputsBackward,
        ScatterWords, GradientNorm, Adam,
    ];
}
