using System.Numerics;

namespace Reprise.Model;

/// <summary>A promise, until it is disposed of, that weights do not change (<see cref="SentenceAutoencoder{T}.FreezeWeights"/>).</summary>
internal readonly struct FrozenWeights<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly SentenceAutoencoder<T> _model;

    internal FrozenWeights(SentenceAutoencoder<T> model)
    {
        _model = model;
        model.Kernels.Freeze(model.Weights.All);
    }

    /// <summary>Ends the promise: the weights may change again.</summary>
    public void Dispose() => _model.Kernels.Thaw(_model.Weights.All);
}
