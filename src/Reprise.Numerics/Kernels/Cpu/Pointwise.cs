using System.Numerics;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Fill(Tensor<float> x, float value)
    {
        FillJob job = new() { X = new Pieces(x, x.IsContiguous), Value = value };
        Run(ref job, x.Length);
    }

    /// <inheritdoc/>
    public void Tanh(Tensor<float> y, Tensor<float> x)
    {
        Shapes.Tanh(y, x);
        TanhJob job = new() { Y = y, X = x };
        Run(ref job, x.Length);
    }

    /// <inheritdoc/>
    public void TanhBackward(Tensor<float> dx, Tensor<float> dy, Tensor<float> y)
    {
        Shapes.TanhBackward(dx, dy, y);
        TanhBackwardJob job = new() { DX = dx, DY = dy, Y = y };
        Run(ref job, y.Length);
    }

    /// <summary>A tensor cut into pieces of fixed size, so that a slab of one row is shared like a matrix.</summary>
    /// <param name="whole">True if the tensor and all that are cut along with it are contiguous: pieces may then cross rows.</param>
    private readonly struct Pieces(Tensor<float> tensor, bool whole)
    {
        private const int Size = 4096;

        private readonly long _length = whole ? tensor.Length : tensor.Columns;
        private readonly int _perRow = (int)(((whole ? tensor.Length : tensor.Columns) + Size - 1) / Size);

        public int Count => whole ? _perRow : _perRow * tensor.Rows;

        /// <summary>The number of a piece's first element among all, row by row.</summary>
        public long First(int piece) => (piece / _perRow * _length) + Column(piece);

        public float* Start(int piece) => tensor.Pointer + ((long)(piece / _perRow) * tensor.Stride) + Column(piece);

        public int Length(int piece) => (int)Math.Min(Size, _length - Column(piece));

        private long Column(int piece) => (long)(piece % _perRow) * Size;
    }

    private struct FillJob : ITeamJob
    {
        public Pieces X;
        public float Value;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(X.Count, worker, workers);
            for (int piece = start; piece < end; piece++)
                new Span<float>(X.Start(piece), X.Length(piece)).Fill(Value);
        }
    }

    private struct TanhJob : ITeamJob
    {
        public Tensor<float> Y, X;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(X.Rows, worker, workers);
            for (int n = start; n < end; n++)
                Map<TanhFunction>(RowOf(Y, n), RowOf(X, n), X.Columns);
        }
    }

    private struct TanhBackwardJob : ITeamJob
    {
        public Tensor<float> DX, DY, Y;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Y.Rows, worker, workers);
            int C = Y.Columns;
            for (int n = start; n < end; n++)
            {
                float* dx = RowOf(DX, n), dy = RowOf(DY, n), y = RowOf(Y, n);
                for (int j = 0; j < C; j += Vector<float>.Count)
                {
                    Vector<float> value = Load(y + j, C - j);
                    Store(dx + j, Load(dy + j, C - j) * (Vector<float>.One - (value * value)), C - j);
                }
            }
        }
    }
}
