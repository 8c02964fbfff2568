using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>
/// The code as the initial state, h₀ = tanh(W_h z + b_h) and c₀ = W_c z + b_c (<see cref="LatentInput.InitialState"/>), and in addition
/// behind the word in the input of every step (<see cref="LatentInput.EveryStep"/>), and in the softmax
/// (<see cref="LatentInput.EveryStepAndSoftmax"/>).
/// </summary>
internal sealed class InitialStateEntry(ParameterList list, ModelOptions options) : CodeEntry
{
    private readonly AffineParameters _hidden =
        new(list, "decoder.latent.hidden", options.StateSize, options.LatentSize, ModelPart.Decoder);

    private readonly AffineParameters _cell = new(list, "decoder.latent.cell", options.StateSize, options.LatentSize, ModelPart.Decoder);

    public override int InputColumns { get; } = options.LatentInput == LatentInput.InitialState ? 0 : options.LatentSize;

    public override Parameter? Softmax_FZ { get; } = options.LatentInput == LatentInput.EveryStepAndSoftmax
        ? list.Matrix(
            "decoder.latent.softmax.weight", options.TieEmbeddings ? options.EmbeddingSize : options.HiddenSize, options.LatentSize,
            ModelPart.Decoder)
        : null;

    public override long Products => _hidden.Weight.Length + _cell.Weight.Length + (Softmax_FZ?.Length ?? 0);

    public override CodeEntry<T> In<T>(LstmParameters lstm, IKernels<T> kernels, ParameterSlab<T> weights, Workspace<T> workspace) =>
        new Computation<T>(_hidden, _cell, InputColumns, lstm, kernels, weights, workspace);

    private sealed class Computation<T>(
        AffineParameters hidden, AffineParameters cell, int inputColumns, LstmParameters lstm, IKernels<T> kernels,
        ParameterSlab<T> w, Workspace<T> workspace)
        : CodeEntry<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private Tensor<T> _z_BZ, _h0_BH;

        public override (Tensor<T> H0_BH, Tensor<T> C0_BH) Forward(Tensor<T> gates_N4H, Tensor<T> z_BZ, StepLayout steps)
        {
            _z_BZ = z_BZ;
            DecoderState<T> start = Start(z_BZ);
            _h0_BH = start.H_BS;
            if (!start.LatentGates_B4H.IsAbsent)
                kernels.AddToSteps(gates_N4H, start.LatentGates_B4H, steps);
            return (start.H_BS, start.C_BS);
        }

        public override void Backward(
            Tensor<T> dz_BZ, ParameterSlab<T> d, Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, StepLayout steps)
        {
            kernels.TanhBackward(dh0_BH, dh0_BH, _h0_BH);
            kernels.LinearBackwardWeight(d[hidden.Weight], d[hidden.Bias], dh0_BH, _z_BZ);
            kernels.LinearBackwardWeight(d[cell.Weight], d[cell.Bias], dc0_BH, _z_BZ);
            kernels.LinearBackwardInput(dz_BZ, dh0_BH, w[hidden.Weight], accumulate: true);
            kernels.LinearBackwardInput(dz_BZ, dc0_BH, w[cell.Weight], accumulate: true);
            if (inputColumns == 0)
                return;
            Tensor<T> dLatentGates_B4H = workspace.Take(dz_BZ.Rows, dGates_N4H.Columns);
            kernels.SumOverSteps(dLatentGates_B4H, dGates_N4H, steps);
            kernels.LinearBackwardWeight(Columns(d), default, dLatentGates_B4H, _z_BZ);
            kernels.LinearBackwardInput(dz_BZ, dLatentGates_B4H, Columns(w), accumulate: true);
        }

        public override DecoderState<T> Start(Tensor<T> z_BZ)
        {
            (int B, int stateSize, int gates) = (z_BZ.Rows, hidden.Weight.Rows, lstm.InputWeight_4HI.Rows);
            DecoderState<T> start = new(
                workspace.Take(B, stateSize), workspace.Take(B, stateSize), inputColumns > 0 ? workspace.Take(B, gates) : default);
            kernels.Linear(start.H_BS, z_BZ, w[hidden.Weight], w[hidden.Bias]);
            kernels.Tanh(start.H_BS, start.H_BS);
            kernels.Linear(start.C_BS, z_BZ, w[cell.Weight], w[cell.Bias]);
            if (inputColumns > 0)
                kernels.Linear(start.LatentGates_B4H, z_BZ, Columns(w), default);
            return start;
        }

        // The columns [4H, Z] of the LSTM's input weights that belong to the code.
        private Tensor<T> Columns(ParameterSlab<T> slab)
        {
            Tensor<T> weight_4HI = slab[lstm.InputWeight_4HI];
            return weight_4HI.ColumnRange(weight_4HI.Columns - inputColumns, inputColumns);
        }
    }
}
