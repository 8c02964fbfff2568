namespace Reprise.Numerics.Cuda;

// All steps of an LSTM in one cooperative launch (Recurrence.cu), for bf16 products and where all its blocks fit onto the GPU
// together.
internal sealed unsafe partial class CudaKernels
{
    private const int MostRecurrenceThreads = 256;
    private const int ChunkColumns = 256, SharedPadding = 8; // as in Recurrence.cu

    // For debugging: a product and a cell kernel for each step, so that no block waits for another.
    private static readonly bool Stepwise = Environment.GetEnvironmentVariable("REPRISE_CUDA_STEPWISE") == "1";

    private readonly Dictionary<(CudaFunction Function, int B, int H), RecurrencePlan?> _plans = [];

    /// <summary>U units and R sequences for each block.</summary>
    private sealed record RecurrencePlan(int U, int R, int BlocksX, int BlocksY, int SharedBytes)
    {
        public int Threads => 32 * (U / 8) * (R / 16);
    }

    private RecurrencePlan? TryPlan(CudaFunction function, StepLayout steps, int H)
    {
        if (Stepwise || !InBf16 || !_device.IsCooperative || steps.Steps < 2)
            return null;
        (CudaFunction, int, int) key = (function, steps.Sequences, H);
        if (!_plans.TryGetValue(key, out RecurrencePlan? plan))
        {
            plan = Plan(function, steps.Sequences, H);
            _plans.Add(key, plan);
        }

        return plan;
    }

    // The division whose blocks read the fewest states each step; among equals the one with fewer blocks.
    private RecurrencePlan? Plan(CudaFunction function, int B, int H)
    {
        bool forward = function == CudaFunction.recurrence_forward;
        int P = RoundedUp(H, 16), K = forward ? P : 4 * P;
        (RecurrencePlan? Plan, long Rows) best = (null, long.MaxValue);
        foreach (int U in (int[])[64, 32, 16, 8])
        {
            for (int R = 16; 32 * (U / 8) * (R / 16) <= MostRecurrenceThreads; R += 16)
            {
                if (R >= B + 16)
                    break;
                long weights = (forward ? 4L : 1L) * U * (K + SharedPadding), staged = 2L * R * (Math.Min(K, ChunkColumns) + SharedPadding);
                long shared = (weights + staged) * sizeof(ushort);
                if (shared > _device.SharedBytes)
                    continue;
                RecurrencePlan plan = new(U, R, Pieces(H, U), Pieces(B, R), (int)shared);
                long blocks = (long)plan.BlocksX * plan.BlocksY, rows = blocks * R;
                if (plan.BlocksY > MostBlocksY || rows >= best.Rows
                    || blocks > _device.ResidentBlocks(function, plan.Threads, plan.SharedBytes))
                    continue;
                best = (plan, rows);
            }
        }

        return best.Plan;
    }

    private void RunRecurrence(
        RecurrencePlan plan, Tensor<float> h_NH, Tensor<float> c_NH, Tensor<float> gates_N4H,
        Tensor<float> weight_4HH, Tensor<float> h0_BH, Tensor<float> c0_BH, StepLayout steps)
    {
        int H = weight_4HH.Columns, K = RoundedUp(H, 16), rows = plan.BlocksY * plan.R;
        (nint states, nint counters) = TakeStates(plan, rows, K);
        nint weight = Take((long)weight_4HH.Rows * K * sizeof(ushort));
        ConvertArguments convert = new() { First = new Conversion(weight, weight_4HH, K, weight_4HH.Rows) };
        if (!h0_BH.IsAbsent)
            convert.Second = new Conversion(states, h0_BH.RowRange(0, steps.Sequences), K, steps.Sequences);
        Convert(convert);
        nint starts = StageStarts(steps);
        _queue.Launch(CudaFunction.recurrence_forward, plan.BlocksX, plan.BlocksY, plan.Threads, new RecurrenceArguments
        {
            H = At(h_NH), C = At(c_NH), Gates = At(gates_N4H), C0 = At(c0_BH),
            Weight = weight, States = states, Starts = starts, Counters = counters,
            Steps = steps.Steps, Units = H, K = K, R = plan.R, U = plan.U, HStride = h_NH.Stride,
            CStride = c_NH.Stride, GatesStride = gates_N4H.Stride, C0Stride = c0_BH.Stride,
        }, plan.SharedBytes, cooperative: true);
    }

