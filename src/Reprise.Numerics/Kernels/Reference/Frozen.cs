namespace Reprise.Numerics.Reference;

public sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Freeze(Tensor<T> weights) => Shapes.Freeze(weights);

    /// <inheritdoc/>
    public void Thaw(Tensor<T> weights)
    {
    }
}
