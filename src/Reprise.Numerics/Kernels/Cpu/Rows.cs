using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Gather(Tensor<float> y_NE, Tensor<float> table_VE, ReadOnlySpan<int> rows_N)
    {
        Shapes.Gather(y_NE, table_VE, rows_N);
        fixed (int* rows = rows_N)
        {
            GatherJob job = new() { Y = y_NE, Table = table_VE, Rows = rows };
            Run(ref job, y_NE.Length);
        }
    }

    /// <inheritdoc/>
    public void ScatterAdd(Tensor<float> dTable_VE, Tensor<float> dy_NE, ReadOnlySpan<int> rows_N)
    {
        Shapes.ScatterAdd(dTable_VE, dy_NE, rows_N);
        fixed (int* rows = rows_N)
        {
            ScatterAddJob job = new() { DTable = dTable_VE, DY = dy_NE, Rows = rows };
            Run(ref job, dy_NE.Length);
        }
    }

    /// <inheritdoc/>
    public void AddToSteps(Tensor<float> y_NC, Tensor<float> x_BC, StepLayout steps)
    {
        Shapes.AddToSteps(y_NC, x_BC, steps);
        AddToStepsJob job = new() { Y = y_NC, X = x_BC, Steps = steps };
        Run(ref job, y_NC.Length);
    }

    /// <inheritdoc/>
    public void SumOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Shapes.SumOverSteps(y_BC, x_NC, steps);
        SumOverStepsJob job = new() { Y = y_BC, X = x_NC, Steps = steps };
        Run(ref job, x_NC.Length);
    }

    private static float* RowOf(Tensor<float> tensor, int row) => tensor.Pointer + ((long)row * tensor.Stride);

    // y += x
    private static void AddRow(float* y, float* x, int columns)
    {
        for (int j = 0; j < columns; j += Vector<float>.Count)
            Store(y + j, Load(y + j, columns - j) + Load(x + j, columns - j), columns - j);
    }

    // y += factor x
    private static void AddScaledRow(float* y, float factor, float* x, int columns)
    {
        Vector<float> factors = Vector.Create(factor);
        for (int j = 0; j < columns; j += Vector<float>.Count)
            Store(y + j, Vector.MultiplyAddEstimate(factors, Load(x + j, columns - j), Load(y + j, columns - j)), columns - j);
    }

    // sums[j] += Σ over the rows of factors[row] x[row, j], for the columns from start to end; without factors they are 1.
    // A strip of columns at a time, so that its sums stay in registers.
    private static void AddColumns(float* sums, Tensor<float> x, int start, int end, float* factors = null)
    {
        int j = start;
        for (; j <= end - (4 * Vector<float>.Count); j += 4 * Vector<float>.Count)
            AddStrip(sums + j, x.Pointer + j, x.Stride, x.Rows, factors);
        for (; j < end; j += Vector<float>.Count)
        {
            Vector<float> sum = Vector<float>.Zero;
            for (int row = 0; row < x.Rows; row++)
                sum = Vector.MultiplyAddEstimate(Vector.Create(factors == null ? 1 : factors[row]), Load(RowOf(x, row) + j, end - j), sum);
            Store(sums + j, Load(sums + j, end - j) + sum, end - j);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddStrip(float* sums, float* x, nint stride, int rows, float* factors)
    {
        Vector<float> a = Vector<float>.Zero, b = a, c = a, d = a;
        for (int row = 0; row < rows; row++, x += stride)
        {
            Vector<float> factor = Vector.Create(factors == null ? 1 : factors[row]);
            a = Vector.MultiplyAddEstimate(factor, Vector.Load(x), a);
            b = Vector.MultiplyAddEstimate(factor, Vector.Load(x + Vector<float>.Count), b);
            c = Vector.MultiplyAddEstimate(factor, Vector.Load(x + (2 * Vector<float>.Count)), c);
            d = Vector.MultiplyAddEstimate(factor, Vector.Load(x + (3 * Vector<float>.Count)), d);
        }

        Vector.Store(Vector.Load(sums) + a, sums);
        Vector.Store(Vector.Load(sums + Vector<float>.Count) + b, sums + Vector<float>.Count);
        Vector.Store(Vector.Load(sums + (2 * Vector<float>.Count)) + c, sums + (2 * Vector<float>.Count));
        Vector.Store(Vector.Load(sums + (3 * Vector<float>.Count)) + d, sums + (3 * Vector<float>.Count));
    }

    private struct GatherJob : ITeamJob
    {
        public Tensor<float> Y, Table;
        public int* Rows;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Y.Rows, worker, workers);
            for (int n = start; n < end; n++)
            {
                Span<float> y_E = new(RowOf(Y, n), Y.Columns);
                if (Rows[n] < 0)
                    y_E.Clear();
                else
                    new Span<float>(RowOf(Table, Rows[n]), Y.Columns).CopyTo(y_E);
            }
        }
    }

    // Shares are columns: a row that occurs twice is summed by one worker in the order of n.
    private struct ScatterAddJob : ITeamJob
    {
        public Tensor<float> DTable, DY;
        public int* Rows;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Packed.Pieces(DY.Columns, LineElements), worker, workers);
            (start, end) = (start * LineElements, Math.Min(end * LineElements, DY.Columns));
            for (int n = 0; n < DY.Rows; n++)
            {
                if (Rows[n] >= 0)
                    AddRow(RowOf(DTable, Rows[n]) + start, RowOf(DY, n) + start, end - start);
            }
        }
    }

    private struct AddToStepsJob : ITeamJob
    {
        public Tensor<float> Y, X;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            for (int t = 0; t < Steps.Steps; t++)
            {
                (int start, int end) = Share.Of(Steps.Active(t), worker, workers);
                for (int b = start; b < end; b++)
                    AddRow(RowOf(Y, Steps.Start(t) + b), RowOf(X, b), X.Columns);
            }
        }
    }

    private struct SumOverStepsJob : ITeamJob
    {
        public Tensor<float> Y, X;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Share.Of(Y.Rows, worker, workers);
            for (int b = start; b < end; b++)
            {
                new Span<float>(RowOf(Y, b), Y.Columns).Clear();
                for (int t = 0; t < Steps.Steps && b < Steps.Active(t); t++)
                    AddRow(RowOf(Y, b), RowOf(X, Steps.Start(t) + b), Y.Columns);
            }
        }
    }
}
