using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Kernels;

/// <summary>
/// The first rung: every gradient of the reference, in double, against central differences of its own forward pass. The loss
/// is a fixed random combination of all outputs; where a gradient accumulates, it starts at 1, which must still be in it.
/// </summary>
public sealed class ReferenceGradientTests : IDisposable
{
    private readonly ReferenceKernels<double> _kernels = new();
    private readonly Operands<double> _operands;

    public ReferenceGradientTests() => _operands = new Operands<double>(_kernels, padding: 3);

    public void Dispose() => _operands.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Linear_gradients_match_central_differences(bool accumulate)
    {
        (int N, int I, int O) = (4, 3, 5);
        Tensor<double> x_NI = _operands.Read("x", N, I), weight_OI = _operands.Read("weight", O, I), bias_O = _operands.Read("bias", 1, O);
        Tensor<double> y_NO = _operands.Written("y", N, O), dy_NO = _operands.Read("dy", N, O);
        Tensor<double> dx_NI = _operands.Filled("dx", N, I, 1);
        Tensor<double> dWeight_OI = _operands.Filled("dWeight", O, I, 1), dBias_O = _operands.Filled("dBias", 1, O, 1);

        _kernels.LinearBackwardInput(dx_NI, dy_NO, weight_OI, accumulate);
        _kernels.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);

        Prove(Loss, ("x", x_NI, dx_NI, accumulate ? 1 : 0), ("weight", weight_OI, dWeight_OI, 1), ("bias", bias_O, dBias_O, 1));

