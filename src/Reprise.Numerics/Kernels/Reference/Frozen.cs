namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Freeze(Tensor<T> weights) => Shapes.Freeze(weights);

    /// <inheritdoc/>
    public void Thaw(Tensor<T> weights)
    {
    }
}
