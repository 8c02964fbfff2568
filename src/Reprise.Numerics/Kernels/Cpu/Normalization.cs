using System.Numerics;
using static Reprise.Numerics.Cpu.VectorMath;

namespace Reprise.Numerics.Cpu;

// One thread, because the matrices are small: a code of some tens of columns for each sentence of a batch.
internal sealed unsafe partial class CpuKernels
{
    /// <inheritdoc/>
    public void Moments(Tensor<float> moments_3C, Tensor<float> x_BC)
    {
        Shapes.Moments(moments_3C, x_BC);
        (int B, int C) = (x_BC.Rows, x_BC.Columns);
        for (int c = 0; c < C; c += Vector<float>.Count)
        {
            int rest = C - c;
            Vector<float> sum = Vector<float>.Zero, squares = Vector<float>.Zero;
            for (int b = 0; b < B; b++)
                sum += Load(RowOf(x_BC, b) + c, rest);
            Vector<float> mean = sum / Vector.Create((float)B);
            for (int b = 0; b < B; b++)
            {
                Vector<float> deviation = Load(RowOf(x_BC, b) + c, rest) - mean;
                squares += deviation * deviation;
            }

            Store(RowOf(moments_3C, 0) + c, mean, rest);
            Store(RowOf(moments_3C, 1) + c, squares / Vector.Create((float)B), rest);
            Store(RowOf(moments_3C, 2) + c, squares / Vector.Create((float)Math.Max(1, B - 1)), rest);
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void Normalize(
        Tensor<float> y_BC, Tensor<float> x_BC, Tensor<float> mean_C, Tensor<float> variance_C, Tensor<float> shift_C, float gain,
        float epsilon)
    {
        Shapes.Normalize(y_BC, x_BC, mean_C, variance_C, shift_C);
        for (int c = 0; c < x_BC.Columns; c += Vector<float>.Count)
        {
            int rest = x_BC.Columns - c;
            Vector<float> mean = Load(RowOf(mean_C, 0) + c, rest), shift = Load(RowOf(shift_C, 0) + c, rest);
            Vector<float> scale = Vector.Create(gain) / Deviation(variance_C, c, epsilon);
            for (int b = 0; b < x_BC.Rows; b++)
                Store(RowOf(y_BC, b) + c, (scale * (Load(RowOf(x_BC, b) + c, rest) - mean)) + shift, rest);
        }

        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public void NormalizeBackward(
        Tensor<float> dx_BC, Tensor<float> dShift_C, Tensor<float> dy_BC, Tensor<float> x_BC, Tensor<float> mean_C,
        Tensor<float> variance_C, float gain, float epsilon, bool ofBatch)
    {
        Shapes.NormalizeBackward(dx_BC, dShift_C, dy_BC, x_BC, mean_C, variance_C);
        (int B, int C) = (x_BC.Rows, x_BC.Columns);
        for (int c = 0; c < C; c += Vector<float>.Count)
        {
            int rest = C - c;
            Vector<float> mean = Load(RowOf(mean_C, 0) + c, rest), deviation = Deviation(variance_C, c, epsilon);
            Vector<float> sum = Vector<float>.Zero, product = Vector<float>.Zero;
            for (int b = 0; b < B; b++)
            {
                Vector<float> dy = Load(RowOf(dy_BC, b) + c, rest);
                sum += dy;
                product += dy * ((Load(RowOf(x_BC, b) + c, rest) - mean) / deviation);
            }

            Store(RowOf(dShift_C, 0) + c, Load(RowOf(dShift_C, 0) + c, rest) + sum, rest);
            Vector<float> part = ofBatch ? Vector.Create(1f / B) : Vector<float>.Zero;
            (Vector<float> meanOfDy, Vector<float> meanOfProduct) = (part * sum, part * product);
            Vector<float> scale = Vector.Create(gain) / deviation;
            for (int b = 0; b < B; b++)
            {
                Vector<float> normal = (Load(RowOf(x_BC, b) + c, rest) - mean) / deviation;
                Store(RowOf(dx_BC, b) + c, scale * (Load(RowOf(dy_BC, b) + c, rest) - meanOfDy - (normal * meanOfProduct)), rest);
            }
        }

        GC.KeepAlive(this);
    }

    private static Vector<float> Deviation(Tensor<float> variance_C, int c, float epsilon) =>
        Vector.SquareRoot(Load(RowOf(variance_C, 0) + c, variance_C.Columns - c) + Vector.Create(epsilon));
}