        double Loss()
        {
            _kernels.Fill(y_NO, 7); // a constant, which no gradient sees
            _kernels.Linear(y_NO, x_NI, weight_OI, bias_O, accumulate);
            return Inner(dy_NO, y_NO);
        }
    }

    [Fact]
    public void Gather_gradient_matches_central_differences()
    {
        (int V, int E) = (4, 3);
        int[] rows_N = [2, 0, -1, 2, 3, 2];
        Tensor<double> table_VE = _operands.Read("table", V, E), dTable_VE = _operands.Filled("dTable", V, E, 1);
        Tensor<double> y_NE = _operands.Written("y", rows_N.Length, E), dy_NE = _operands.Read("dy", rows_N.Length, E);

        _kernels.ScatterAdd(dTable_VE, dy_NE, rows_N);

        Prove(Loss, ("table", table_VE, dTable_VE, 1));

        double Loss()
        {
            _kernels.Gather(y_NE, table_VE, rows_N);
            return Inner(dy_NE, y_NE);
        }
    }

    [Fact]
    public void AddToSteps_gradient_matches_central_differences()
    {
        StepLayout steps = Layout(4, 2, 2, 1);
        Tensor<double> x_BC = _operands.Read("x", steps.Sequences, 3), dx_BC = _operands.Written("dx", steps.Sequences, 3);
        Tensor<double> y_NC = _operands.Written("y", steps.Rows, 3), dy_NC = _operands.Read("dy", steps.Rows, 3);

        _kernels.SumOverSteps(dx_BC, dy_NC, steps);

        Prove(Loss, ("x", x_BC, dx_BC, 0));

        double Loss()
        {
            _kernels.Fill(y_NC, 5);
            _kernels.AddToSteps(y_NC, x_BC, steps);
            return Inner(dy_NC, y_NC);
        }
    }

    [Theory]
    [InlineData("max")]
    [InlineData("mean")]
    public void Pooling_gradients_match_central_differences(string pooling)
    {
        StepLayout steps = Layout(4, 2, 2, 1);
        Tensor<double> x_NC = _operands.Read("x", steps.Rows, 3), dx_NC = _operands.Written("dx", steps.Rows, 3);
        Tensor<double> y_BC = _operands.Written("y", steps.Sequences, 3), dy_BC = _operands.Read("dy", steps.Sequences, 3);

        Loss();
        if (pooling == "max")
            _kernels.MaxOverStepsBackward(dx_NC, dy_BC, x_NC, y_BC, steps);
        else
            _kernels.MeanOverStepsBackward(dx_NC, dy_BC, steps);

        Prove(Loss, ("x", x_NC, dx_NC, 0));

        double Loss()
        {
            if (pooling == "max")
                _kernels.MaxOverSteps(y_BC, x_NC, steps);
            else
                _kernels.MeanOverSteps(y_BC, x_NC, steps);
            return Inner(dy_BC, y_BC);
        }
    }

    [Fact]
    public void MultiplySteps_is_its_own_gradient()
    {
        StepLayout steps = Layout(4, 2, 2, 1);
        Tensor<double> x_NC = _operands.Read("x", steps.Rows, 3), dx_NC = _operands.Written("dx", steps.Rows, 3);
        Tensor<double> y_NC = _operands.Written("y", steps.Rows, 3), dy_NC = _operands.Read("dy", steps.Rows, 3);
        Tensor<double> factor_BC = _operands.Read("factor", steps.Sequences, 3);

        Copy(dx_NC, dy_NC);
        _kernels.MultiplySteps(dx_NC, factor_BC, steps);

        Prove(Loss, ("x", x_NC, dx_NC, 0));

        double Loss()
        {
            Copy(y_NC, x_NC);
            _kernels.MultiplySteps(y_NC, factor_BC, steps);
            return Inner(dy_NC, y_NC);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Lstm_gradients_match_central_differences(bool withInitialState, bool inPlace)
    {
        StepLayout steps = Layout(5, 3, 3, 1);
        (int N, int B, int H) = (steps.Rows, steps.Sequences, 4);
        Tensor<double> input_N4H = _operands.Read("input", N, 4 * H), weight_4HH = _operands.Read("weight", 4 * H, H, 0.5);
        Tensor<double> h0_BH = withInitialState ? _operands.Read("h0", B + 2, H) : default;
        Tensor<double> c0_BH = withInitialState ? _operands.Read("c0", B + 2, H) : default;
        Tensor<double> gates_N4H = _operands.Written("gates", N, 4 * H);
        Tensor<double> h_NH = _operands.Written("h", N, H);
        Tensor<double> c_NH = _operands.Written("c", N, H);
        Tensor<double> dhGiven_NH = _operands.Read("dh, given", N, H), dh_NH = _operands.Scratch("dh", N, H);
        Tensor<double> dInput_N4H = inPlace ? gates_N4H : _operands.Written("dInput", N, 4 * H);
        Tensor<double> dWeight_4HH = _operands.Filled("dWeight", 4 * H, H, 1);
        Tensor<double> dh0_BH = withInitialState ? _operands.Written("dh0", B, H) : default;
        Tensor<double> dc0_BH = withInitialState ? _operands.Written("dc0", B, H) : default;

        Loss();
        Copy(dh_NH, dhGiven_NH);
        _kernels.LstmBackward(dInput_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        Tensor<double> dInputKept_N4H = _operands.Written("dInput, kept", N, 4 * H);
        Copy(dInputKept_N4H, dInput_N4H);

        Prove(Loss, ("input", input_N4H, dInputKept_N4H, 0), ("weight", weight_4HH, dWeight_4HH, 1));
        if (withInitialState)
            Prove(Loss, ("h0", h0_BH.RowRange(0, B), dh0_BH, 0), ("c0", c0_BH.RowRange(0, B), dc0_BH, 0));

        double Loss()
        {
            Copy(gates_N4H, input_N4H);
            _kernels.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
            return Inner(dhGiven_NH, h_NH);
        }
    }

    [Fact]
    public void Tanh_gradient_matches_central_differences()
    {
        Tensor<double> x = _operands.Read("x", 3, 5), y = _operands.Written("y", 3, 5);
        Tensor<double> dy = _operands.Read("dy", 3, 5), dx = _operands.Written("dx", 3, 5);

        Loss();
        _kernels.TanhBackward(dx, dy, y);

        Prove(Loss, ("x", x, dx, 0));

        double Loss()
        {
            _kernels.Tanh(y, x);
            return Inner(dy, y);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Latent_gradients_match_central_differences(bool withNoise)
    {
        (int B, int Z) = (3, 4);
        const double KlScale = 0.7;
        Tensor<double> mean_BZ = _operands.Read("mean", B, Z), logVariance_BZ = _operands.Read("log variance", B, Z);
        Tensor<double> noise_BZ = withNoise ? _operands.Read("noise", B, Z) : default;
        Tensor<double> z_BZ = _operands.Written("z", B, Z), kl_B = _operands.Written("kl", 1, B), dz_BZ = _operands.Read("dz", B, Z);
        Tensor<double> dMean_BZ = _operands.Written("dMean", B, Z), dLogVariance_BZ = _operands.Written("dLogVariance", B, Z);

        _kernels.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, noise_BZ, default, KlScale);

        Prove(Loss, ("mean", mean_BZ, dMean_BZ, 0), ("log variance", logVariance_BZ, dLogVariance_BZ, 0));

        double Loss()
        {
            _kernels.Latent(z_BZ, kl_B, mean_BZ, logVariance_BZ, noise_BZ);
            double kl = 0;
            foreach (double sentence in kl_B.Row(0))
                kl += sentence;
            return Inner(dz_BZ, z_BZ) + (KlScale * kl);
        }
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(2, true)]
    [InlineData(5, false)]
    [InlineData(1, false)]
    public void Normalization_gradients_match_central_differences(int B, bool ofBatch)
    {
        const int C = 3;
        (double gain, double epsilon) = (0.6, 0.01);
        Tensor<double> x_BC = _operands.Read("x", B, C), y_BC = _operands.Written("y", B, C);
        Tensor<double> moments_3C = _operands.Written("moments", 3, C);
        Tensor<double> shift_C = _operands.Read("shift", 1, C), mean_C = _operands.Read("mean", 1, C);
        Tensor<double> variance_C = _operands.Filled("variance", 1, C, 0.7f), dy_BC = _operands.Read("dy", B, C);
        Tensor<double> dx_BC = _operands.Written("dx", B, C), dShift_C = _operands.Filled("dShift", 1, C, 1);
        if (ofBatch)
            (mean_C, variance_C) = (moments_3C.RowRange(0, 1), moments_3C.RowRange(1, 1));

        Loss();
        _kernels.NormalizeBackward(dx_BC, dShift_C, dy_BC, x_BC, mean_C, variance_C, gain, epsilon, ofBatch);

        Prove(Loss, ("x", x_BC, dx_BC, 0), ("shift", shift_C, dShift_C, 1));

        double Loss()
        {
            _kernels.Moments(moments_3C, x_BC);
            _kernels.Normalize(y_BC, x_BC, mean_C, variance_C, shift_C, gain, epsilon);
            return Inner(dy_BC, y_BC);
        }
    }

    // The mean kl of the four dimensions is about 1.5, 0.3, 0.05 and 4.6, that of the three sentences about 5.2, 7.5 and 6.9.
    [Theory]
    [InlineData(0.5, false)]
    [InlineData(6, true)]
    [InlineData(0, false)]
    [InlineData(100, false)]
    [InlineData(100, true)]
    public void FreeBits_gradients_match_central_differences(double nats, bool perSentence)
    {
        (int B, int Z) = (3, 4);
        const double KlScale = 0.7;
        Tensor<double> mean_BZ = _operands.Read("mean", B, Z);
        Tensor<double> logVariance_BZ = _operands.Read("log variance", B, Z);
        Tensor<double> dz_BZ = _operands.Filled("dz", B, Z, 0);
        double[] means = [1, 0.5, 0.1, 3, 2, -1, 0.3, -3, -2, 0.7, -0.2, 3];
        double[] logVariances = [0.2, 0.3, 0.1, 0.2, -0.4, 0.1, 0.2, 1, -0.1, -0.6, 0.5, -0.2];
        for (int b = 0; b < B; b++)
        {
            means.AsSpan(b * Z, Z).CopyTo(mean_BZ.Row(b));
            logVariances.AsSpan(b * Z, Z).CopyTo(logVariance_BZ.Row(b));
        }

        Tensor<double> counts_BZ = _operands.Written("counts", B, Z), counted_B = _operands.Written("counted", 1, B);
        Tensor<double> dMean_BZ = _operands.Written("dMean", B, Z), dLogVariance_BZ = _operands.Written("dLogVariance", B, Z);

        _kernels.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ, nats, perSentence);
        _kernels.LatentBackward(dMean_BZ, dLogVariance_BZ, dz_BZ, mean_BZ, logVariance_BZ, default, counts_BZ, KlScale);

        double counted = Enumerable.Range(0, B).Sum(b => counts_BZ.Row(b).ToArray().Sum());
        (counted > 0).ShouldBe(nats < 100);
        (counted < B * Z).ShouldBe(nats > 0);
        Prove(Loss, ("mean", mean_BZ, dMean_BZ, 0), ("log variance", logVariance_BZ, dLogVariance_BZ, 0));

        double Loss()
        {
            _kernels.FreeBits(counts_BZ, counted_B, mean_BZ, logVariance_BZ, nats, perSentence);
            return KlScale * counted_B.Row(0).ToArray().Sum();
        }
    }

    [Fact]
    public void CrossEntropy_gradients_match_central_differences()
    {
        (int V, int I) = (7, 3);
        const double Scale = 0.3;
        int[] targets_N = [6, 0, 3, 3];
        int N = targets_N.Length;
        Tensor<double> x_NI = _operands.Read("x", N, I), weight_VI = _operands.Read("weight", V, I), bias_V = _operands.Read("bias", 1, V);
        Tensor<double> nll_N = _operands.Written("nll", 1, N), dx_NI = _operands.Written("dx", N, I);
        Tensor<double> dWeight_VI = _operands.Filled("dWeight", V, I, 1), dBias_V = _operands.Filled("dBias", 1, V, 1);

        _kernels.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N, Scale);
        double[] together = nll_N.Row(0).ToArray();

        Prove(Loss, ("x", x_NI, dx_NI, 0), ("weight", weight_VI, dWeight_VI, 1), ("bias", bias_V, dBias_V, 1));
        Loss();
        nll_N.Row(0).ToArray().ShouldBe(together);

        double Loss()
        {
            _kernels.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
            double sum = 0;
            foreach (double nll in nll_N.Row(0))
                sum += nll;
            return Scale * sum;
        }
    }

    // dX = startedAt + (loss(x + h) - loss(x - h)) / 2h for every element of every X.
    private static void Prove(
        Func<double> loss, params ReadOnlySpan<(string Name, Tensor<double> X, Tensor<double> DX, double StartedAt)> gradients)
    {
        const double h = 1e-5;
        foreach ((string name, Tensor<double> X, Tensor<double> dX, double startedAt) in gradients)
        {
            for (int row = 0; row < X.Rows; row++)
            {
                for (int column = 0; column < X.Columns; column++)
                {
                    double x = X[row, column];
                    X[row, column] = x + h;
                    double above = loss();
                    X[row, column] = x - h;
                    double below = loss();
                    X[row, column] = x;

                    double expected = (above - below) / (2 * h);
                    double found = dX[row, column] - startedAt;
                    double error = Math.Abs(found - expected) / Math.Max(Math.Abs(found) + Math.Abs(expected), 1e-3);
                    if (!(error <= Tolerances.CentralDifferences))
                        Assert.Fail(
                            $"gradient by {name}[{row}, {column}]: difference quotient {expected:G9}, found {found:G9}; error {error:G2}");
                }
            }
        }
    }

    private static double Inner(Tensor<double> a, Tensor<double> b)
    {
        double sum = 0;
        for (int row = 0; row < a.Rows; row++)
        {
            for (int column = 0; column < a.Columns; column++)
                sum += a[row, column] * b[row, column];
        }

        return sum;
    }

    private static void Copy(Tensor<double> to, Tensor<double> from)
    {
        for (int row = 0; row < from.Rows; row++)
            from.Row(row).CopyTo(to.Row(row));
    }

    private static StepLayout Layout(params ReadOnlySpan<int> lengths)
    {
        StepLayout steps = new();
        steps.Set(lengths);
        return steps;
    }
}
