using System.Numerics;
using System.Runtime.CompilerServices;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

/// <summary>
/// The LSTM cell of one sentence at one step, for the hidden units from <c>start</c> to <c>end</c>; rows have H or 4 H elements.
/// </summary>
internal static unsafe class LstmCell
{
    /// <summary>gates = σ, σ, tanh, σ of themselves; c = f∘cPrevious + i∘g; h = o∘tanh(c). A null cPrevious is zero.</summary>
    /// <remarks>
    /// The gates are activated in short loops of independent iterations. One loop over all four gates of a vector takes twice the
    /// time.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(float* h_H, float* c_H, float* gates_4H, float* cPrevious_H, int H, int start, int end)
    {
        float* i_H = gates_4H, f_H = i_H + H, g_H = f_H + H, o_H = g_H + H;
        Map<SigmoidFunction>(i_H + start, i_H + start, end - start);
        Map<SigmoidFunction>(f_H + start, f_H + start, end - start);
        Map<TanhFunction>(g_H + start, g_H + start, end - start);
        Map<SigmoidFunction>(o_H + start, o_H + start, end - start);
        int j = start;
        for (; j <= end - Vector<float>.Count; j += Vector<float>.Count)
            State<Whole>(h_H, c_H, gates_4H, cPrevious_H, H, j, end - j);
        if (j < end)
            State<Rest>(h_H, c_H, gates_4H, cPrevious_H, H, j, end - j);
    }

    /// <summary>The gradients of the gates before activation, from those of h and c; dc becomes the gradient of cPrevious.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(
        float* dGates_4H, float* dc_H, float* dh_H, float* gates_4H, float* c_H, float* cPrevious_H, int H, int start, int end)
    {
        int j = start;
        for (; j <= end - Vector<float>.Count; j += Vector<float>.Count)
            Backward<Whole>(dGates_4H, dc_H, dh_H, gates_4H, c_H, cPrevious_H, H, j, end - j);
        if (j < end)
            Backward<Rest>(dGates_4H, dc_H, dh_H, gates_4H, c_H, cPrevious_H, H, j, end - j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void State<TLanes>(float* h_H, float* c_H, float* gates_4H, float* cPrevious_H, int H, int j, int rest)
        where TLanes : struct, ILanes
    {
        float* i_H = gates_4H, f_H = i_H + H, g_H = f_H + H, o_H = g_H + H;
        Vector<float> c = TLanes.Load(i_H + j, rest) * TLanes.Load(g_H + j, rest);
        if (cPrevious_H != null)
            c += TLanes.Load(f_H + j, rest) * TLanes.Load(cPrevious_H + j, rest);
        TLanes.Store(c_H + j, c, rest);
        TLanes.Store(h_H + j, TLanes.Load(o_H + j, rest) * VectorMath.Tanh(c), rest);
    }

    // dGates may be the same memory as gates: the reads of a vector all precede its writes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Backward<TLanes>(
        float* dGates_4H, float* dc_H, float* dh_H, float* gates_4H, float* c_H, float* cPrevious_H, int H, int j, int rest)
        where TLanes : struct, ILanes
    {
        float* i_H = gates_4H, f_H = i_H + H, g_H = f_H + H, o_H = g_H + H;
        float* di_H = dGates_4H, df_H = di_H + H, dg_H = df_H + H, do_H = dg_H + H;
        Vector<float> one = Vector<float>.One;
        Vector<float> i = TLanes.Load(i_H + j, rest), f = TLanes.Load(f_H + j, rest),
            g = TLanes.Load(g_H + j, rest), o = TLanes.Load(o_H + j, rest);
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
