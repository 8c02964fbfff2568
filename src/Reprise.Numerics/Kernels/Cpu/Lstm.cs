namespace Reprise.Numerics.Cpu;

// Sentences do not depend on each other. Where there are enough, each worker takes its own through all steps without a barrier;
// where there are few, they are divided by hidden units too, one step after the other. The recurrent matrix is packed once for all
// workers; the cell follows its product while the gates are in the cache.
internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void LstmForward(
        Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Shapes.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
        _scratch.Reset();
        int H = weight_4HH.Columns;
        LstmForwardJob job = new()
        {
            Gemm = _gemm,
            I = PackRight(Operand.AlongRows(weight_4HH.RowRange(0, H))), F = PackRight(Operand.AlongRows(weight_4HH.RowRange(H, H))),
            G = PackRight(Operand.AlongRows(weight_4HH.RowRange(2 * H, H))),
            O = PackRight(Operand.AlongRows(weight_4HH.RowRange(3 * H, H))),
            H = h_NH, C = c_NH, Gates = gates_N4H, H0 = h0_BH, C0 = c0_BH, Steps = steps,
        };
        if (!SharesUnits(steps))
        {
            job.Rooms = TakeRooms(Packed.Length(LargestShare(steps), H, _gemm.Rows));
            Run(ref job, 4.0 * steps.Rows * H * H / 16);
            return;
        }

        float* room = Take(Packed.Length(steps.Sequences, H, _gemm.Rows));
        for (int t = 0; t < steps.Steps; t++)
        {
            LstmForwardStepJob step = new() { Steps = job, Step = t };
            Tensor<float> previous = job.Previous(t, 0, steps.Active(t));
            if (!previous.IsAbsent)
                Pack(step.Previous = _gemm.Left(room, previous.Rows, H), Operand.AlongRows(previous));
            Run(ref step, 4.0 * steps.Active(t) * H * H / 16);
        }
    }

    /// <inheritdoc/>
    public void LstmBackward(
        Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dWeight_4HH,
        Tensor<float> dh_NH, Tensor<float> gates_N4H, Tensor<float> h_NH, Tensor<float> c_NH,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Shapes.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        _scratch.Reset();
        int H = weight_4HH.Columns;
        LstmBackwardJob job = new()
        {
            Gemm = _gemm,
            Weight = PackRight(Operand.AlongColumns(weight_4HH)),
            DC = dc0_BH.IsAbsent ? _scratch.Take(steps.Sequences, H) : dc0_BH.RowRange(0, steps.Sequences),
            DGates = dGates_N4H, DH = dh_NH, DH0 = dh0_BH, Gates = gates_N4H, C = c_NH, C0 = c0_BH, Steps = steps,
        };
        Fill(job.DC, 0);
        if (!SharesUnits(steps))
        {
            job.Rooms = TakeRooms(Packed.Length(LargestShare(steps), 4 * H, _gemm.Rows));
            Run(ref job, 4.0 * steps.Rows * H * H / 16);
        }
        else
        {
            BackwardStepByStep(job, Take(Packed.Length(steps.Sequences, 4 * H, _gemm.Rows)));
        }

        if (steps.Rows > 0)
            AddRecurrentGradient(dWeight_4HH, dGates_N4H, h_NH, h0_BH, steps);
    }

    private void BackwardStepByStep(LstmBackwardJob job, float* room)
    {
        int H = job.DC.Columns;
        for (int t = job.Steps.Steps - 1; t >= 0; t--)
        {
            int rows = job.Steps.Active(t);
            LstmBackwardStepJob step = new() { Steps = job, Step = t };
            Run(ref step, 16.0 * rows * H);
            if (job.Before(t, 0, rows).IsAbsent)
                continue;
            Pack(step.DGates = _gemm.Left(room, rows, 4 * H), Operand.AlongRows(job.DGates.RowRange(job.Steps.Start(t), rows)));
            step.Multiplies = true;
            Run(ref step, 4.0 * rows * H * H / 16);
        }
    }

    // True if whole sentences would leave workers idle or their tiles half empty.
    private bool SharesUnits(StepLayout steps) => Threads > 1 && steps.Sequences < 2 * _gemm.Rows * Threads;

    // dW += Σ over all tokens of dGates[t, b]ᵀ h[t - 1, b]: one product with the hidden states, one step late.
    private void AddRecurrentGradient(
        Tensor<float> dWeight_4HH, Tensor<float> dGates_N4H, Tensor<float> h_NH, Tensor<float> h0_BH, StepLayout steps)
    {
        int first = h0_BH.IsAbsent ? 1 : 0;
        if (first >= steps.Steps)
            return;
        int skipped = steps.Start(first);
        Tensor<float> dGates = dGates_N4H.RowRange(skipped, steps.Rows - skipped);
        Tensor<float> previous = _scratch.Take(dGates.Rows, h_NH.Columns);
        CopyPreviousJob copy = new() { Previous = previous, H = h_NH, H0 = h0_BH, Steps = steps, First = first };
        Run(ref copy, previous.Length);
        Multiply(dWeight_4HH, Operand.AlongColumns(dGates), Operand.AlongColumns(previous), null, accumulate: true);
    }

    // The sentences of a worker; all workers have about the same number of tokens.
    private static (int Start, int End) Sentences(StepLayout steps, int worker, int workers) =>
        (Boundary(steps, worker, workers), Boundary(steps, worker + 1, workers));

    private int LargestShare(StepLayout steps)
    {
        int largest = 0;
        for (int worker = 0; worker < Threads; worker++)
        {
            (int start, int end) = Sentences(steps, worker, Threads);
            largest = Math.Max(largest, end - start);
        }

        return largest;
    }

    private static int Boundary(StepLayout steps, int worker, int workers)
    {
        if (worker == workers)
            return steps.Sequences;
        long wanted = (long)steps.Rows * worker / workers;
        int b = 0, length = steps.Steps;
        for (long tokens = 0; tokens < wanted; b++, tokens += length)
        {
            while (length > 0 && steps.Active(length - 1) <= b)
                length--;
        }

        return b;
    }

    /// <summary>All steps of one worker's sentences.</summary>
    private struct LstmForwardJob : ITeamJob
    {
        public Gemm Gemm;
        public Packed I, F, G, O; // the rows of the recurrent matrix that make each gate
        public Rooms Rooms;
        public Tensor<float> H, C, Gates, H0, C0;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Sentences(Steps, worker, workers);
            for (int t = 0; t < Steps.Steps && Steps.Active(t) > start; t++)
            {
                int rows = Math.Min(end, Steps.Active(t)) - start;
                Tensor<float> previous = Previous(t, start, rows);
                Packed left = Gemm.Left(Rooms[worker], rows, I.Width);
                if (!previous.IsAbsent)
                    left.Fill(Operand.AlongRows(previous));
                Multiply(t, start, previous.IsAbsent ? default : left, new Part(0, left.Panels, 0, I.Panels));
                Activate(t, start, start + rows, 0, I.Width);
            }
        }

        /// <summary>The hidden states before step <paramref name="t"/> of some sentences; absent for zero.</summary>
        public readonly Tensor<float> Previous(int t, int start, int rows) =>
            t > 0 ? H.RowRange(Steps.Start(t - 1) + start, rows) : H0.IsAbsent ? default : H0.RowRange(start, rows);

        /// <summary>gates += hPrevious W_hhᵀ for a part of the units and of the sentences from <paramref name="start"/> on.</summary>
        public readonly void Multiply(int t, int start, Packed previous, Part part)
        {
            if (previous.Panels == 0)
                return;
            float* gates = RowOf(Gates, Steps.Start(t) + start + (part.Top * Gemm.Rows)) + (part.Left * Gemm.Columns);
            Gemm.Multiply(gates, Gates.Stride, previous, part.Top, part.Bottom, I, part.Left, part.Right, null, accumulate: true);
            Gemm.Multiply(gates + I.Width, Gates.Stride, previous, part.Top, part.Bottom, F, part.Left, part.Right, null, accumulate: true);
            Gemm.Multiply(
                gates + (2 * I.Width), Gates.Stride, previous, part.Top, part.Bottom, G, part.Left, part.Right, null, accumulate: true);
            Gemm.Multiply(
                gates + (3 * I.Width), Gates.Stride, previous, part.Top, part.Bottom, O, part.Left, part.Right, null, accumulate: true);
        }

        public readonly void Activate(int t, int start, int end, int unit, int lastUnit)
        {
            (Tensor<float> before, int first) = t == 0 ? (C0, 0) : (C, Steps.Start(t - 1));
            for (int b = start; b < end; b++)
            {
                int row = Steps.Start(t) + b;
                LstmCell.Forward(
                    RowOf(H, row), RowOf(C, row), RowOf(Gates, row),
                    before.IsAbsent ? null : RowOf(before, first + b), I.Width, unit, lastUnit);
            }
        }
    }

    /// <summary>One step of all sentences. Workers share parts of the sentences and of the units.</summary>
    private struct LstmForwardStepJob : ITeamJob
    {
        public LstmForwardJob Steps;
        public int Step;
        public Packed Previous;

        public readonly void Execute(int worker, int workers)
        {
            int rows = Steps.Steps.Active(Step);
            (Part part, int top, int bottom, int unit, int lastUnit) = UnitsOf(Steps.Gemm, rows, Steps.I.Width, worker, workers);
            Steps.Multiply(Step, 0, Previous, part);
            Steps.Activate(Step, top, bottom, unit, lastUnit);
        }
    }

    /// <summary>All steps of one worker's sentences, the last step first.</summary>
    private struct LstmBackwardJob : ITeamJob
    {
        public Gemm Gemm;
        public Packed Weight;
        public Rooms Rooms;
        public Tensor<float> DC, DGates, DH, DH0, Gates, C, C0;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Sentences(Steps, worker, workers);
            for (int t = Steps.Steps - 1; t >= 0; t--)
            {
                int rows = Math.Min(end, Steps.Active(t)) - start;
                if (rows <= 0)
                    continue;
                Differentiate(t, start, start + rows, 0, DC.Columns);
                if (Before(t, start, rows).IsAbsent)
                    continue;
                Packed dGates = Gemm.Left(Rooms[worker], rows, Weight.Depth);
                dGates.Fill(Operand.AlongRows(DGates.RowRange(Steps.Start(t) + start, rows)));
                Multiply(t, start, dGates, new Part(0, dGates.Panels, 0, Weight.Panels));
            }
        }

        /// <summary>
        /// The gradients of the hidden states before step <paramref name="t"/> of some sentences; absent if they are not wanted.
        /// </summary>
        public readonly Tensor<float> Before(int t, int start, int rows) =>
            t > 0 ? DH.RowRange(Steps.Start(t - 1) + start, rows) : DH0.IsAbsent ? default : DH0.RowRange(start, rows);

        public readonly void Differentiate(int t, int start, int end, int unit, int lastUnit)
        {
            (Tensor<float> before, int first) = t == 0 ? (C0, 0) : (C, Steps.Start(t - 1));
            for (int b = start; b < end; b++)
            {
                int row = Steps.Start(t) + b;
                LstmCell.Backward(
                    RowOf(DGates, row), RowOf(DC, b), RowOf(DH, row), RowOf(Gates, row), RowOf(C, row),
                    before.IsAbsent ? null : RowOf(before, first + b), DC.Columns, unit, lastUnit);
            }
        }

        /// <summary>dhPrevious += dGates W_hh, or = for the initial state.</summary>
        public readonly void Multiply(int t, int start, Packed dGates, Part part)
        {
            Tensor<float> dh = Before(t, start, dGates.Width);
            float* first = RowOf(dh, part.Top * Gemm.Rows) + (part.Left * Gemm.Columns);
            Gemm.Multiply(first, dh.Stride, dGates, part.Top, part.Bottom, Weight, part.Left, part.Right, null, accumulate: t > 0);
        }
    }

    /// <summary>One of the two halves of a step of all sentences. Workers share parts of the sentences and of the units.</summary>
    private struct LstmBackwardStepJob : ITeamJob
    {
        public LstmBackwardJob Steps;
        public int Step;
        public bool Multiplies; // the product; otherwise the derivatives of the cells
        public Packed DGates;

        public readonly void Execute(int worker, int workers)
        {
            (Part part, int top, int bottom, int unit, int lastUnit) = UnitsOf(
                Steps.Gemm, Steps.Steps.Active(Step), Steps.DC.Columns, worker, workers);
            if (Multiplies)
                Steps.Multiply(Step, 0, DGates, part);
            else
                Steps.Differentiate(Step, top, bottom, unit, lastUnit);
        }
    }

    private static (Part Part, int Top, int Bottom, int Unit, int LastUnit) UnitsOf(Gemm gemm, int rows, int units, int worker, int workers)
    {
        Part part = Part.Of(Packed.Pieces(rows, gemm.Rows), Packed.Pieces(units, gemm.Columns), worker, workers, rowCost: 0);
        return (
            part, part.Top * gemm.Rows, Math.Min(part.Bottom * gemm.Rows, rows),
            part.Left * gemm.Columns, Math.Min(part.Right * gemm.Columns, units));
    }

    private struct CopyPreviousJob : ITeamJob
    {
        public Tensor<float> Previous, H, H0;
        public StepLayout Steps;
        public int First;

        public readonly void Execute(int worker, int workers)
        {
            int skipped = Steps.Start(First);
            for (int t = First; t < Steps.Steps; t++)
            {
                (int start, int end) = Share.Of(Steps.Active(t), worker, workers);
                for (int b = start; b < end; b++)
                {
                    float* from = t == 0 ? RowOf(H0, b) : RowOf(H, Steps.Start(t - 1) + b);
                    new Span<float>(from, H.Columns).CopyTo(new Span<float>(RowOf(Previous, Steps.Start(t) - skipped + b), H.Columns));
                }
            }
        }
    }
}
