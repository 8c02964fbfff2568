using System.Numerics;
using Reprise.Numerics;

namespace Reprise.Model;

/// <summary>
/// One slab of memory with a place for every parameter: the weights, or their gradients, or one of Adam's moments.
/// </summary>
internal sealed class ParameterSlab<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Buffer<T> _buffer;

    /// <summary>A slab of zeros.</summary>
    /// <param name="kernels">The back end that computes in it; owned by the caller, and disposed of after the slab.</param>
    public ParameterSlab(ParameterLayout layout, IKernels<T> kernels)
    {
        Layout = layout;
        Kernels = kernels;
        _buffer = kernels.Allocate(layout.Length);
    }

    /// <summary>The back end that computes in it, by which its elements are read and written.</summary>
    public IKernels<T> Kernels { get; }

    /// <summary>The places of the parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Everything as one row, for the optimiser and the gradient's norm.</summary>
    public Tensor<T> All => _buffer.View(0, 1, checked((int)Layout.Length));

    /// <summary>The parameter of this name; a vector is one row.</summary>
    public Tensor<T> this[string name] => this[Layout[name]];

    /// <summary>The place of this parameter; a vector is one row.</summary>
    public Tensor<T> this[Parameter parameter] => _buffer.View(parameter.Offset, parameter.Rows, parameter.Columns);

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();
}
