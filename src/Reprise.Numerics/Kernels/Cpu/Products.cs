namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Linear(Tensor<float> y_NO, Tensor<float> x_NI, Tensor<float> weight_OI, Tensor<float> bias_O, bool accumulate = false)
    {
        Shapes.Linear(y_NO, x_NI, weight_OI, bias_O);
        _scratch.Reset();
        Multiply(y_NO, Operand.AlongRows(x_NI), Operand.AlongRows(weight_OI), bias_O.Pointer, accumulate);
    }

    /// <inheritdoc/>
    public void LinearBackwardInput(Tensor<float> dx_NI, Tensor<float> dy_NO, Tensor<float> weight_OI, bool accumulate = false)
    {
        Shapes.LinearBackwardInput(dx_NI, dy_NO, weight_OI);
        _scratch.Reset();
        Multiply(dx_NI, Operand.AlongRows(dy_NO), Operand.AlongColumns(weight_OI), null, accumulate);
    }

    /// <inheritdoc/>
    public void LinearBackwardWeight(Tensor<float> dWeight_OI, Tensor<float> dBias_O, Tensor<float> dy_NO, Tensor<float> x_NI)
    {
        Shapes.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);
        _scratch.Reset();
        Multiply(dWeight_OI, Operand.AlongColumns(dy_NO), Operand.AlongColumns(x_NI), null, accumulate: true);
        if (!dBias_O.IsAbsent)
            AddColumnSums(dBias_O.Pointer, dy_NO);
    }

    // c = a b (+ bias) (+ c) by the whole team. The workers pack b together; then each multiplies a part of the rows or columns of
    // c, and packs its part of a in groups of rows that stay in its cache.
    private void Multiply(Tensor<float> c, Operand a, Operand b, float* bias, bool accumulate)
    {
        Packed right = PackRight(b);
        ProductJob product = new()
        {
            Gemm = _gemm, C = c, A = a, Rooms = TakeRooms(_gemm.GroupElements), Right = right, Bias = bias, Accumulate = accumulate,
        };
        Run(ref product, (double)a.Width * b.Width * a.Depth / 16);
    }

    private Packed TakeRight(Operand source) =>
        _gemm.Right(Take(Packed.Length(source.Width, source.Depth, _gemm.Columns)), source.Width, source.Depth);

    private Rooms TakeRooms(long length)
    {
        length = (length + LineElements - 1) / LineElements * LineElements;
        return new Rooms(Take(length * Threads), length);
    }

    private Packed PackRight(Operand source)
    {
        if (!TryKeep(source, out Packed right))
            Pack(right = TakeRight(source), source);
        return right;
    }

    private void Pack(Packed target, Operand source)
    {
        PackJob pack = new() { B = source, Right = target };
        Run(ref pack, (double)source.Width * source.Depth);
    }

    private void AddColumnSums(float* sums, Tensor<float> x)
    {
        ColumnSumJob job = new() { Sums = sums, X = x };
        Run(ref job, x.Length);
    }

    /// <summary>Memory for one packed factor of each worker.</summary>
    private readonly struct Rooms(float* data, long length)
    {
        public float* this[int worker] => data + (length * worker);
    }

    private struct PackJob : ITeamJob
    {
        public Operand A, B;
        public Packed Left, Right;

        public readonly void Execute(int worker, int workers)
        {
            Left.Fill(A, worker, workers);
            Right.Fill(B, worker, workers);
        }
    }

    private struct ProductJob : ITeamJob
    {
        public Gemm Gemm;
        public Tensor<float> C;
        public Operand A;
        public Rooms Rooms;
        public Packed Right;
        public float* Bias;
        public bool Accumulate;

        public readonly void Execute(int worker, int workers)
        {
            Part part = Part.Of(Packed.Pieces(A.Width, Gemm.Rows), Right.Panels, worker, workers, rowCost: 1);
            (int top, int bottom) = (part.Top * Gemm.Rows, Math.Min(part.Bottom * Gemm.Rows, A.Width));
            for (int block = 0; block < Right.Blocks; block++)
            {
                int depth = Right.DepthOf(block), rows = Gemm.GroupElements / Math.Max(1, depth) / Gemm.Rows * Gemm.Rows;
                for (int row = top; row < bottom; row += rows)
                    Multiply(block, row, Math.Min(rows, bottom - row), part.Left, part.Right, Rooms[worker]);
            }
        }

        private readonly void Multiply(int block, int row, int rows, int left, int right, float* room)
        {
            Packed a = Gemm.Left(room, rows, Right.DepthOf(block));
            a.Fill(A.Part(row, rows, Right.StartOf(block), a.Depth));
            int column = left * Right.Panel;
            float* bias = Bias == null || block > 0 ? null : Bias + column;
            Gemm.Multiply(RowOf(C, row) + column, C.Stride, a, 0, a.Panels, Right.Block(block), left, right, bias, Accumulate || block > 0);
        }
    }

    // Workers share columns, so that every sum runs over all rows in their order.
    private struct ColumnSumJob : ITeamJob
    {
        public float* Sums;
        public Tensor<float> X;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Packed.Pieces(X.Columns, LineElements), worker, workers);
            AddColumns(Sums, X, start * LineElements, Math.Min(end * LineElements, X.Columns));
        }
    }
}
