namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public void MaxOverSteps(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps)
    {
        Shapes.MaxOverSteps(y_BC, x_NC, steps);
        Fill(y_BC, T.NegativeInfinity);
        for (int t = 0; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
            {
                for (int c = 0; c < y_BC.Columns; c++)
                    y_BC[b, c] = T.Max(y_BC[b, c], x_NC[steps.Start(t) + b, c]);
            }
        }
    }

    /// <inheritdoc/>
    public void MaxOverStepsBackward(Tensor<T> dx_NC, Tensor<T> dy_BC, Tensor<T> x_NC, Tensor<T> y_BC, StepLayout steps)
    {
        Shapes.MaxOverStepsBackward(dx_NC, dy_BC, x_NC, y_BC, steps);
        for (int b = 0; b < steps.Sequences; b++)
        {
            for (int c = 0; c < y_BC.Columns; c++)
            {
                bool found = false;
                for (int t = 0; t < steps.Steps && b < steps.Active(t); t++)
                {
                    int n = steps.Start(t) + b;
                    bool first = !found && x_NC[n, c] == y_BC[b, c];
                    dx_NC[n, c] = first ? dy_BC[b, c] : T.Zero;
                    found |= first;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void MeanOverSteps(Tensor<T> y_BC, Tensor<T> x_NC, StepLayout steps)
    {
        Shapes.MeanOverSteps(y_BC, x_NC, steps);
        SumOverSteps(y_BC, x_NC, steps);
        for (int b = 0; b < steps.Sequences; b++)
        {
            T length = T.CreateChecked(steps.Length(b));
            for (int c = 0; c < y_BC.Columns; c++)
                y_BC[b, c] /= length;
        }
    }

    /// <inheritdoc/>
    public void MeanOverStepsBackward(Tensor<T> dx_NC, Tensor<T> dy_BC, StepLayout steps)
    {
        Shapes.MeanOverStepsBackward(dx_NC, dy_BC, steps);
        for (int t = 0; t < steps.Steps; t++)
        {
            for (int b = 0; b < steps.Active(t); b++)
            {
                T length = T.CreateChecked(steps.Length(b));
                for (int c = 0; c < dy_BC.Columns; c++)
                    dx_NC[steps.Start(t) + b, c] = dy_BC[b, c] / length;
            }
        }
    }
}
