using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The parameters by which the code z enters the decoder's LSTM; a class for each <see cref="LatentInput"/>.</summary>
internal abstract class CodeEntry
{
    /// <summary>Columns of the LSTM's input weights that belong to the code, behind those of the words.</summary>
    public virtual int InputColumns => 0;

    /// <summary>Multiplications and additions a sentence, without those of <see cref="InputColumns"/>.</summary>
    public abstract long Products { get; }

    /// <summary>The weights [F, Z] by which the code enters the softmax; null where it does not.</summary>
    public virtual Parameter? Softmax_FZ => null;

    /// <summary>Declares the parameters of the entry that the options choose.</summary>
    public static CodeEntry Declare(ParameterList list, ModelOptions options) => options.LatentInput switch
    {
        LatentInput.FirstToken => new FirstTokenEntry(list, options),
        LatentInput.InitialState or LatentInput.EveryStep or LatentInput.EveryStepAndSoftmax => new InitialStateEntry(list, options),
        _ => new NoEntry(options.StateSize),
    };

    /// <summary>The computation with these parameters.</summary>
    /// <param name="lstm">The decoder's first layer.</param>
    public abstract CodeEntry<T> In<T>(LstmParameters lstm, IKernels<T> kernels, ParameterSlab<T> weights, Workspace<T> workspace)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>The computation of a <see cref="CodeEntry"/>: over a batch (Forward, Backward) and before the first word (Start).</summary>
internal abstract class CodeEntry<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>True where the first input of the LSTM is made of the code, and not the word BOS.</summary>
    public virtual bool ReplacesFirstWord => false;

    /// <summary>
    /// Adds the code's share to the first layer's gates, or sets those of the first step where it replaces the word; returns the initial
    /// state of all layers, [B, LH] each, absent for zero.
    /// </summary>
    public abstract (Tensor<T> H0_BH, Tensor<T> C0_BH) Forward(Tensor<T> gates_N4H, Tensor<T> z_BZ, StepLayout steps);

    /// <summary>The gradient of the last <see cref="Forward"/>: adds to dz and to <paramref name="d"/>.</summary>
    /// <param name="dh0_BH">The gradient by the initial state; scratch afterwards. Absent where the state is zero.</param>
    public abstract void Backward(
        Tensor<T> dz_BZ, ParameterSlab<T> d, Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, StepLayout steps);

    /// <summary>The decoder's state before its first word.</summary>
    public abstract DecoderState<T> Start(Tensor<T> z_BZ);

    /// <summary>The first inputs [B, E], where <see cref="ReplacesFirstWord"/>.</summary>
    public virtual Tensor<T> FirstInputs(Tensor<T> z_BZ) => throw new InvalidOperationException("the first input is a word");
}
