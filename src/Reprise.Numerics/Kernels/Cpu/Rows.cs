using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

internal sealed unsafe partial class CpuKernels
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
    private static void AddRow(float* y, float* x, int columns) => AddScaledRow(y, 1, x, columns);

    // y += factor x
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddScaledRow(float* y, float factor, float* x, int columns)
    {
        Vector<float> factors = Vector.Create(factor);
        int j = 0;
        for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
            Vector.Store(Vector.MultiplyAddEstimate(factors, Vector.Load(x + j), Vector.Load(y + j)), y + j);
        if (j < columns)
            Store(y + j, Vector.MultiplyAddEstimate(factors, Load(x + j, columns - j), Load(y + j, columns - j)), columns - j);
    }

    // sums[j] += Σ over the rows of factors[row] x[row, j], for the columns from start to end; null factors count as 1. Rows are
    // read in memory order, eight at a time, so that a sum is loaded and stored once for eight of them.
    private static void AddColumns(float* sums, Tensor<float> x, int start, int end, float* factors = null)
    {
        float* ones = stackalloc float[8];
        new Span<float>(ones, 8).Fill(1);
        int row = 0;
        for (; row <= x.Rows - 8; row += 8)
            AddEightRows(sums + start, RowOf(x, row) + start, x.Stride, factors == null ? ones : factors + row, end - start);
        for (; row < x.Rows; row++)
            AddScaledRow(sums + start, factors == null ? 1 : factors[row], RowOf(x, row) + start, end - start);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddEightRows(float* sums, float* x, nint stride, float* factors, int columns)
    {
        Vector<float> f0 = Vector.Create(factors[0]), f1 = Vector.Create(factors[1]),
            f2 = Vector.Create(factors[2]), f3 = Vector.Create(factors[3]);
        Vector<float> f4 = Vector.Create(factors[4]), f5 = Vector.Create(factors[5]),
            f6 = Vector.Create(factors[6]), f7 = Vector.Create(factors[7]);
        int j = 0;
        for (; j <= columns - Vector<float>.Count; j += Vector<float>.Count)
        {
            float* x4 = x + j + (4 * stride);
            Vector<float> sum = Vector.MultiplyAddEstimate(f0, Vector.Load(x + j), Vector.Load(sums + j));
            sum = Vector.MultiplyAddEstimate(f1, Vector.Load(x + j + stride), sum);
            sum = Vector.MultiplyAddEstimate(f2, Vector.Load(x + j + (2 * stride)), sum);
            sum = Vector.MultiplyAddEstimate(f3, Vector.Load(x + j + (3 * stride)), sum);
            sum = Vector.MultiplyAddEstimate(f4, Vector.Load(x4), sum);
            sum = Vector.MultiplyAddEstimate(f5, Vector.Load(x4 + stride), sum);
            sum = Vector.MultiplyAddEstimate(f6, Vector.Load(x4 + (2 * stride)), sum);
            Vector.Store(Vector.MultiplyAddEstimate(f7, Vector.Load(x4 + (3 * stride)), sum), sums + j);
        }

        for (int row = 0; row < 8 && j < columns; row++)
            AddScaledRow(sums + j, factors[row], x + (row * stride) + j, columns - j);
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

    // Workers share columns: one worker sums the occurrences of a row, in the order of n.
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
