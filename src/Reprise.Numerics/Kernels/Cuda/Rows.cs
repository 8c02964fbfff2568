namespace Reprise.Numerics.Cuda;

internal sealed unsafe partial class CudaKernels
{
    private const int MostBlocksY = 65535;

    private readonly RowGroups _groups = new();

    /// <inheritdoc/>
    public void Gather(Tensor<float> y_NE, Tensor<float> table_VE, ReadOnlySpan<int> rows_N)
    {
        Shapes.Gather(y_NE, table_VE, rows_N);
        if (y_NE.Length == 0)
            return;
        _queue.Reserve((long)rows_N.Length * sizeof(int));
        GatherArguments arguments = new()
        {
            Y = At(y_NE), Table = At(table_VE), Rows = (nint)_queue.Stage(rows_N),
            Columns = y_NE.Columns, YStride = y_NE.Stride, TableStride = table_VE.Stride,
        };
        _queue.Launch(CudaFunction.gather, rows_N.Length, 1, BlockThreads, arguments);
    }

    /// <inheritdoc/>
    public void ScatterAdd(Tensor<float> dTable_VE, Tensor<float> dy_NE, ReadOnlySpan<int> rows_N)
    {
        Shapes.ScatterAdd(dTable_VE, dy_NE, rows_N);
        if (dy_NE.Length == 0)
            return;
        int N = rows_N.Length;
        _queue.Reserve(((3L * N) + 2) * sizeof(int));
        Span<int> words_U = _queue.Stage<int>(N, out int* words),
            starts_U = _queue.Stage<int>(N + 1, out int* starts), order_N = _queue.Stage<int>(N, out int* order);
        int count = _groups.Find(rows_N, dTable_VE.Rows, words_U, starts_U, order_N);
        ScatterAddArguments arguments = new()
        {
            DTable = At(dTable_VE), DY = At(dy_NE),
            Words = (nint)words, Starts = (nint)starts, Order = (nint)order, Count = (nint)_queue.Stage<int>([count]),
            Columns = dy_NE.Columns, TableStride = dTable_VE.Stride, YStride = dy_NE.Stride,
        };
        const int threads = 128;
        _queue.Launch(CudaFunction.scatter_add, N, Pieces(dy_NE.Columns, threads), threads, arguments);
    }

    /// <inheritdoc/>
    public void AddToSteps(Tensor<float> y_NC, Tensor<float> x_BC, StepLayout steps)
    {
        Shapes.AddToSteps(y_NC, x_BC, steps);
        if (y_NC.Length == 0)
            return;
        StepsArguments arguments = new()
        {
            Y = At(y_NC), X = At(x_BC), Starts = StageStarts(steps), Steps = steps.Steps,
            Columns = y_NC.Columns, YStride = y_NC.Stride, XStride = x_BC.Stride,
        };
        _queue.Launch(CudaFunction.add_to_steps, steps.Sequences, Math.Min(steps.Steps, MostBlocksY), BlockThreads, arguments);
    }

    /// <inheritdoc/>
    public void SumOverSteps(Tensor<float> y_BC, Tensor<float> x_NC, StepLayout steps)
    {
        Shapes.SumOverSteps(y_BC, x_NC, steps);
        if (y_BC.Length == 0)
            return;
        StepsArguments arguments = new()
        {
            Y = At(y_BC), X = At(x_NC), Starts = StageStarts(steps), Steps = steps.Steps,
            Columns = y_BC.Columns, YStride = y_BC.Stride, XStride = x_NC.Stride,
        };
        const int threads = 128;
        _queue.Launch(CudaFunction.sum_over_steps, steps.Sequences, Pieces(y_BC.Columns, threads), threads, arguments);
    }

    private nint StageStarts(StepLayout steps)
    {
        _queue.Reserve((steps.Steps + 1L) * sizeof(int));
        Span<int> starts_T = _queue.Stage<int>(steps.Steps + 1, out int* onDevice);
        for (int t = 0; t <= steps.Steps; t++)
            starts_T[t] = steps.Start(t);
        return (nint)onDevice;
    }

    private struct GatherArguments
    {
        public nint Y, Table, Rows;
        public int Columns, YStride, TableStride, Unused;
    }

    private struct ScatterAddArguments
    {
        public nint DTable, DY, Words, Starts, Order, Count;
        public int Columns, TableStride, YStride, Unused;
    }

    private struct StepsArguments
    {
        public nint Y, X, Starts;
        public int Steps, Columns, YStride, XStride;
    }
}
