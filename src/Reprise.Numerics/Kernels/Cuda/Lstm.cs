namespace Reprise.Numerics.Cuda;

// One product and one cell kernel for each step. Where it can, Recurrence.cs does all steps in one launch.
internal sealed unsafe partial class CudaKernels
{
    /// <inheritdoc/>
    public void LstmForward(
        Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Shapes.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
        int H = weight_4HH.Columns;
        if (steps.Rows == 0)
            return;
        _scratch.Reset();
        if (TryPlan(CudaFunction.recurrence_forward, steps, H) is { } plan)
        {
            RunRecurrence(plan, h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
            return;
        }

        Factor weight = Prepare(weight_4HH);
        nint room = TakeRoom(steps.Sequences, H);
        for (int t = 0; t < steps.Steps; t++)
        {
            (int start, int active) = (steps.Start(t), steps.Active(t));
            Tensor<float> hBefore = Before(h_NH, h0_BH, steps, t), cBefore = Before(c_NH, c0_BH, steps, t);
            Tensor<float> gates = gates_N4H.RowRange(start, active);
            if (!hBefore.IsAbsent)
                Multiply(gates, ConvertTo(room, hBefore), false, weight, true, default, accumulate: true);
            _queue.Launch(CudaFunction.lstm_cell_forward, Pieces((long)active * H, BlockThreads), 1, BlockThreads, new LstmCellArguments
            {
                H = At(h_NH.RowRange(start, active)), C = At(c_NH.RowRange(start, active)), Gates = At(gates), CBefore = At(cBefore),
                Rows = active, Units = H, HStride = h_NH.Stride, CStride = c_NH.Stride,
                GatesStride = gates_N4H.Stride, CBeforeStride = cBefore.Stride,
            });
        }
    }

    /// <inheritdoc/>
    public void LstmBackward(
        Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dWeight_4HH,
        Tensor<float> dh_NH, Tensor<float> gates_N4H, Tensor<float> h_NH, Tensor<float> c_NH,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Shapes.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        if (steps.Rows == 0)
            return;
        _scratch.Reset();
        if (TryPlan(CudaFunction.recurrence_backward, steps, weight_4HH.Columns) is { } plan)
            RunRecurrenceBackward(plan, dGates_N4H, dh0_BH, dc0_BH, dh_NH, gates_N4H, c_NH, weight_4HH, c0_BH, steps);
        else
            StepBackward(dGates_N4H, dh0_BH, dc0_BH, dh_NH, gates_N4H, c_NH, weight_4HH, c0_BH, steps);
        AddRecurrentGradient(dWeight_4HH, dGates_N4H, h_NH, h0_BH, steps);
    }

    private void StepBackward(
        Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dh_NH,
        Tensor<float> gates_N4H, Tensor<float> c_NH, Tensor<float> weight_4HH, Tensor<float> c0_BH, StepLayout steps)
    {
        (int B, int H) = (steps.Sequences, weight_4HH.Columns);
        Factor weight = Prepare(weight_4HH);
        nint room = TakeRoom(B, 4 * H);
        Tensor<float> dc_BH = _scratch.Take(B, H);
        for (int t = steps.Steps - 1; t >= 0; t--)
        {
            (int start, int active) = (steps.Start(t), steps.Active(t));
            int known = t + 1 < steps.Steps ? steps.Active(t + 1) : 0;
            Tensor<float> cBefore = Before(c_NH, c0_BH, steps, t), dGates = dGates_N4H.RowRange(start, active);
            long blocks = Pieces((long)active * H, BlockThreads);
            _queue.Launch(CudaFunction.lstm_cell_backward_step, blocks, 1, BlockThreads, new LstmCellBackwardArguments
            {
                DGates = At(dGates), DC = At(dc_BH), DH = At(dh_NH.RowRange(start, active)),
                Gates = At(gates_N4H.RowRange(start, active)), C = At(c_NH.RowRange(start, active)), CBefore = At(cBefore),
                Rows = active, Known = known, Units = H,
                DGatesStride = dGates_N4H.Stride, DHStride = dh_NH.Stride,
                GatesStride = gates_N4H.Stride, CStride = c_NH.Stride, CBeforeStride = cBefore.Stride,
            });
            Tensor<float> dhBefore = t > 0 ? dh_NH.RowRange(steps.Start(t - 1), active)
                : dh0_BH.IsAbsent ? default : dh0_BH.RowRange(0, active);
            if (!dhBefore.IsAbsent)
                Multiply(dhBefore, ConvertTo(room, dGates), false, weight, false, default, accumulate: t > 0);
        }

        if (!dc0_BH.IsAbsent)
            Copy(At(dc0_BH), dc0_BH.Stride, At(dc_BH), H, B, H);
    }

    // dW_hh += dGatesᵀ h', h' being the states before each step: one product over all tokens.
    private void AddRecurrentGradient(
        Tensor<float> dWeight_4HH, Tensor<float> dGates_N4H, Tensor<float> h_NH, Tensor<float> h0_BH, StepLayout steps)
    {
        (int B, int N, int H) = (steps.Sequences, steps.Rows, dWeight_4HH.Columns);
        int first = h0_BH.IsAbsent ? B : 0; // without h0 the first step has no state before it
        if (N == first)
            return;
        Tensor<float> before_NH = _scratch.Take(N - first, H);
        if (first == 0)
            Copy(At(before_NH), H, At(h0_BH), h0_BH.Stride, B, H);
        _queue.Reserve((N - (long)B) * sizeof(int));
        Span<int> rows = _queue.Stage<int>(N - B, out int* onDevice);
        for (int t = 1; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
                rows[steps.Start(t) - B + b] = steps.Start(t - 1) + b;
        }

        if (N > B)
        {
            GatherArguments gather = new()
            {
                Y = At(before_NH.RowRange(B - first, N - B)), Table = At(h_NH),
                Rows = (nint)onDevice, Columns = H, YStride = H, TableStride = h_NH.Stride,
            };
            _queue.Launch(CudaFunction.gather, N - B, 1, BlockThreads, gather);
        }

        (Factor dGates, Factor before) = Prepare(dGates_N4H.RowRange(first, N - first), before_NH);
        Multiply(dWeight_4HH, dGates, true, before, false, default, accumulate: true);
    }

    // The state before step t: of the first rows of the step before, or the initial one, or absent.
    private static Tensor<float> Before(Tensor<float> x_NH, Tensor<float> x0_BH, StepLayout steps, int t) =>
        t > 0 ? x_NH.RowRange(steps.Start(t - 1), steps.Active(t)) : x0_BH.IsAbsent ? default : x0_BH.RowRange(0, steps.Active(0));

    // Memory for one factor, reused by each step.
    private nint TakeRoom(int rows, int columns) => InBf16 ? Take((long)rows * RoundedUp(columns, 8) * sizeof(ushort)) : 0;

    private Factor ConvertTo(nint room, Tensor<float> x)
    {
        if (!InBf16)
            return new Factor(x);
        int width = RoundedUp(x.Columns, 8);
        Convert(new ConvertArguments { First = new Conversion(room, x, width, x.Rows) });
        return new Factor(room, x.Rows, x.Columns, width, x.Rows);
    }

    private struct LstmCellArguments
    {
        public nint H, C, Gates, CBefore;
        public int Rows, Units, HStride, CStride, GatesStride, CBeforeStride;
    }

    private struct LstmCellBackwardArguments
    {
        public nint DGates, DC, DH, Gates, C, CBefore;
        public int Rows, Known, Units, DGatesStride, DHStride, GatesStride, CStride, CBeforeStride;
    }
}
