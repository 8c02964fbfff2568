using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Training;

/// <summary>The optimiser of a run with the moments of its gradients.</summary>
internal sealed class Optimizer : IDisposable
{
    private readonly TrainingOptions _options;
    private readonly IKernels<float> _kernels;
    private readonly ParameterSlab<float> _weights;
    private readonly Parameter[] _parameters;

    /// <param name="weights">The weights that it updates.</param>
    public Optimizer(TrainingOptions options, ParameterSlab<float> weights)
    {
        (_options, _kernels, _weights) = (options, weights.Kernels, weights);
        _parameters = [.. weights.Layout.Parameters];
        First = new ParameterSlab<float>(weights.Layout, _kernels);
        Second = IsDescent ? null : new ParameterSlab<float>(weights.Layout, _kernels);
    }

    /// <summary>Adam's first moment, or the velocity of gradient descent.</summary>
    public ParameterSlab<float> First { get; }

    /// <summary>Adam's second moment; null for gradient descent.</summary>
    public ParameterSlab<float>? Second { get; }

    /// <summary>The moments with the prefixes of their names in a checkpoint.</summary>
    public IEnumerable<(string Prefix, ParameterSlab<float> Slab)> Slabs => Second is { } second
        ? [(CheckpointSlabs.Mean, First), (CheckpointSlabs.Variance, second)]
        : [(CheckpointSlabs.Velocity, First)];

    private bool IsDescent => _options.Optimizer == OptimizerKind.Sgd;

    /// <summary>Updates the weights by their gradients.</summary>
    /// <param name="scale">The factor of the gradients, [1, 1]; 0 changes nothing.</param>
    public void Update(ParameterSlab<float> gradients, Updates updates, Tensor<double> scale, double rate)
    {
        if (updates.AreEqual && _options.WeightDecay == 0)
        {
            Update(_weights.All, First.All, Second?.All ?? default, gradients.All, scale, updates.Decoder, rate, decay: 0);
            return;
        }

        foreach (Parameter p in _parameters)
        {
            long count = updates.Of(p.Part);
            double decay = p.IsVector ? 0 : _options.WeightDecay;
            if (count > 0)
                Update(_weights[p], First[p], Second is null ? default : Second[p], gradients[p], scale, count, rate, decay);
        }
    }

    /// <summary>Sets the moments of a part of the model to zero.</summary>
    public void Forget(ModelPart part)
    {
        foreach (Parameter p in _parameters.Where(p => p.Part == part))
        {
            _kernels.Fill(First[p], 0);
            if (Second is not null)
                _kernels.Fill(Second[p], 0);
        }
    }

    public void Dispose()
    {
        First.Dispose();
        Second?.Dispose();
    }

    private void Update(
        Tensor<float> weights, Tensor<float> first, Tensor<float> second, Tensor<float> gradients, Tensor<double> scale,
        long count, double rate, double decay)
    {
        if (IsDescent)
            _kernels.Momentum(weights, first, gradients, scale, new MomentumStep(rate, _options.Momentum, decay));
        else
            _kernels.Adam(weights, first, second, gradients, scale, new AdamStep(count, rate, Decay: decay));
    }
}
