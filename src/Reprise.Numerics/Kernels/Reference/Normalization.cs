namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Moments(Tensor<T> moments_3C, Tensor<T> x_BC)
    {
        Shapes.Moments(moments_3C, x_BC);
        (int B, int C) = (x_BC.Rows, x_BC.Columns);
        for (int c = 0; c < C; c++)
        {
            T sum = T.Zero, squares = T.Zero;
            for (int b = 0; b < B; b++)
                sum += x_BC[b, c];
            T mean = sum / T.CreateChecked(B);
            for (int b = 0; b < B; b++)
                squares += (x_BC[b, c] - mean) * (x_BC[b, c] - mean);
            moments_3C[0, c] = mean;
            moments_3C[1, c] = squares / T.CreateChecked(B);
            moments_3C[2, c] = squares / T.CreateChecked(Math.Max(1, B - 1));
        }
    }

    /// <inheritdoc/>
    public void Normalize(
        Tensor<T> y_BC, Tensor<T> x_BC, Tensor<T> mean_C, Tensor<T> variance_C, Tensor<T> shift_C, T gain, T epsilon)
    {
        Shapes.Normalize(y_BC, x_BC, mean_C, variance_C, shift_C);
        for (int b = 0; b < x_BC.Rows; b++)
        {
            for (int c = 0; c < x_BC.Columns; c++)
                y_BC[b, c] = (gain * (x_BC[b, c] - mean_C[0, c]) / T.Sqrt(variance_C[0, c] + epsilon)) + shift_C[0, c];
        }
    }

    /// <inheritdoc/>
    public void NormalizeBackward(
        Tensor<T> dx_BC, Tensor<T> dShift_C, Tensor<T> dy_BC, Tensor<T> x_BC, Tensor<T> mean_C, Tensor<T> variance_C, T gain, T epsilon,
        bool ofBatch)
    {
        Shapes.NormalizeBackward(dx_BC, dShift_C, dy_BC, x_BC, mean_C, variance_C);
        (int B, int C) = (x_BC.Rows, x_BC.Columns);
        for (int c = 0; c < C; c++)
        {
            T deviation = T.Sqrt(variance_C[0, c] + epsilon), sum = T.Zero, product = T.Zero;
            for (int b = 0; b < B; b++)
            {
                sum += dy_BC[b, c];
                product += dy_BC[b, c] * Normal(b, c, deviation);
            }

            dShift_C[0, c] += sum;
            (T meanOfDy, T meanOfProduct) = ofBatch ? (sum / T.CreateChecked(B), product / T.CreateChecked(B)) : (T.Zero, T.Zero);
            for (int b = 0; b < B; b++)
                dx_BC[b, c] = gain / deviation * (dy_BC[b, c] - meanOfDy - (Normal(b, c, deviation) * meanOfProduct));
        }

        T Normal(int b, int c, T deviation) => (x_BC[b, c] - mean_C[0, c]) / deviation;
    }
}
