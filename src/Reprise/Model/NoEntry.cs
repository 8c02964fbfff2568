using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>No code (<see cref="LatentInput.None"/>): the state starts at zero.</summary>
internal sealed class NoEntry(int stateSize) : CodeEntry
{
    public override long Products => 0;

    public override CodeEntry<T> In<T>(LstmParameters lstm, IKernels<T> kernels, ParameterSlab<T> weights, Workspace<T> workspace) =>
        new Computation<T>(stateSize, kernels, workspace);

    /// <summary>A state of zeros.</summary>
    public static DecoderState<T> Zero<T>(int sentences, int stateSize, IKernels<T> kernels, Workspace<T> workspace)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        DecoderState<T> state = new(workspace.Take(sentences, stateSize), workspace.Take(sentences, stateSize), default);
        kernels.Fill(state.H_BS, T.Zero);
        kernels.Fill(state.C_BS, T.Zero);
        return state;
    }

    private sealed class Computation<T>(int stateSize, IKernels<T> kernels, Workspace<T> workspace) : CodeEntry<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public override (Tensor<T> H0_BH, Tensor<T> C0_BH) Forward(Tensor<T> gates_N4H, Tensor<T> z_BZ, StepLayout steps) => default;

        public override void Backward(
            Tensor<T> dz_BZ, ParameterSlab<T> d, Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, StepLayout steps)
        {
        }

        public override DecoderState<T> Start(Tensor<T> z_BZ) => Zero(z_BZ.Rows, stateSize, kernels, workspace);
    }
}
