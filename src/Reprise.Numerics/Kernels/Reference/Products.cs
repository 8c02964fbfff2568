namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Linear(Tensor<T> y_NO, Tensor<T> x_NI, Tensor<T> weight_OI, Tensor<T> bias_O, bool accumulate = false)
    {
        Shapes.Linear(y_NO, x_NI, weight_OI, bias_O);
        for (int n = 0; n < y_NO.Rows; n++)
        {
            for (int o = 0; o < y_NO.Columns; o++)
            {
                T y = Dot(x_NI.Row(n), weight_OI.Row(o)) + (bias_O.IsAbsent ? T.Zero : bias_O[0, o]);
                y_NO[n, o] = accumulate ? y_NO[n, o] + y : y;
            }
        }
    }

    /// <inheritdoc/>
    public void LinearBackwardInput(Tensor<T> dx_NI, Tensor<T> dy_NO, Tensor<T> weight_OI, bool accumulate = false)
    {
        Shapes.LinearBackwardInput(dx_NI, dy_NO, weight_OI);
        for (int n = 0; n < dx_NI.Rows; n++)
        {
            Span<T> dx_I = dx_NI.Row(n);
            if (!accumulate)
                dx_I.Clear();
            for (int o = 0; o < dy_NO.Columns; o++)
                AddScaled(dx_I, dy_NO[n, o], weight_OI.Row(o));
        }
    }

    /// <inheritdoc/>
    public void LinearBackwardWeight(Tensor<T> dWeight_OI, Tensor<T> dBias_O, Tensor<T> dy_NO, Tensor<T> x_NI)
    {
        Shapes.LinearBackwardWeight(dWeight_OI, dBias_O, dy_NO, x_NI);
        for (int n = 0; n < dy_NO.Rows; n++)
        {
            for (int o = 0; o < dy_NO.Columns; o++)
                AddScaled(dWeight_OI.Row(o), dy_NO[n, o], x_NI.Row(n));
            if (!dBias_O.IsAbsent)
                AddScaled(dBias_O.Row(0), T.One, dy_NO.Row(n));
        }
    }
}
