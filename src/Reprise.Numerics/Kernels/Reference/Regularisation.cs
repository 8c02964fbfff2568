namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    private float[] _uniform = [];

    /// <inheritdoc/>
    public void DropoutMask(Tensor<T> mask, double rate, in RandomKey key)
    {
        Shapes.DropoutMask(mask, rate);
        if (_uniform.Length < mask.Length)
            _uniform = new float[mask.Length];
        Philox.Uniform(_uniform.AsSpan(0, (int)mask.Length), key.Seed, key.Use, key.A, key.B);
        T kept = T.CreateChecked(1 / (1 - rate));
        int i = 0;
        for (int row = 0; row < mask.Rows; row++)
        {
            for (int column = 0; column < mask.Columns; column++)
                mask[row, column] = _uniform[i++] < rate ? T.Zero : kept;
        }
    }

    /// <inheritdoc/>
    public void Multiply(Tensor<T> y, Tensor<T> x, Tensor<T> factor)
    {
        Shapes.Multiply(y, x, factor);
        for (int row = 0; row < y.Rows; row++)
        {
            for (int column = 0; column < y.Columns; column++)
                y[row, column] = x[row, column] * factor[row, column];
        }
    }

    /// <inheritdoc/>
    public void MultiplySteps(Tensor<T> y_NC, Tensor<T> factor_BC, StepLayout steps)
    {
        Shapes.MultiplySteps(y_NC, factor_BC, steps);
        for (int t = 0; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
            {
                for (int c = 0; c < factor_BC.Columns; c++)
                    y_NC[steps.Start(t) + b, c] *= factor_BC[b, c];
            }
        }
    }
}
