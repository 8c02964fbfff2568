// Element by element, over matrices whose rows may have strides.

struct PointwiseArguments
{
    float* y;
    const float *x, *z;
    long long rows;
    int columns, yStride, xStride, zStride;
    float value;
};

template <typename F> DEVICE void for_each_element(const PointwiseArguments& a, F f)
{
    const long long count = a.rows * a.columns;
    for (long long i = (long long)block() * threads() + thread(); i < count; i += (long long)blocks() * threads())
    {
        const long long row = i / a.columns, column = i - row * a.columns;
        f(row * a.yStride + column, row * a.xStride + column, row * a.zStride + column);
    }
}

KERNEL(fill, PointwiseArguments)
{
    for_each_element(a, [&](long long y, long long, long long) { a.y[y] = a.value; });
}

KERNEL(copy, PointwiseArguments)
{
    for_each_element(a, [&](long long y, long long x, long long) { a.y[y] = a.x[x]; });
}

KERNEL(add, PointwiseArguments)
{
    for_each_element(a, [&](long long y, long long x, long long) { a.y[y] += a.x[x]; });
}

KERNEL(tanh_forward, PointwiseArguments)
{
    for_each_element(a, [&](long long y, long long x, long long) { a.y[y] = tangent(a.x[x]); });
}

KERNEL(multiply, PointwiseArguments)
{
    for_each_element(a, [&](long long y, long long x, long long z) { a.y[y] = a.x[x] * a.z[z]; });
}

// y = x ∘ (1 - z²): dx, dy and the output of tanh.
KERNEL(tanh_backward, PointwiseArguments)
{
    for_each_element(a, [&](long long y, long long x, long long z) { a.y[y] = a.x[x] * (1 - a.z[z] * a.z[z]); });
}
