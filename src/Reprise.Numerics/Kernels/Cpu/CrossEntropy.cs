using System.Numerics;

namespace Reprise.Numerics.Cpu;

public sealed unsafe partial class CpuKernels
{
    public void CrossEntropy(Tensor<float> nll_N, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N)
    {
        Shapes.CrossEntropy(nll_N, x_NI, weight_VI, bias_V, targets_N);
        _scratch.Reset();
        int N = x_NI.Rows;
        Operand weight = Operand.AlongRows(weight_VI);
        Packed right = TakeRight(weight);
        Pack(right, weight);
        Slice slice = TakeSlice(N, weight_VI.Rows, keepsAll: false);
        float* left = Take(Packed.Length(slice.Rows, weight.Depth, _products.Rows));
        fixed (int* targets = targets_N)
        {
            for (int n = 0; n < N; n += slice.Rows)
            {
                slice.Rows = Math.Min(slice.Rows, N - n);
                Score(ref slice, x_NI.RowRange(n, slice.Rows), left, right, bias_V.Pointer, targets + n, exponentiate: false);
                LogSumJob logSum = new() { Slice = slice, Nll = nll_N.Pointer + n };
                Run(ref logSum, (double)slice.Rows * Chunks(slice.Words));
            }
        }
    }

    public void CrossEntropyWithGradient(Tensor<float> nll_N, Tensor<float> dx_NI, Tensor<float> dWeight_VI, Tensor<float> dBias_V, Tensor<float> x_NI, Tensor<float> weight_VI, Tensor<float> bias_V, ReadOnlySpan<int> targets_N, float scale)
    {
        Shapes.CrossEntropyWithGradient(nll_N, dx_NI, dWeight_VI, dBias_V, x_NI, weight_VI, bias_V, targets_N);
        _scratch.Reset();
        (int N, int V, int I) = (x_NI.Rows, weight_VI.Rows, weight_VI.Columns);
        Operand weight = Operand.AlongRows(weight_VI);
        Packed right = TakeRight(weight);
        Pack(right, weight);
        ChunkedWeight chunked = new() { Products = _products, Data = Take(Packed.Length(I, V, _products.Columns)), Weight = weight_VI };
        Run(ref chunked, weight_VI.Length);

        Slice slice = TakeSlice(N, V, keepsAll: true);
        int rows = slice.Rows;
        float* left = Take(Packed.Length(rows, I, _products.Rows));
        float* xRight = Take(Packed.Length(I, rows, _products.Columns));
        float* lefts = TakeLeft(Math.Max(rows, ChunkWords) + _products.Rows, Math.Max(rows, ChunkWords));
        long leftLength = LeftLength(Math.Max(rows, ChunkWords) + _products.Rows, Math.Max(rows, ChunkWords));
        fixed (int* targets = targets_N)
        {
            for (int n = 0; n < N; n += rows)
            {
                slice.Rows = Math.Min(rows, N - n);
                Tensor<float> x = x_NI.RowRange(n, slice.Rows);
                Score(ref slice, x, left, right, bias_V.Pointer, targets + n, exponentiate: true);
                LogSumJob logSum = new() { Slice = slice, Nll = nll_N.Pointer + n, KeepsFactors = true, Scale = scale };
                Run(ref logSum, (double)slice.Rows * Chunks(V));

                Packed xPacked = _products.Right(xRight, I, slice.Rows);
                Pack(xPacked, Operand.AlongColumns(x));
                WordGradientJob words = new()
                {
                    Products = _products, Slice = slice, X = xPacked, Lefts = lefts, LeftLength = leftLength, Targets = targets + n, Scale = scale,
                    DWeight = dWeight_VI, DBias = dBias_V.Pointer,
                };
                Run(ref words, (double)slice.Rows * V * I);
                InputGradientJob inputs = new() { Slice = slice, Weight = chunked, Lefts = lefts, LeftLength = leftLength, DX = dx_NI.RowRange(n, slice.Rows) };
                Run(ref inputs, (double)slice.Rows * V * I);
            }
        }
    }

