using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>Arguments that do not fit are refused before anything is read or written, by every back end in the same words.</summary>
public sealed class ShapesTests : IDisposable
{
    private readonly ReferenceKernels<float> _kernels = new();
    private readonly Operands<float> _operands;
    private readonly StepLayout _steps = new();

    public ShapesTests()
    {
        _operands = new Operands<float>(_kernels);
        _steps.Set([3, 2]);
    }

    public void Dispose() => _operands.Dispose();

    [Fact]
    public void Products_name_the_operand_that_does_not_fit()
    {
        Refused(() => _kernels.Linear(Of(2, 4), Of(2, 3), Of(5, 3), default), "Linear: y_NO expected [2, 5], found [2, 4]");
        Refused(() => _kernels.Linear(Of(2, 5), Of(2, 3), Of(5, 4), default), "Linear: x_NI expected [2, 4], found [2, 3]");
        Refused(() => _kernels.Linear(Of(2, 5), Of(2, 3), Of(5, 3), Of(5, 1)), "Linear: bias_O expected [1, 5], found [5, 1]");
        Refused(() => _kernels.Linear(default, Of(2, 3), Of(5, 3), default), "Linear: y_NO expected [2, 5], found no tensor");
        Refused(
            () => _kernels.LinearBackwardInput(Of(2, 4), Of(2, 5), Of(5, 3)), "LinearBackwardInput: dx_NI expected [2, 3], found [2, 4]");
        Refused(
            () => _kernels.LinearBackwardWeight(Of(5, 4), default, Of(2, 5), Of(2, 3)),
            "LinearBackwardWeight: dWeight_OI expected [5, 3], found [5, 4]");
    }

    [Fact]
    public void Indices_outside_their_table_are_refused()
    {
        Refused(() => _kernels.Gather(Of(3, 2), Of(4, 2), [0, -1, 4]), "Gather: rows_N[2] expected -1 to 3, found 4");
        Refused(() => _kernels.ScatterAdd(Of(4, 2), Of(2, 2), [-2, 0]), "ScatterAdd: rows_N[0] expected -1 to 3, found -2");
        Refused(
            () => _kernels.CrossEntropy(Of(1, 1), Of(1, 2), Of(4, 2), Of(1, 4), [-1]),
            "CrossEntropy: targets_N[0] expected 0 to 3, found -1");
        Refused(
            () => _kernels.CrossEntropy(Of(1, 1), Of(1, 2), Of(0, 2), Of(1, 0), [0]),
            "CrossEntropy: targets_N[0] expected 0 to -1, found 0");
        Refused(
            () => _kernels.CrossEntropyWithGradient(Of(1, 1), Of(1, 2), Of(4, 2), Of(1, 4), Of(1, 2), Of(4, 2), Of(1, 4), [4], 1),
            "CrossEntropyWithGradient: targets_N[0] expected 0 to 3, found 4");
    }

    [Fact]
    public void The_lstm_checks_every_operand_against_the_layout()
    {
        Refused(
            () => _kernels.LstmForward(Of(5, 3), Of(5, 2), Of(5, 8), Of(8, 2), default, default, _steps),
            "LstmForward: h_NH expected [5, 2], found [5, 3]");
        Refused(
            () => _kernels.LstmForward(Of(5, 2), Of(5, 2), Of(5, 8), Of(7, 2), default, default, _steps),
            "LstmForward: weight_4HH expected [8, 2], found [7, 2]");
        Refused(
            () => _kernels.LstmForward(Of(5, 2), Of(5, 2), Of(5, 8), Of(8, 2), Of(1, 2), default, _steps),
            "LstmForward: h0_BH expected [2 or more, 2], found [1, 2]");
        Refused(
            () => _kernels.LstmBackward(
                Of(5, 8), default, default, default, Of(5, 2), Of(5, 8), Of(5, 2), Of(5, 2), Of(8, 2), default, default, _steps),
            "LstmBackward: dWeight_4HH expected [8, 2], found no tensor");
        Refused(() => _kernels.AddToSteps(Of(4, 2), Of(2, 2), _steps), "AddToSteps: y_NC expected [5, 2], found [4, 2]");
        Refused(() => _kernels.SumOverSteps(Of(3, 2), Of(5, 2), _steps), "SumOverSteps: y_BC expected [2, 2], found [3, 2]");
    }

