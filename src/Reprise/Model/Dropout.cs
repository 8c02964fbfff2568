using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>The shares of activations that training sets to zero, the rest scaled up by 1 / (1 - rate) (Srivastava et al. 2014).</summary>
/// <param name="Embedding">Of the words' vectors in the decoder's input.</param>
/// <param name="Output">Of the states that leave a layer of the decoder's LSTM.</param>
/// <param name="Code">Of the code.</param>
/// <param name="IsVariational">True for the same elements in all steps of a sentence (Gal &amp; Ghahramani 2016).</param>
/// <param name="Seed">The seed of the run.</param>
/// <param name="Step">The step of training.</param>
internal readonly record struct Dropout(double Embedding, double Output, double Code, bool IsVariational, ulong Seed, long Step)
{
    /// <summary>The factors of all rows, 0 or 1 / (1 - rate), [N, C]; absent where the rate is 0.</summary>
    /// <param name="index">The number of the place in the model, if the use has several.</param>
    public Tensor<T> Factors<T>(
        double rate, RandomUse use, int index, StepLayout steps, int columns, IKernels<T> kernels, Workspace<T> workspace)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (rate <= 0)
            return default;
        Tensor<T> factors_NC = workspace.Take(steps.Rows, columns);
        RandomKey key = new(Seed, use, Step, index);
        if (!IsVariational)
        {
            kernels.DropoutMask(factors_NC, rate, key);
            return factors_NC;
        }

        Tensor<T> factors_BC = workspace.Take(steps.Sequences, columns);
        kernels.DropoutMask(factors_BC, rate, key);
        kernels.Fill(factors_NC, T.One);
        kernels.MultiplySteps(factors_NC, factors_BC, steps);
        return factors_NC;
    }

    /// <summary>The factors of the code, [B, Z]; absent where the rate is 0.</summary>
    public Tensor<T> CodeFactors<T>(int sentences, int columns, IKernels<T> kernels, Workspace<T> workspace)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (Code <= 0)
            return default;
        Tensor<T> factors_BZ = workspace.Take(sentences, columns);
        kernels.DropoutMask(factors_BZ, Code, new RandomKey(Seed, RandomUse.CodeDropout, Step, 0));
        return factors_BZ;
    }
}
