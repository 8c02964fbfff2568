using System.Numerics;
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

    // sums[j] += Σ over the rows of x[row, j], for the columns from start to end; row after row, as they lie in memory.
    private static void AddColumns(float* sums, float* x, int stride, int rows, int start, int end)
    {
        const int Block = 512;
        float* block = stackalloc float[Block];
        for (; start < end; start += Block)
        {
            int columns = Math.Min(Block, end - start);
            new Span<float>(block, columns).Clear();
            for (int row = 0; row < rows; row++)
                AddRow(block, x + ((long)row * stride) + start, columns);
            AddRow(sums + start, block, columns);
        }
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
