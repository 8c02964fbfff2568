// Normalisation of the columns of a small matrix over its rows, the sentences of a batch. A thread a column.

struct MomentsArguments
{
    float* moments_3C;
    const float* x_BC;
    int B, columns, momentsStride, xStride;
};

// The mean, the variance and the unbiased variance.
KERNEL(moments, MomentsArguments)
{
    const int c = block() * threads() + thread();
    if (c >= a.columns)
        return;
    float sum = 0, squares = 0;
    for (long long b = 0; b < a.B; b++)
        sum += a.x_BC[b * a.xStride + c];
    const float mean = sum / a.B;
    for (long long b = 0; b < a.B; b++)
    {
        const float deviation = a.x_BC[b * a.xStride + c] - mean;
        squares += deviation * deviation;
    }
    a.moments_3C[c] = mean;
    a.moments_3C[a.momentsStride + c] = squares / a.B;
    a.moments_3C[2 * a.momentsStride + c] = squares / (a.B > 1 ? a.B - 1 : 1);
}

struct NormalizeArguments
{
    float* y_BC;
    const float *x_BC, *mean_C, *variance_C, *shift_C;
    int B, columns, yStride, xStride;
    float gain, epsilon;
};

KERNEL(normalize, NormalizeArguments)
{
    const int c = block() * threads() + thread();
    if (c >= a.columns)
        return;
    const float mean = a.mean_C[c], shift = a.shift_C[c], scale = a.gain / square_root(a.variance_C[c] + a.epsilon);
    for (long long b = 0; b < a.B; b++)
        a.y_BC[b * a.yStride + c] = scale * (a.x_BC[b * a.xStride + c] - mean) + shift;
}

struct NormalizeBackwardArguments
{
    float *dx_BC, *dShift_C;
    const float *dy_BC, *x_BC, *mean_C, *variance_C;
    int B, columns, dxStride, dyStride, xStride, ofBatch;
    float gain, epsilon;
};

KERNEL(normalize_backward, NormalizeBackwardArguments)
{
    const int c = block() * threads() + thread();
    if (c >= a.columns)
        return;
    const float mean = a.mean_C[c], deviation = square_root(a.variance_C[c] + a.epsilon);
    float sum = 0, product = 0;
    for (long long b = 0; b < a.B; b++)
    {
        const float dy = a.dy_BC[b * a.dyStride + c];
        sum += dy;
        product += dy * ((a.x_BC[b * a.xStride + c] - mean) / deviation);
    }
    a.dShift_C[c] += sum;
    const float part = a.ofBatch ? 1 / (float)a.B : 0, meanOfDy = part * sum, meanOfProduct = part * product;
    for (long long b = 0; b < a.B; b++)
    {
        const float normal = (a.x_BC[b * a.xStride + c] - mean) / deviation;
        a.dx_BC[b * a.dxStride + c] = a.gain / deviation * (a.dy_BC[b * a.dyStride + c] - meanOfDy - normal * meanOfProduct);
    }
}
