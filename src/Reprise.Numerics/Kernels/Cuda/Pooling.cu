// The maximum and the mean over the steps of packed sequences. A block is a sequence and a part of its columns.

// y[b] = max over t of x[t, b], NaN where any of them is.
KERNEL(max_over_steps, StepsArguments)
{
    const int b = block(), c = block_y() * threads() + thread();
    if (c >= a.columns)
        return;
    float maximum = a.x[(long long)b * a.xStride + c];
#pragma unroll 4
    for (int t = 1; t < a.steps; t++)
    {
        if (b < a.starts_T[t + 1] - a.starts_T[t])
            maximum = larger(maximum, a.x[(long long)(a.starts_T[t] + b) * a.xStride + c]);
    }
    a.y[(long long)b * a.yStride + c] = maximum;
}

// dx[t, b] = dy[b] at the first t where x[t, b] is y[b], 0 elsewhere.
struct MaxOverStepsBackwardArguments
{
    float* dx_NC;
    const float *dy_BC, *x_NC, *y_BC;
    const int* starts_T;
    int steps, columns, dxStride, dyStride, xStride, yStride;
};

KERNEL(max_over_steps_backward, MaxOverStepsBackwardArguments)
{
    const int b = block(), c = block_y() * threads() + thread();
    if (c >= a.columns)
        return;
    const float y = a.y_BC[(long long)b * a.yStride + c];
    float rest = a.dy_BC[(long long)b * a.dyStride + c];
#pragma unroll 4
    for (int t = 0; t < a.steps; t++)
    {
        if (b < a.starts_T[t + 1] - a.starts_T[t])
        {
            const long long n = a.starts_T[t] + b;
            const bool here = a.x_NC[n * a.xStride + c] == y;
            a.dx_NC[n * a.dxStride + c] = here ? rest : 0;
            rest = here ? 0 : rest;
        }
    }
}

// y[b] = 1 / T_b Σ over t of x[t, b].
KERNEL(mean_over_steps, StepsArguments)
{
    const int b = block(), c = block_y() * threads() + thread();
    if (c >= a.columns)
        return;
    float sum = 0, length = 0;
#pragma unroll 4
    for (int t = 0; t < a.steps; t++)
    {
        if (b < a.starts_T[t + 1] - a.starts_T[t])
        {
            sum += a.x[(long long)(a.starts_T[t] + b) * a.xStride + c];
            length += 1;
        }
    }
    a.y[(long long)b * a.yStride + c] = sum / length;
}

// y[t, b] = x[b] / T_b: dx and dy.
KERNEL(mean_over_steps_backward, StepsArguments)
{
    const int b = block(), c = block_y() * threads() + thread();
    if (c >= a.columns)
        return;
    int length = a.steps;
    while (length > 0 && b >= a.starts_T[length] - a.starts_T[length - 1])
        length--;
    const float share = a.x[(long long)b * a.xStride + c] / (float)length;
    for (int t = 0; t < length; t++)
        a.y[(long long)(a.starts_T[t] + b) * a.yStride + c] = share;
}
