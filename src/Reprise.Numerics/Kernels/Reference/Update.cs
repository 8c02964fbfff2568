namespace Reprise.Numerics.Reference;

internal sealed partial class ReferenceKernels<T>
{
    /// <inheritdoc/>
    public double SumOfSquares(Tensor<T> x)
    {
        double sum = 0;
        for (int row = 0; row < x.Rows; row++)
        {
            for (int column = 0; column < x.Columns; column++)
            {
                double value = double.CreateChecked(x[row, column]);
                sum += value * value;
            }
        }

        return sum;
    }

    /// <inheritdoc/>
    public void Measure(Tensor<double> measured, Tensor<double> before, Tensor<T> losses_PB, Tensor<T> gradients, double clipNorm)
    {
        Shapes.Measure(measured, before, losses_PB, gradients, clipNorm);
        HostMemory.Measure(measured, before, losses_PB, Math.Sqrt(SumOfSquares(gradients)), clipNorm);
    }

    /// <inheritdoc/>
    public void Adam(Tensor<T> parameters, Tensor<T> mean, Tensor<T> variance, Tensor<T> gradients, Tensor<double> scale, in AdamStep step)
    {
        Shapes.Adam(parameters, mean, variance, gradients, scale, step);
        double gradientScale = scale.IsAbsent ? 1 : scale[0, 0];
        if (gradientScale == 0)
            return;
        (T beta1, T beta2) = (T.CreateChecked(step.Beta1), T.CreateChecked(step.Beta2));
        (T rest1, T rest2) = (T.CreateChecked(1 - step.Beta1), T.CreateChecked(1 - step.Beta2));
        T correction1 = T.CreateChecked(1 - Math.Pow(step.Beta1, step.Step));
        T correction2 = T.CreateChecked(1 - Math.Pow(step.Beta2, step.Step));
        (T rate, T epsilon, T factor) = (T.CreateChecked(step.Rate), T.CreateChecked(step.Epsilon), T.CreateChecked(gradientScale));
        T kept = T.CreateChecked(1 - (step.Rate * step.Decay));

        for (int row = 0; row < parameters.Rows; row++)
        {
            for (int column = 0; column < parameters.Columns; column++)
            {
                T g = factor * gradients[row, column];
                T m = (beta1 * mean[row, column]) + (rest1 * g);
                T v = (beta2 * variance[row, column]) + (rest2 * g * g);
                mean[row, column] = m;
                variance[row, column] = v;
                T p = kept * parameters[row, column];
                parameters[row, column] = p - (rate * (m / correction1) / (T.Sqrt(v / correction2) + epsilon));
            }
        }
    }

    /// <inheritdoc/>
    public void Momentum(Tensor<T> parameters, Tensor<T> velocity, Tensor<T> gradients, Tensor<double> scale, in MomentumStep step)
    {
        Shapes.Momentum(parameters, velocity, gradients, scale);
        double gradientScale = scale.IsAbsent ? 1 : scale[0, 0];
        if (gradientScale == 0)
            return;
        (T momentum, T factor) = (T.CreateChecked(step.Momentum), T.CreateChecked(gradientScale));
        (T rate, T kept) = (T.CreateChecked(step.Rate), T.CreateChecked(1 - (step.Rate * step.Decay)));
        for (int row = 0; row < parameters.Rows; row++)
        {
            for (int column = 0; column < parameters.Columns; column++)
            {
                T v = (momentum * velocity[row, column]) + (factor * gradients[row, column]);
                velocity[row, column] = v;
                parameters[row, column] = (kept * parameters[row, column]) - (rate * v);
            }
        }
    }

    /// <inheritdoc/>
    public void Average(Tensor<T> average, Tensor<T> parameters, Tensor<double> scale, double share)
    {
        Shapes.Average(average, parameters, scale, share);
        if (!scale.IsAbsent && scale[0, 0] == 0)
            return;
        T part = T.CreateChecked(share);
        for (int row = 0; row < average.Rows; row++)
        {
            for (int column = 0; column < average.Columns; column++)
                average[row, column] += part * (parameters[row, column] - average[row, column]);
        }
    }
}
