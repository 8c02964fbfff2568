namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void CrossEntropy(
        Tensor<float> nll_N, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N)
    {
        Shapes.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
        _scratch.Reset();
        int N = x_NI.Rows;
        Operand weight = Operand.AlongRows(weight_VI);
        Packed right = PackRight(weight);
        Slice slice = TakeSlice(N, weight_VI.Rows, keepsAll: false);
        int rows = slice.Rows;
        float* left = Take(Packed.Length(rows, weight.Depth, _gemm.Rows));
        fixed (int* targets = targets_N)
        {
            for (int n = 0; n < N; n += rows)
            {
                slice.Rows = Math.Min(rows, N - n);
                Score(slice, x_NI.RowRange(n, slice.Rows), left, right, bias_V.Pointer, targets + n, exponentiate: false);
                LogSumJob logSum = new() { Slice = slice, Nll = nll_N.Pointer + n };
                Run(ref logSum, (double)slice.Rows * Chunks(slice.Words));
            }
        }
    }

    /// <inheritdoc/>
    public void CrossEntropyWithGradient(
        Tensor<float> nll_N, Tensor<float> dx_NI, Tensor<float> dWeight_VI, Tensor<float> dBias_V,
        Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N, float scale)
    {
        Shapes.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N);
        _scratch.Reset();
        (int N, int V, int I) = (x_NI.Rows, weight_VI.Rows, weight_VI.Columns);
        Operand weight = Operand.AlongRows(weight_VI);
        Packed right = PackRight(weight);
        ChunkedWeight chunked = new() { Gemm = _gemm, Data = Take(Packed.Length(I, V, _gemm.Columns)), Weight = weight_VI };
        Run(ref chunked, weight_VI.Length);

        Slice slice = TakeSlice(N, V, keepsAll: true);
        int rows = slice.Rows;
        float* left = Take(Packed.Length(rows, I, _gemm.Rows));
        float* xRight = Take(Packed.Length(I, rows, _gemm.Columns));
        Rooms rooms = TakeRooms(Math.Max(Packed.Length(ChunkWords, rows, _gemm.Rows), Packed.Length(rows, ChunkWords, _gemm.Rows)));
        fixed (int* targets = targets_N)
        {
            for (int n = 0; n < N; n += rows)
            {
                slice.Rows = Math.Min(rows, N - n);
                Tensor<float> x = x_NI.RowRange(n, slice.Rows);
                Score(slice, x, left, right, bias_V.Pointer, targets + n, exponentiate: true);
                LogSumJob logSum = new() { Slice = slice, Nll = nll_N.Pointer + n, KeepsFactors = true, Scale = scale };
                Run(ref logSum, (double)slice.Rows * Chunks(V));

                Packed xPacked = _gemm.Right(xRight, I, slice.Rows);
                Pack(xPacked, Operand.AlongColumns(x));
                GradientJob gradient = new()
                {
                    Gemm = _gemm, Slice = slice, Targets = targets + n, Scale = scale, Rooms = rooms,
                    X = x, XPacked = xPacked, Weight = chunked,
                    DX = dx_NI.RowRange(n, slice.Rows), DWeight = dWeight_VI, DBias = dBias_V.Pointer,
                };
                Run(ref gradient, (double)slice.Rows * V * I);
                InputGradientJob inputs = new() { Gradient = gradient };
                Run(ref inputs, (double)slice.Rows * V * I);
            }
        }
    }

    private void Score(Slice slice, Tensor<float> x, float* left, Packed weight, float* bias, int* targets, bool exponentiate)
    {
        PackJob pack = new() { A = Operand.AlongRows(x), Left = _gemm.Left(left, x.Rows, x.Columns) };
        Run(ref pack, x.Length);
        ScoresJob scores = new()
        {
            Gemm = _gemm, Slice = slice, X = pack.Left, Weight = weight, Bias = bias, Targets = targets, Exponentiate = exponentiate,
        };
        Run(ref scores, (double)x.Length * slice.Words);
    }

    /// <summary>W packed as the right factor of dx = d W, one factor for each chunk of words.</summary>
    private struct ChunkedWeight : ITeamJob
    {
        public Gemm Gemm;
        public float* Data;
        public Tensor<float> Weight;

        public readonly Packed this[int chunk]
        {
            get
            {
                long width = Packed.Length(Weight.Columns, 1, Gemm.Columns);
                return Gemm.Right(Data + (width * chunk * ChunkWords), Weight.Columns, WordsOf(chunk, Weight.Rows));
            }
        }

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Chunks(Weight.Rows), worker, workers);
            for (int chunk = start; chunk < end; chunk++)
                this[chunk].Fill(Operand.AlongColumns(Weight.RowRange(chunk * ChunkWords, WordsOf(chunk, Weight.Rows))));
        }
    }

    /// <summary>
    /// With d = scale · (softmax - one-hot): db += column sums of d and dW += dᵀ x. Workers share the chunks of words. The scores
    /// hold exp(score - maximum); the packing scales them to softmax values, and the one-hot part is subtracted afterwards.
    /// </summary>
    private struct GradientJob : ITeamJob
    {
        public Gemm Gemm;
        public Slice Slice;
        public int* Targets;
        public float Scale;
        public Rooms Rooms;
        public Tensor<float> X;
        public Packed XPacked;
        public ChunkedWeight Weight;
        public Tensor<float> DX, DWeight;
        public float* DBias;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Chunks(Slice.Words), worker, workers);
            for (int chunk = start; chunk < end; chunk++)
            {
                Tensor<float> exponentials = Slice.Matrix(chunk, worker);
                int first = chunk * ChunkWords;
                AddColumns(DBias + first, exponentials, 0, exponentials.Columns, Slice.Factors(chunk));
                Packed left = Gemm.Left(Rooms[worker], exponentials.Columns, exponentials.Rows);
                left.Fill(Operand.AlongColumns(exponentials), factors: Slice.Factors(chunk));
                Gemm.Multiply(RowOf(DWeight, first), DWeight.Stride, left, XPacked, null, accumulate: true);
            }

            for (int n = 0; n < Slice.Rows; n++)
            {
                if (Targets[n] < start * ChunkWords || Targets[n] >= end * ChunkWords)
                    continue;
                DBias[Targets[n]] -= Scale;
                AddScaledRow(RowOf(DWeight, Targets[n]), -Scale, RowOf(X, n), X.Columns);
            }
        }
    }

    /// <summary>dx = d W, summed over the words chunk by chunk. Workers share parts of dx.</summary>
    private struct InputGradientJob : ITeamJob
    {
        public GradientJob Gradient;

        public readonly void Execute(int worker, int workers)
        {
            (Gemm gemm, Slice slice, Tensor<float> dx_NI) = (Gradient.Gemm, Gradient.Slice, Gradient.DX);
            Part part = Part.Of(
                Packed.Pieces(dx_NI.Rows, gemm.Rows), Packed.Pieces(dx_NI.Columns, gemm.Columns), worker, workers, rowCost: 1);
            (int top, int bottom) = (part.Top * gemm.Rows, Math.Min(part.Bottom * gemm.Rows, dx_NI.Rows));
            (int first, int end) = (part.Left * gemm.Columns, Math.Min(part.Right * gemm.Columns, dx_NI.Columns));
            if (top >= bottom || first >= end)
                return;
            for (int chunk = 0; chunk < Chunks(slice.Words); chunk++)
            {
                Tensor<float> exponentials = slice.Matrix(chunk, worker).RowRange(top, bottom - top);
                Packed left = gemm.Left(Gradient.Rooms[worker], exponentials.Rows, exponentials.Columns);
                left.Fill(Operand.AlongRows(exponentials), factors: slice.Factors(chunk) + top);
                gemm.Multiply(
                    RowOf(dx_NI, top) + first, dx_NI.Stride, left, 0, left.Panels,
                    Gradient.Weight[chunk], part.Left, part.Right, null, accumulate: chunk > 0);
            }

            for (int n = top; n < bottom; n++)
                AddScaledRow(
                    RowOf(dx_NI, n) + first, -Gradient.Scale, RowOf(Gradient.Weight.Weight, Gradient.Targets[n]) + first, end - first);
        }
    }
}
