namespace Reprise.Numerics.Cpu;

/// <summary>
/// One factor of a product as the packing reads it: <see cref="Width"/> rows of a left factor or columns of a right one,
/// each a sequence of <see cref="Depth"/> elements along the sum. A transpose is only another pair of strides.
/// </summary>
internal readonly unsafe struct Operand
{
    private Operand(float* pointer, int width, int depth, nint widthStride, nint depthStride)
    {
        Pointer = pointer;
        Width = width;
        Depth = depth;
        WidthStride = widthStride;
        DepthStride = depthStride;
    }

    public float* Pointer { get; }

    public int Width { get; }

    public int Depth { get; }

    public nint WidthStride { get; }

    public nint DepthStride { get; }

    /// <summary>The sum runs along the rows of the matrix: x of x Wᵀ, and W too.</summary>
    public static Operand AlongRows(Tensor<float> matrix) => new(matrix.Pointer, matrix.Rows, matrix.Columns, matrix.Stride, 1);

    /// <summary>The sum runs down the columns of the matrix: both factors of dyᵀ x.</summary>
    public static Operand AlongColumns(Tensor<float> matrix) => new(matrix.Pointer, matrix.Columns, matrix.Rows, 1, matrix.Stride);

    /// <summary>A part of its rows (or columns) and of the terms of the sum.</summary>
    public Operand Part(int width0, int width, int depth0, int depth) =>
        new(Pointer + (width0 * WidthStride) + (depth0 * DepthStride), width, depth, WidthStride, DepthStride);
}
