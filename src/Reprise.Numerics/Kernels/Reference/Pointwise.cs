namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Fill(Tensor<T> x, T value)
    {
        for (int row = 0; row < x.Rows; row++)
            x.Row(row).Fill(value);
    }

    /// <inheritdoc/>
    public void Tanh(Tensor<T> y, Tensor<T> x)
    {
        Shapes.Tanh(y, x);
        for (int row = 0; row < y.Rows; row++)
        {
            for (int column = 0; column < y.Columns; column++)
                y[row, column] = T.Tanh(x[row, column]);
        }
    }

    /// <inheritdoc/>
    public void TanhBackward(Tensor<T> dx, Tensor<T> dy, Tensor<T> y)
    {
        Shapes.TanhBackward(dx, dy, y);
        for (int row = 0; row < y.Rows; row++)
        {
            for (int column = 0; column < y.Columns; column++)
                dx[row, column] = dy[row, column] * (T.One - (y[row, column] * y[row, column]));
        }
    }
}