    private void RunRecurrenceBackward(
        RecurrencePlan plan, Tensor<float> dGates_N4H, Tensor<float> dh0_BH, Tensor<float> dc0_BH, Tensor<float> dh_NH,
        Tensor<float> gates_N4H, Tensor<float> c_NH, Tensor<float> weight_4HH, Tensor<float> c0_BH, StepLayout steps)
    {
        (int B, int H) = (steps.Sequences, weight_4HH.Columns);
        int P = RoundedUp(H, 16), rows = plan.BlocksY * plan.R;
        if (dh0_BH.IsAbsent != dc0_BH.IsAbsent) // the kernel gives both or none
            (dh0_BH, dc0_BH) = (dh0_BH.IsAbsent ? _scratch.Take(B, H) : dh0_BH, dc0_BH.IsAbsent ? _scratch.Take(B, H) : dc0_BH);
        (nint states, nint counters) = TakeStates(plan, rows, 4 * P);
        nint weight = Take((long)H * 4 * P * sizeof(ushort));
        TransposeWeightArguments transpose = new() { To = weight, From = At(weight_4HH), H = H, P = P, Stride = weight_4HH.Stride };
        _queue.Launch(CudaFunction.transpose_weight, 4L * Pieces(P, 32), Pieces(H, 32), BlockThreads, transpose);
        nint starts = StageStarts(steps);
        _queue.Launch(CudaFunction.recurrence_backward, plan.BlocksX, plan.BlocksY, plan.Threads, new RecurrenceBackwardArguments
        {
            DGates = At(dGates_N4H), DH0 = At(dh0_BH), DC0 = At(dc0_BH), DH = At(dh_NH), Gates = At(gates_N4H),
            C = At(c_NH), C0 = At(c0_BH), Weight = weight, States = states, Starts = starts, Counters = counters,
            Steps = steps.Steps, Units = H, P = P, R = plan.R, U = plan.U,
            DGatesStride = dGates_N4H.Stride, DH0Stride = dh0_BH.Stride, DC0Stride = dc0_BH.Stride,
            DHStride = dh_NH.Stride, GatesStride = gates_N4H.Stride, CStride = c_NH.Stride, C0Stride = c0_BH.Stride,
        }, plan.SharedBytes, cooperative: true);
    }

    // Two turns of states and the counters at which blocks meet, all zero.
    private (nint States, nint Counters) TakeStates(RecurrencePlan plan, int rows, int K)
    {
        long stateBytes = 2L * rows * K * sizeof(ushort), counterBytes = RoundedUp(plan.BlocksY, 4) * sizeof(uint);
        nint states = Take(stateBytes + counterBytes);
        Zero(states, stateBytes + counterBytes);
        return (states, states + (nint)stateBytes);
    }

    private struct RecurrenceArguments
    {
        public nint H, C, Gates, C0, Weight, States, Starts, Counters;
        public int Steps, Units, K, R, U, HStride, CStride, GatesStride, C0Stride, Unused;
    }

    private struct RecurrenceBackwardArguments
    {
        public nint DGates, DH0, DC0, DH, Gates, C, C0, Weight, States, Starts, Counters;
        public int Steps, Units, P, R, U, DGatesStride, DH0Stride, DC0Stride, DHStride, GatesStride, CStride, C0Stride;
    }

    private struct TransposeWeightArguments
    {
        public nint To, From;
        public int H, P, Stride, Unused;
    }
}
