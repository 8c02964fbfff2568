using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

// Sentences do not depend on each other: every worker takes its own ones through all steps without a barrier. The recurrent
// matrix is packed once and read by all; the cell follows its product while the gates are in the cache.
public sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void LstmForward(Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H, Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Shapes.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
        _scratch.Reset();
        Operand weight = Operand.AlongRows(weight_4HH);
        LstmForwardJob job = new()
        {
            Gemm = _gemm,
            Weight = PackRight(weight),
            Rooms = TakeRooms(Packed.Length(LargestShare(steps), weight.Depth, _gemm.Rows)),
            H = h_NH, C = c_NH, Gates = gates_N4H, H0 = h0_BH, C0 = c0_BH, Steps = steps,
        };
        Run(ref job, (double)steps.Rows * weight.Width * weight.Depth / 16);
    }

    /// <inheritdoc/>
    public void LstmBackward(Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dWeight_4HH, Tensor<float> dh_NH, Tensor<float> gates_N4H, Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        Shapes.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        _scratch.Reset();
        int H = weight_4HH.Columns;
        Operand weight = Operand.AlongColumns(weight_4HH);
        LstmBackwardJob job = new()
        {
            Gemm = _gemm,
            Weight = PackRight(weight),
            Rooms = TakeRooms(Packed.Length(LargestShare(steps), weight.Depth, _gemm.Rows)),
            DC = _scratch.Take(steps.Sequences, H),
            DGates = dGates_N4H, DH = dh_NH, DH0 = dh0_BH, DC0 = dc0_BH, Gates = gates_N4H, C = c_NH, C0 = c0_BH, Steps = steps,
        };
        Run(ref job, (double)steps.Rows * weight.Width * weight.Depth / 16);
        if (steps.Rows > 0)
            AddRecurrentGradient(dWeight_4HH, dGates_N4H, h_NH, h0_BH, steps);
    }

    // dW += Σ over all tokens of dGates[t, b]ᵀ h[t - 1, b]: one product with the hidden states, one step late.
    private void AddRecurrentGradient(Tensor<float> dWeight_4HH, Tensor<float> dGates_N4H, Tensor<float> h_NH, Tensor<float> h0_BH, StepLayout steps)
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

    // A worker's sentences: as many tokens as everybody else's.
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

    private struct LstmForwardJob : ITeamJob
    {
        public Gemm Gemm;
        public Packed Weight;
        public Rooms Rooms;
        public Tensor<float> H, C, Gates, H0, C0;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Sentences(Steps, worker, workers);
            for (int t = 0; t < Steps.Steps && Steps.Active(t) > start; t++)
            {
                int row = Steps.Start(t) + start;
                int rows = Math.Min(end, Steps.Active(t)) - start;
                (Tensor<float> h, Tensor<float> c, int before) = t == 0 ? (H0, C0, start) : (H, C, Steps.Start(t - 1) + start);
                if (!h.IsAbsent)
                {
                    Packed previous = Gemm.Left(Rooms[worker], rows, Weight.Depth);
                    previous.Fill(Operand.AlongRows(h.RowRange(before, rows)));
                    Gemm.Multiply(RowOf(Gates, row), Gates.Stride, previous, Weight, null, accumulate: true);
                }

                for (int b = 0; b < rows; b++)
                    Cell(RowOf(H, row + b), RowOf(C, row + b), RowOf(Gates, row + b), c.IsAbsent ? null : RowOf(c, before + b), H.Columns);
            }
        }

        // The gates are activated in short loops whose turns do not wait for each other: all of a vector in one turn takes twice the time.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Cell(float* h_H, float* c_H, float* gates_4H, float* cPrevious_H, int H)
        {
            Map<SigmoidFunction>(gates_4H, gates_4H, 2 * H);
            Map<TanhFunction>(gates_4H + (2 * H), gates_4H + (2 * H), H);
            Map<SigmoidFunction>(gates_4H + (3 * H), gates_4H + (3 * H), H);
            int j = 0;
            for (; j <= H - Vector<float>.Count; j += Vector<float>.Count)
                State<Whole>(h_H, c_H, gates_4H, cPrevious_H, H, j);
            if (j < H)
                State<Rest>(h_H, c_H, gates_4H, cPrevious_H, H, j);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void State<TLanes>(float* h_H, float* c_H, float* gates_4H, float* cPrevious_H, int H, int j)
            where TLanes : struct, ILanes
        {
            float* i_H = gates_4H, f_H = i_H + H, g_H = f_H + H, o_H = g_H + H;
            int rest = H - j;
            Vector<float> c = TLanes.Load(i_H + j, rest) * TLanes.Load(g_H + j, rest);
            if (cPrevious_H != null)
                c += TLanes.Load(f_H + j, rest) * TLanes.Load(cPrevious_H + j, rest);
            TLanes.Store(c_H + j, c, rest);
            TLanes.Store(h_H + j, TLanes.Load(o_H + j, rest) * VectorMath.Tanh(c), rest);
        }
    }

    private struct LstmBackwardJob : ITeamJob
    {
        public Gemm Gemm;
        public Packed Weight;
        public Rooms Rooms;
        public Tensor<float> DC, DGates, DH, DH0, DC0, Gates, C, C0;
        public StepLayout Steps;

        public readonly void Execute(int worker, int workers)
        {
            (int start, int end) = Sentences(Steps, worker, workers);
            for (int b = start; b < end; b++)
                new Span<float>(RowOf(DC, b), DC.Columns).Clear();
            for (int t = Steps.Steps - 1; t >= 0; t--)
            {
                int rows = Math.Min(end, Steps.Active(t)) - start;
                if (rows <= 0)
                    continue;
                int row = Steps.Start(t) + start;
                (Tensor<float> c, int before) = t == 0 ? (C0, start) : (C, Steps.Start(t - 1) + start);
                for (int b = 0; b < rows; b++)
                    Cell(RowOf(DGates, row + b), RowOf(DC, start + b), RowOf(DH, row + b), RowOf(Gates, row + b), RowOf(C, row + b), c.IsAbsent ? null : RowOf(c, before + b), DC.Columns);
                if (t > 0)
                    MultiplyByWeight(DH, before, row, rows, worker, accumulate: true);
                else if (!DH0.IsAbsent)
                    MultiplyByWeight(DH0, start, row, rows, worker, accumulate: false);
            }

            for (int b = start; b < end && !DC0.IsAbsent; b++)
                new Span<float>(RowOf(DC, b), DC.Columns).CopyTo(new Span<float>(RowOf(DC0, b), DC.Columns));
        }

        // The gradient by the hidden states before the step.
        private readonly void MultiplyByWeight(Tensor<float> dh, int before, int row, int rows, int worker, bool accumulate)
        {
            Packed dGates = Gemm.Left(Rooms[worker], rows, Weight.Depth);
            dGates.Fill(Operand.AlongRows(DGates.RowRange(row, rows)));
            Gemm.Multiply(RowOf(dh, before), dh.Stride, dGates, Weight, null, accumulate);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Cell(float* dGates_4H, float* dc_H, float* dh_H, float* gates_4H, float* c_H, float* cPrevious_H, int H)
        {
            int j = 0;
            for (; j <= H - Vector<float>.Count; j += Vector<float>.Count)
                Cell<Whole>(dGates_4H, dc_H, dh_H, gates_4H, c_H, cPrevious_H, H, j);
            if (j < H)
                Cell<Rest>(dGates_4H, dc_H, dh_H, gates_4H, c_H, cPrevious_H, H, j);
        }

        // dGates may be the gates: all of a vector's reads stand before its writes.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Cell<TLanes>(float* dGates_4H, float* dc_H, float* dh_H, float* gates_4H, float* c_H, float* cPrevious_H, int H, int j)
            where TLanes : struct, ILanes
        {
            float* i_H = gates_4H, f_H = i_H + H, g_H = f_H + H, o_H = g_H + H;
            float* di_H = dGates_4H, df_H = di_H + H, dg_H = df_H + H, do_H = dg_H + H;
            int rest = H - j;
            Vector<float> one = Vector<float>.One;
            Vector<float> i = TLanes.Load(i_H + j, rest), f = TLanes.Load(f_H + j, rest), g = TLanes.Load(g_H + j, rest), o = TLanes.Load(o_H + j, rest);
            Vector<float> dh = TLanes.Load(dh_H + j, rest);
            Vector<float> tanhC = VectorMath.Tanh(TLanes.Load(c_H + j, rest));
            Vector<float> cPrevious = cPrevious_H == null ? Vector<float>.Zero : TLanes.Load(cPrevious_H + j, rest);
            Vector<float> dc = TLanes.Load(dc_H + j, rest) + (dh * o * (one - (tanhC * tanhC)));
            TLanes.Store(di_H + j, dc * g * i * (one - i), rest);
            TLanes.Store(df_H + j, dc * cPrevious * f * (one - f), rest);
            TLanes.Store(dg_H + j, dc * i * (one - (g * g)), rest);
            TLanes.Store(do_H + j, dh * tanhC * o * (one - o), rest);
            TLanes.Store(dc_H + j, dc * f, rest);
        }
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
