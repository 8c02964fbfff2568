namespace Reprise.Numerics;

/// <summary>The slabs under <see cref="IKernels{T}.Freeze"/>, for back ends that keep factors in an arrangement of their own.</summary>
internal sealed unsafe class FrozenSlabs
{
    private readonly List<(nint Start, nint End)> _slabs = [];

    public void Add<T>(Tensor<T> slab)
        where T : unmanaged
    {
        Remove(slab);
        _slabs.Add(((nint)slab.Pointer, (nint)(slab.Pointer + slab.Length)));
    }

    public void Remove<T>(Tensor<T> slab)
        where T : unmanaged => _slabs.RemoveAll(range => range.Start == (nint)slab.Pointer);

    /// <summary>True if an element lies in one of them.</summary>
    public bool Hold(nint element)
    {
        foreach ((nint start, nint end) in _slabs)
        {
            if (element >= start && element < end)
                return true;
        }

        return false;
    }
}
