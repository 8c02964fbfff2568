namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int ColumnSumSlices = 16; // at most: enough blocks for a GPU, few enough partial sums

    /// <inheritdoc/>
    public void Linear(Tensor<float> y_NO, Tensor<float> x_NI, Tensor<float> weight_OI, Tensor<float> bias_O, bool accumulate = false)
    {
        Shapes.Linear(y_NO, x_NI, weight_OI, bias_O);
        _scratch.Reset();
        (Factor x, Factor weight) = Prepare(x_NI, weight_OI);
        Multiply(y_NO, x, false, weight, true, bias_O, accumulate);
    }

    /// <inheritdoc/>
    public void LinearBackwardInput(Tensor<float> dx_NI, Tensor<float> dy_NO, Tensor<float> weight_OI, bool accumulate = false)
    {
        Shapes.LinearBackwardInput(dx_NI, dy_NO, weight_OI);
        _scratch.Reset();
        (Factor dy, Factor weight) = Prepare(dy_NO, weight_OI);
        Multiply(dx_NI, dy, false, weight, false, default, accumulate);
    }

    /// <inheritdoc/>
    public void LinearBackwardWeight(Tensor<float> dWeight_OI, Tensor<float> dBias_O, Tensor<float> dy_NO, Tensor<float> x_NI)
    {
        Shapes.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);
        _scratch.Reset();
        (Factor dy, Factor x) = Prepare(dy_NO, x_NI);
        Multiply(dWeight_OI, dy, true, x, false, default, accumulate: true);
        if (!dBias_O.IsAbsent)
            AddColumnSums(dBias_O, CudaFunction.column_sums, At(dy_NO), dy_NO.Rows, dy_NO.Stride);
    }

    // c[M, N] = a' b' (+ bias) (+ c): a' and b' are a and b or their transposes.
    private void Multiply(Tensor<float> c, Factor a, bool transposeA, Factor b, bool transposeB, Tensor<float> bias, bool accumulate)
    {
        (int M, int K) = transposeA ? (a.Columns, a.Rows) : (a.Rows, a.Columns);
        if (M == 0 || c.Columns == 0)
            return;
        if (K == 0)
        {
            if (!accumulate)
                Fill(c, 0);
            return;
        }

        // Pads a sum to a multiple of 8 terms; the added terms are zeros in both factors.
        int widthA = transposeA ? a.Height : a.Stride, widthB = transposeB ? b.Stride : b.Height;
        if (a.InBf16 && widthA % 8 == 0 && widthA == widthB)
            K = widthA;
        if ((At(bias) & 15) != 0)
            bias = Aligned(bias);
        _queue.Multiply(new Product
        {
            A = a.Pointer, B = b.Pointer, C = At(c), Bias = At(bias),
            M = M, N = c.Columns, K = K,
            StrideA = a.Stride, StrideB = b.Stride, StrideC = c.Stride,
            TransposeA = transposeA ? 1 : 0, TransposeB = transposeB ? 1 : 0, InBf16 = a.InBf16 ? 1 : 0, Accumulate = accumulate ? 1 : 0,
        });
    }

    // Both factors in the form that products need: as they are, or as bf16 in scratch; frozen ones in memory of their own.
    private (Factor A, Factor B) Prepare(Tensor<float> a, Tensor<float> b)
    {
        if (!InBf16)
            return (new Factor(a), new Factor(b));
        ConvertArguments arguments = default;
        Factor factorA = Convert(a, ref arguments.First), factorB = Convert(b, ref arguments.Second);
        Convert(arguments);
        return (factorA, factorB);
    }

    private Factor Prepare(Tensor<float> a)
    {
        if (!InBf16)
            return new Factor(a);
        ConvertArguments arguments = default;
        Factor factor = Convert(a, ref arguments.First);
        Convert(arguments);
        return factor;
    }

    private Factor Convert(Tensor<float> source, ref Conversion conversion)
    {
        (int height, int width) = (RoundedUp(source.Rows, 8), RoundedUp(source.Columns, 8));
        bool isNew = true;
        if (!TryKeep(source, (long)height * width, out nint memory, ref isNew))
            memory = Take((long)height * width * sizeof(ushort));
        if (isNew)
            conversion = new Conversion(memory, source, width, height);
        return new Factor(memory, source.Rows, source.Columns, width, height);
    }

    // cuBLASLt reads a bias sixteen bytes at a time.
    private Tensor<float> Aligned(Tensor<float> bias)
    {
        Tensor<float> copy = _scratch.Take(1, bias.Columns);
        Copy(At(copy), copy.Stride, At(bias), bias.Stride, 1, bias.Columns);
        return copy;
    }

    private void Convert(in ConvertArguments arguments)
    {
        long pieces = Math.Max(arguments.First.Pieces, arguments.Second.Pieces);
        if (pieces > 0)
            _queue.Launch(CudaFunction.convert, BlocksFor(pieces), 2, BlockThreads, arguments);
    }

    // sums += column sums of x, which has rows of `stride` elements of the function's type.
    private void AddColumnSums(Tensor<float> sums, CudaFunction function, nint x, int rows, int stride)
    {
        int columns = sums.Columns;
        if (rows == 0 || columns == 0)
            return;
        int rowsOfSlice = Math.Max(64, Pieces(rows, ColumnSumSlices)), slices = Pieces(rows, rowsOfSlice);
        nint partial = Take((long)slices * columns * sizeof(float));
        _queue.Launch(function, Pieces(columns, 32), slices, BlockThreads, new ColumnSumsArguments
        {
            Partial = partial, X = x, Rows = rows, Columns = columns, Stride = stride, RowsOfSlice = rowsOfSlice,
        });
        _queue.Launch(CudaFunction.add_partial_sums, Pieces(columns, BlockThreads), 1, BlockThreads, new AddPartialSumsArguments
        {
            Sums = At(sums), Partial = partial, Slices = slices, Columns = columns,
        });
    }

    private static int RoundedUp(int size, int step) => (size + step - 1) / step * step;

    /// <summary>A factor as cuBLASLt reads it.</summary>
    /// <param name="Height">The rows with the rows of zeros behind them.</param>
    private readonly record struct Factor(nint Pointer, int Rows, int Columns, int Stride, int Height, bool InBf16 = true)
    {
        public Factor(Tensor<float> tensor)
            : this(At(tensor), tensor.Rows, tensor.Columns, tensor.Stride, tensor.Rows, InBf16: false)
        {
        }
    }

    private struct Conversion(nint to, Tensor<float> from, int width, int height)
    {
        public nint To = to, From = At(from);
        public int Rows = from.Rows, Columns = from.Columns, Stride = from.Stride, Width = width, Height = height, Unused;

        public readonly long Pieces => (long)Height * Width / 8;
    }

    private struct ConvertArguments
    {
        public Conversion First, Second;
    }

    private struct ColumnSumsArguments
    {
        public nint Partial, X;
        public int Rows, Columns, Stride, RowsOfSlice;
    }

    private struct AddPartialSumsArguments
    {
        public nint Sums, Partial;
        public int Slices, Columns;
    }
}
