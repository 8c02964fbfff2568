namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void LstmForward(
        Tensor<T> h_NH, Tensor<T> c_NH, Tensor<T> gates_N4H, Tensor<T> weight_4HH, Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps)
    {
        Shapes.LstmForward(h_NH, c_NH, gates_N4H, weight_4HH, h0_BH, c0_BH, steps);
        int H = weight_4HH.Columns;
        Span<T> zero_H = Scratch(H);
        zero_H.Clear();

        for (int t = 0; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
            {
                int n = steps.Start(t) + b;
                Span<T> hPrevious_H = Previous(h_NH, h0_BH, steps, t, b, zero_H);
                Span<T> cPrevious_H = Previous(c_NH, c0_BH, steps, t, b, zero_H);
                for (int j = 0; j < H; j++)
                {
                    T i = Sigmoid(gates_N4H[n, j] + Dot(hPrevious_H, weight_4HH.Row(j)));
                    T f = Sigmoid(gates_N4H[n, H + j] + Dot(hPrevious_H, weight_4HH.Row(H + j)));
                    T g = T.Tanh(gates_N4H[n, (2 * H) + j] + Dot(hPrevious_H, weight_4HH.Row((2 * H) + j)));
                    T o = Sigmoid(gates_N4H[n, (3 * H) + j] + Dot(hPrevious_H, weight_4HH.Row((3 * H) + j)));
                    T c = (f * cPrevious_H[j]) + (i * g);

                    gates_N4H[n, j] = i;
                    gates_N4H[n, H + j] = f;
                    gates_N4H[n, (2 * H) + j] = g;
                    gates_N4H[n, (3 * H) + j] = o;
                    c_NH[n, j] = c;
                    h_NH[n, j] = o * T.Tanh(c);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void LstmBackward(
        Tensor<T> dGates_N4H, Tensor<T> dh0_BH, Tensor<T> dc0_BH, Tensor<T> dWeight_4HH, Tensor<T> dh_NH, Tensor<T> gates_N4H,
        Tensor<T> h_NH, Tensor<T> c_NH, Tensor<T> weight_4HH, Tensor<T> h0_BH, Tensor<T> c0_BH, StepLayout steps)
    {
        Shapes.LstmBackward(dGates_N4H, dh0_BH, dc0_BH, dWeight_4HH, dh_NH, gates_N4H, h_NH, c_NH, weight_4HH, h0_BH, c0_BH, steps);
        (int B, int H) = (steps.Sequences, weight_4HH.Columns);
        Span<T> scratch = Scratch(H + (2 * B * H));
        Span<T> zero_H = scratch[..H];
        scratch.Clear();

        for (int t = steps.Steps - 1; t >= 0; t--)
        {
            for (int b = 0; b < steps.Active(t); b++)
            {
                int n = steps.Start(t) + b;
                Span<T> hPrevious_H = Previous(h_NH, h0_BH, steps, t, b, zero_H);
                Span<T> cPrevious_H = Previous(c_NH, c0_BH, steps, t, b, zero_H);
                Span<T> dhNext_H = scratch.Slice(H + (b * H), H);       // the part of dh from step t + 1
                Span<T> dcNext_H = scratch.Slice(H + ((B + b) * H), H); // the part of dc from step t + 1
                for (int j = 0; j < H; j++)
                {
                    (T i, T f) = (gates_N4H[n, j], gates_N4H[n, H + j]);
                    (T g, T o) = (gates_N4H[n, (2 * H) + j], gates_N4H[n, (3 * H) + j]);
                    T tanhC = T.Tanh(c_NH[n, j]);
                    T dh = dh_NH[n, j] + dhNext_H[j];
                    T dc = dcNext_H[j] + (dh * o * (T.One - (tanhC * tanhC)));

                    dGates_N4H[n, j] = dc * g * i * (T.One - i);
                    dGates_N4H[n, H + j] = dc * cPrevious_H[j] * f * (T.One - f);
                    dGates_N4H[n, (2 * H) + j] = dc * i * (T.One - (g * g));
                    dGates_N4H[n, (3 * H) + j] = dh * tanhC * o * (T.One - o);
                    dcNext_H[j] = dc * f;
                }

                dhNext_H.Clear();
                for (int k = 0; k < 4 * H; k++)
                {
                    AddScaled(dhNext_H, dGates_N4H[n, k], weight_4HH.Row(k));
                    AddScaled(dWeight_4HH.Row(k), dGates_N4H[n, k], hPrevious_H);
                }
            }
        }

        // Before step 0 these are the gradients of the initial state.
        for (int b = 0; b < B; b++)
        {
            if (!dh0_BH.IsAbsent)
                scratch.Slice(H + (b * H), H).CopyTo(dh0_BH.Row(b));
            if (!dc0_BH.IsAbsent)
                scratch.Slice(H + ((B + b) * H), H).CopyTo(dc0_BH.Row(b));
        }
    }

    // The state of sentence b before step t.
    private static Span<T> Previous(Tensor<T> state_NH, Tensor<T> initial_BH, StepLayout steps, int t, int b, Span<T> zero_H) =>
        t > 0 ? state_NH.Row(steps.Start(t - 1) + b) : initial_BH.IsAbsent ? zero_H : initial_BH.Row(b);

    private static T Sigmoid(T x) => T.One / (T.One + T.Exp(-x));
}