    [Fact]
    public void Pointwise_and_latent_operands_have_one_shape()
    {
        Refused(() => _kernels.Tanh(Of(2, 2), Of(2, 3)), "Tanh: y expected [2, 3], found [2, 2]");
        Refused(() => _kernels.TanhBackward(Of(2, 2), Of(2, 3), Of(2, 2)), "TanhBackward: dy expected [2, 2], found [2, 3]");
        Refused(() => _kernels.Multiply(Of(2, 2), Of(2, 2), Of(2, 3)), "Multiply: factor expected [2, 2], found [2, 3]");
        Refused(() => _kernels.Latent(Of(2, 3), Of(2, 1), Of(2, 3), Of(2, 3), default), "Latent: kl_B expected [1, 2], found [2, 1]");
        Refused(
            () => _kernels.LatentBackward(Of(2, 3), Of(2, 3), Of(2, 3), Of(2, 3), Of(3, 3), default, default, 1),
            "LatentBackward: logVariance_BZ expected [2, 3], found [3, 3]");
    }

    [Fact]
    public void Pooling_has_a_row_for_each_sentence_and_one_for_each_step()
    {
        Refused(() => _kernels.MaxOverSteps(Of(3, 2), Of(5, 2), _steps), "MaxOverSteps: y_BC expected [2, 2], found [3, 2]");
        Refused(() => _kernels.MaxOverSteps(Of(2, 2), Of(4, 2), _steps), "MaxOverSteps: x_NC expected [5, 2], found [4, 2]");
        Refused(
            () => _kernels.MaxOverStepsBackward(Of(5, 2), Of(2, 3), Of(5, 2), Of(2, 2), _steps),
            "MaxOverStepsBackward: dy_BC expected [2, 2], found [2, 3]");
        Refused(
            () => _kernels.MaxOverStepsBackward(Of(5, 3), Of(2, 2), Of(5, 2), Of(2, 2), _steps),
            "MaxOverStepsBackward: dx_NC expected [5, 2], found [5, 3]");
        Refused(() => _kernels.MeanOverSteps(Of(2, 3), Of(5, 2), _steps), "MeanOverSteps: y_BC expected [2, 2], found [2, 3]");
        Refused(
            () => _kernels.MeanOverStepsBackward(Of(5, 2), Of(3, 2), _steps), "MeanOverStepsBackward: dy_BC expected [2, 2], found [3, 2]");
    }

    [Fact]
    public void A_dropout_mask_has_a_rate_below_one_and_a_row_for_each_sentence()
    {
        RandomKey key = new(1, RandomUse.CodeDropout, 2, 3);
        Refused(() => _kernels.DropoutMask(default, 0.5, key), "DropoutMask: mask expected a tensor, found no tensor");
        Refused(() => _kernels.DropoutMask(Of(1, 2), 1, key), "DropoutMask: rate expected 0 to below 1, found 1");
        Refused(() => _kernels.DropoutMask(Of(1, 2), -0.5, key), "DropoutMask: rate expected 0 to below 1, found -0.5");
        Refused(() => _kernels.DropoutMask(Of(1, 2), double.NaN, key), "DropoutMask: rate expected 0 to below 1, found NaN");
        Refused(() => _kernels.MultiplySteps(Of(5, 2), Of(3, 2), _steps), "MultiplySteps: factor_BC expected [2, 2], found [3, 2]");
    }

    [Fact]
    public void Moments_have_a_column_for_each_of_the_batch()
    {
        Refused(() => _kernels.Moments(Of(2, 4), Of(5, 4)), "Moments: moments_3C expected [3, 4], found [2, 4]");
        Refused(() => _kernels.Moments(Of(3, 4), default), "Moments: x_BC expected a tensor, found no tensor");
        Refused(
            () => _kernels.Normalize(Of(5, 4), Of(5, 4), Of(1, 4), Of(1, 3), Of(1, 4), 1, 1),
            "Normalize: variance_C expected [1, 4], found [1, 3]");
        Refused(
            () => _kernels.NormalizeBackward(Of(5, 4), Of(1, 5), Of(5, 4), Of(5, 4), Of(1, 4), Of(1, 4), 1, 1, ofBatch: true),
            "NormalizeBackward: dShift_C expected [1, 4], found [1, 5]");
    }

