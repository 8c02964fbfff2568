using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The code as the first input, W z in the place of a word (<see cref="LatentInput.FirstToken"/>).</summary>
internal sealed class FirstTokenEntry(ParameterList list, ModelOptions options) : CodeEntry
{
    private readonly int _stateSize = options.StateSize;

    private readonly Parameter _weight_EZ =
        list.Matrix("decoder.latent.first_token.weight", options.EmbeddingSize, options.LatentSize, ModelPart.Decoder);

    public override long Products => _weight_EZ.Length;

    public override CodeEntry<T> In<T>(LstmParameters lstm, IKernels<T> kernels, ParameterSlab<T> weights, Workspace<T> workspace) =>
        new Computation<T>(_weight_EZ, lstm, _stateSize, kernels, weights, workspace);

    private sealed class Computation<T>(
        Parameter weight_EZ, LstmParameters lstm, int stateSize, IKernels<T> kernels, ParameterSlab<T> w, Workspace<T> workspace)
        : CodeEntry<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private Tensor<T> _z_BZ, _x_BE;

        public override bool ReplacesFirstWord => true;

        public override (Tensor<T> H0_BH, Tensor<T> C0_BH) Forward(Tensor<T> gates_N4H, Tensor<T> z_BZ, StepLayout steps)
        {
            _z_BZ = z_BZ;
            _x_BE = FirstInputs(z_BZ);
            kernels.Linear(gates_N4H.RowRange(0, z_BZ.Rows), _x_BE, w[lstm.InputWeight_4HI], w[lstm.Bias_4H]);
            return default;
        }

        public override void Backward(
            Tensor<T> dz_BZ, ParameterSlab<T> d, Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, StepLayout steps)
        {
            Tensor<T> dGates_B4H = dGates_N4H.RowRange(0, dz_BZ.Rows), dx_BE = _x_BE; // in place: the inputs are not needed any more
            kernels.LinearBackwardWeight(d[lstm.InputWeight_4HI], d[lstm.Bias_4H], dGates_B4H, _x_BE);
            kernels.LinearBackwardInput(dx_BE, dGates_B4H, w[lstm.InputWeight_4HI]);
            kernels.LinearBackwardWeight(d[weight_EZ], default, dx_BE, _z_BZ);
            kernels.LinearBackwardInput(dz_BZ, dx_BE, w[weight_EZ], accumulate: true);
        }

        public override DecoderState<T> Start(Tensor<T> z_BZ) => NoEntry.Zero(z_BZ.Rows, stateSize, kernels, workspace);

        public override Tensor<T> FirstInputs(Tensor<T> z_BZ)
        {
            Tensor<T> x_BE = workspace.Take(z_BZ.Rows, weight_EZ.Rows);
            kernels.Linear(x_BE, z_BZ, w[weight_EZ], default);
            return x_BE;
        }
    }
}
