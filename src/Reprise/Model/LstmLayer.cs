using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>One LSTM over all steps of a batch, with the memory that its backward pass needs.</summary>
/// <param name="stepsPart">The name under which the steps are timed, of <see cref="StepParts"/>.</param>
/// <param name="stepsBackwardPart">The same for their gradients.</param>
internal sealed class LstmLayer<T>(
    LstmParameters p, int hiddenSize, IKernels<T> kernels, ParameterSlab<T> w, Workspace<T> workspace,
    string stepsPart, string stepsBackwardPart)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int H = hiddenSize;
    private Tensor<T> _gates_N4H, _h0_BH, _c0_BH, _c_NH;

    /// <summary>Memory of a batch's gates, to be filled with the inputs' share before <see cref="Forward"/>.</summary>
    public Tensor<T> TakeGates(StepLayout steps) => _gates_N4H = workspace.Take(steps.Rows, 4 * H);

    /// <summary>Its hidden states [N, H] after <see cref="Forward"/>.</summary>
    public Tensor<T> States_NH { get; private set; }

    /// <summary>Runs over the gates of <see cref="TakeGates"/>.</summary>
    /// <param name="h0_BH">The initial state; absent for zero.</param>
    /// <param name="c0_BH">The initial cell state; absent for zero.</param>
    public void Forward(Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps)
    {
        kernels.Enter(stepsPart);
        (_h0_BH, _c0_BH) = (h0_BH, c0_BH);
        States_NH = workspace.Take(steps.Rows, H);
        _c_NH = workspace.Take(steps.Rows, H);
        kernels.LstmForward(States_NH, _c_NH, _gates_N4H, w[p.HiddenWeight_4HH], h0_BH, c0_BH, steps);
    }

    /// <summary>Adds the gradient of the recurrent weights; returns that of the gates, in their memory.</summary>
    /// <param name="dh_NH">The gradient of the states; scratch afterwards.</param>
    /// <param name="dh0_BH">Out: the gradient of the initial state; absent where it is zero.</param>
    /// <param name="dc0_BH">Out: the gradient of the initial cell state; absent where it is zero.</param>
    public Tensor<T> Backward(ParameterSlab<T> d, Tensor<T> dh_NH, Tensor<T> dh0_BH, Tensor<T> dc0_BH, StepLayout steps)
    {
        kernels.Enter(stepsBackwardPart);
        kernels.LstmBackward(
            _gates_N4H, dh0_BH, dc0_BH, d[p.HiddenWeight_4HH], dh_NH, _gates_N4H, States_NH, _c_NH, w[p.HiddenWeight_4HH],
            _h0_BH, _c0_BH, steps);
        return _gates_N4H;
    }
}