    [Fact]
    public void More_words_than_there_are_cannot_be_asked_for()
    {
        Refused(
            () => _kernels.TopWords(new int[3], Of(1, 3), Of(1, 2), Of(4, 2), Of(1, 4), 2),
            "TopWords: logProbabilities_NK expected at most 2 columns, one for each word, found [1, 3]");
        Refused(
            () => _kernels.TopWords(new int[3], Of(1, 2), Of(1, 2), Of(4, 2), Of(1, 4), 0), "TopWords: words_NK expected 2 ids, found 3");
        Refused(
            () => _kernels.TopWords(new int[2], Of(1, 2), Of(1, 2), Of(4, 2), Of(1, 4), 5), "TopWords: firstWord expected 0 to 4, found 5");
    }

    [Fact]
    public void Adam_wants_four_slabs_of_one_shape_and_steps_from_one()
    {
        Refused(
            () => _kernels.Adam(Of(1, 9), Of(1, 9), Of(1, 8), Of(1, 9), default, new AdamStep(1, 1)),
            "Adam: variance expected [1, 9], found [1, 8]");
        Refused(
            () => _kernels.Adam(Of(1, 9), Of(1, 9), Of(1, 9), Of(1, 9), default, new AdamStep(0, 1)),
            "Adam: step expected a step from 1 on, found 0");
        Refused(
            () => _kernels.Adam(Of(1, 9), Of(1, 9), Of(1, 9), Of(1, 9), _operands.Shared(1, 1), new AdamStep(1, 1)),
            "Adam: scale expected [1, 1], found [1, 2]");
    }

    [Fact]
    public void Momentum_and_averages_want_slabs_of_one_shape()
    {
        Refused(
            () => _kernels.Momentum(Of(1, 9), Of(1, 8), Of(1, 9), default, new MomentumStep(1)),
            "Momentum: velocity expected [1, 9], found [1, 8]");
        Refused(
            () => _kernels.Momentum(Of(1, 9), Of(1, 9), Of(1, 9), _operands.Shared(1, 1), new MomentumStep(1)),
            "Momentum: scale expected [1, 1], found [1, 2]");
        Refused(() => _kernels.Average(Of(1, 8), Of(1, 9), default, 0.5), "Average: average expected [1, 9], found [1, 8]");
        Refused(() => _kernels.Average(Of(1, 9), Of(1, 9), default, 1.5), "Average: share expected 0 to 1, found 1.5");
        Refused(() => _kernels.Average(Of(1, 9), Of(1, 9), default, double.NaN), "Average: share expected 0 to 1, found NaN");
    }

    [Fact]
    public void A_step_is_measured_into_a_row_for_its_parts_norm_and_scale()
    {
        Tensor<double> row = _operands.Shared(0, 0, 0, 0);
        Refused(
            () => _kernels.Measure(_operands.Shared(0), default, Of(2, 3), Of(1, 9), 5), "Measure: measured expected [1, 4], found [1, 1]");
        Refused(() => _kernels.Measure(row, _operands.Shared(0), Of(2, 3), Of(1, 9), 5), "Measure: before expected [1, 4], found [1, 1]");
        Refused(() => _kernels.Measure(row, default, Of(7, 3), Of(1, 9), 5), "Measure: losses_PB expected 1 to 6 parts, found 7");
        Refused(() => _kernels.Measure(row, default, Of(2, 3), default, 5), "Measure: gradients expected a tensor, found no tensor");
        Refused(() => _kernels.Measure(row, default, Of(2, 3), Of(1, 9), 0), "Measure: clipNorm expected a norm above 0, found 0");
    }

    [Fact]
    public void As_many_values_are_read_and_written_as_the_tensor_has()
    {
        Refused(() => _kernels.Write(Of(2, 3), new float[5]), "Write: values expected 6 elements for x [2, 3], found 5");
        Refused(() => _kernels.Read(new float[7], Of(2, 3)), "Read: values expected 6 elements for x [2, 3], found 7");
        Refused(() => _kernels.Read([], default), "Read: x expected a tensor, found no tensor");
    }

    private static void Refused(Action call, string message) => Should.Throw<ArgumentException>(call).Message.ShouldBe(message);

    private Tensor<float> Of(int rows, int columns) => _operands.Read("operand", rows, columns);
}
