namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void Gather(Tensor<T> y_NE, Tensor<T> table_VE, ReadOnlySpan<int> rows_N)
    {
        Shapes.Gather(y_NE, table_VE, rows_N);
        for (int n = 0; n < rows_N.Length; n++)
        {
            if (rows_N[n] < 0)
                y_NE.Row(n).Clear();
            else
                table_VE.Row(rows_N[n]).CopyTo(y_NE.Row(n));
        }
    }

    /// <inheritdoc/>
    public void ScatterAdd(Tensor<T> dTable_VE, Tensor<T> dy_NE, ReadOnlySpan<int> rows_N)
    {
        Shapes.ScatterAdd(dTable_VE, dy_NE, rows_N);
        for (int n = 0; n < rows_N.Length; n++)
        {
            if (rows_N[n] >= 0)
                AddScaled(dTable_VE.Row(rows_N[n]), T.One, dy_NE.Row(n));
        }
    }

    /// <inheritdoc/>
    public void AddToSteps(Tensor<T> y_NC, Tensor<T> x_BC, StepLayout steps)
    {
        Shapes.AddToSteps(y_NC, x_BC, steps);
        for (int t = 0; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
                AddScaled(y_NC.Row(steps.Start(t) + b), T.One, x_BC.Row(b));
        }
    }

    /// <inheritdoc/>
    public void SumOverSteps(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps)
    {
        Shapes.SumOverSteps(y_BC, x_NC, steps);
        Fill(y_BC, T.Zero);
        for (int t = 0; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
                AddScaled(y_BC.Row(b), T.One, x_NC.Row(steps.Start(t) + b));
        }
    }
}
