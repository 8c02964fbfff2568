using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Reprise.Numerics.Cpu;

/// <summary>The register tile of the matrix products: one small block of the output in vector registers.</summary>
/// <remarks>One tile for each vector width, chosen once; the surrounding code is generic over the tile.</remarks>
internal unsafe interface ITile
{
    /// <summary>Rows of the tile, the width of a panel of the left factor.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the tile, the width of a panel of the right factor.</summary>
    static abstract int Columns { get; }

    /// <summary>
    /// The largest depth of a block of panels. Deeper blocks pass over the output less often; a panel must stay in the caches next
    /// to the core.
    /// </summary>
    static abstract int Depth { get; }

    /// <summary>
    /// The most elements of a group of left panels; a right panel is multiplied by a whole group at a time. A group fills half of the
    /// second-level cache of processors with these vectors.
    /// </summary>
    static abstract int GroupElements { get; }

    /// <summary>c = Σ over k of a[k]ᵀ b[k], + bias unless null, + c if <paramref name="accumulate"/>, summed in this order.</summary>
    /// <param name="a">A panel: <paramref name="depth"/> times <see cref="Rows"/> elements.</param>
    /// <param name="b">A panel: <paramref name="depth"/> times <see cref="Columns"/> elements.</param>
    /// <param name="c">The whole tile of the output, rows <paramref name="stride"/> elements apart.</param>
    /// <param name="bias">One element a column, or null.</param>
    static abstract void Multiply(float* a, float* b, int depth, float* c, int stride, float* bias, bool accumulate);

    /// <summary>
    /// c = Σ over k of a[k]ᵀ b[k] for at least the first <paramref name="rows"/> and <paramref name="columns"/> of a tile at the
    /// edge of the output; the elements beyond are undefined.
    /// </summary>
    /// <param name="c">Memory for a whole tile, rows <see cref="Columns"/> elements apart.</param>
    static abstract void MultiplyEdge(float* a, float* b, int depth, float* c, int rows, int columns);

    /// <summary>Prefetches the lines of a tile of the output, to which the sums will be added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Prefetch(float* c, int stride, int rows, int columns)
    {
        if (!Sse.IsSupported)
            return;
        for (int row = 0; row < rows; row++, c += stride)
        {
            Sse.Prefetch0(c);
            Sse.Prefetch0(c + columns - 1);
        }
    }
}