    private void Score(ref Slice slice, Tensor<float> x, float* left, Packed weight, float* bias, int* targets, bool exponentiate)
    {
        PackJob pack = new() { A = Operand.AlongRows(x), Left = _products.Left(left, x.Rows, x.Columns) };
        Run(ref pack, x.Length);
        ScoresJob scores = new() { Products = _products, Slice = slice, X = pack.Left, Weight = weight, Bias = bias, Targets = targets, Exponentiate = exponentiate };
        Run(ref scores, (double)x.Length * slice.Words);
    }

    /// <summary>W packed as the right factor of dx = d W, a chunk of words a factor.</summary>
    private struct ChunkedWeight : ITeamJob
    {
        public Products Products;
        public float* Data;
        public Tensor<float> Weight;

        public readonly Packed this[int chunk]
        {
            get
            {
                long width = Packed.Length(Weight.Columns, 1, Products.Columns);
                return Products.Right(Data + (width * chunk * ChunkWords), Weight.Columns, WordsOf(chunk, Weight.Rows));
            }
        }

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Chunks(Weight.Rows), worker, workers);
            for (int chunk = start; chunk < end; chunk++)
                this[chunk].Fill(Operand.AlongColumns(Weight.RowRange(chunk * ChunkWords, WordsOf(chunk, Weight.Rows))));
        }
    }

    /// <summary>d = scale · (softmax - one-hot) in place, then db += column sums of d and dW += dᵀ x. Shares are chunks of words.</summary>
    private struct WordGradientJob : ITeamJob
    {
        public Products Products;
        public Slice Slice;
        public Packed X;
        public float* Lefts;
        public long LeftLength;
        public int* Targets;
        public float Scale;
        public Tensor<float> DWeight;
        public float* DBias;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Chunks(Slice.Words), worker, workers);
            for (int chunk = start; chunk < end; chunk++)
            {
                Tensor<float> d = Slice.Matrix(chunk, worker);
                for (int n = 0; n < Slice.Rows; n++)
                    Differentiate(RowOf(d, n), n, chunk);
                int first = chunk * ChunkWords;
                AddColumns(DBias + first, d.Pointer, d.Stride, d.Rows, 0, d.Columns);
                Packed left = Products.Left(Lefts + (LeftLength * worker), d.Columns, d.Rows);
                left.Fill(Operand.AlongColumns(d));
                Products.Multiply(RowOf(DWeight, first), DWeight.Stride, left, X, null, accumulate: true);
            }
        }

        private readonly void Differentiate(float* d, int n, int chunk)
        {
            Vector<float> factor = Vector.Create(Slice.Maxima[((long)chunk * Slice.RowStride) + n]);
            for (int j = 0; j < ChunkWords; j += Vector<float>.Count)
                Vector.Store(factor * Vector.Load(d + j), d + j);
            int target = Targets[n] - (chunk * ChunkWords);
            if ((uint)target < ChunkWords)
                d[target] -= Scale;
        }
    }

    /// <summary>dx = d W, the sum over the words chunk by chunk. Shares are parts of dx.</summary>
    private struct InputGradientJob : ITeamJob
    {
        public Slice Slice;
        public ChunkedWeight Weight;
        public float* Lefts;
        public long LeftLength;
        public Tensor<float> DX;

        public readonly void Execute(int worker, int workers)
        {
            Products products = Weight.Products;
            (int rows, int columns) = (Packed.Pieces(DX.Rows, products.Rows), Packed.Pieces(DX.Columns, products.Columns));
            Part part = Part.Of(rows, columns, worker, workers);
            (int n0, int n1) = (part.Top * products.Rows, Math.Min(part.Bottom * products.Rows, DX.Rows));
            if (n0 >= n1)
                return;
            float* dx = RowOf(DX, n0) + (part.Left * products.Columns);
            for (int chunk = 0; chunk < Chunks(Slice.Words); chunk++)
            {
                Tensor<float> d = Slice.Matrix(chunk, worker).RowRange(n0, n1 - n0);
                Packed left = products.Left(Lefts + (LeftLength * worker), d.Rows, d.Columns);
                left.Fill(Operand.AlongRows(d));
                products.Multiply(dx, DX.Stride, left, 0, left.Panels, Weight[chunk], part.Left, part.Right, null, accumulate: chunk > 0);
            }
        }
    }
}
