// Norm, measures of a step, Adam.

struct SumOfSquaresArguments
{
    double* partial;
    const float* x;
    long long count;
    int columns, stride; // of a row; a contiguous tensor is one row, and columns is 0
    int piece;           // elements of a block
};

DEVICE double block_sum(double x, double* room)
{
    room[thread()] = x;
    block_sync();
    for (int half = threads() / 2; half > 0; half >>= 1)
    {
        if (thread() < half)
            room[thread()] += room[thread() + half];
        block_sync();
    }
    const double sum = room[0];
    block_sync();
    return sum;
}

// Blocks of 256 threads.
KERNEL(sum_of_squares, SumOfSquaresArguments)
{
    SHARED(double, room, 256);
    const long long first = (long long)block() * a.piece, end = first + a.piece < a.count ? first + a.piece : a.count;
    double sum = 0;
    for (long long i = first + thread(); i < end; i += threads())
    {
        const double x = a.columns == 0 ? a.x[i] : a.x[i / a.columns * a.stride + i % a.columns];
        sum += x * x;
    }
    sum = block_sum(sum, room);
    if (thread() == 0)
        a.partial[block()] = sum;
}

// measured = scale, norm, and the sum of each part of the loss. One block of 256 threads. The addresses of host memory change from
// step to step, so they are read from GPU memory.
struct MeasureArguments
{
    double* const* rows; // measured, and that of the step before or null
    const float* losses_PB;
    const double* partial;
    const double* clipNorm;
    int parts, sentences, stride, partials;
};

KERNEL(measure, MeasureArguments)
{
    SHARED(double, room, 256);
    double* measured = a.rows[0];
    bool finite = true;
    for (int part = 0; part < a.parts; part++)
    {
        double sum = 0;
        for (int b = thread(); b < a.sentences; b += threads())
            sum += a.losses_PB[(long long)part * a.stride + b];
        sum = block_sum(sum, room);
        finite = finite && is_finite(sum);
        if (thread() == 0)
            measured[2 + part] = sum;
    }
    double squares = 0;
    for (int i = thread(); i < a.partials; i += threads())
        squares += a.partial[i];
    const double norm = square_root(block_sum(squares, room)), clip = a.clipNorm[0];
    if (thread() > 0)
        return;
    double scale = norm > clip ? clip / norm : 1;
    if (!finite || !is_finite(norm) || (a.rows[1] && a.rows[1][0] == 0))
        scale = 0;
    measured[1] = norm;
    measured[0] = scale;
}

// The numbers of an update, of which the scale is the first.
struct UpdateNumbersArguments
{
    float* numbers;
    const float* given;
    const double* const* scale; // the address of the scale, or of null for the given one
    int count;
};

// One thread reads the scale from host memory, instead of every thread of the update.
KERNEL(update_numbers, UpdateNumbersArguments)
{
    if (thread() > 0)
        return;
    a.numbers[0] = a.scale[0] ? (float)*a.scale[0] : a.given[0];
    for (int i = 1; i < a.count; i++)
        a.numbers[i] = a.given[i];
}

// Updates element i of each slab; `columns` is 0 where all slabs are contiguous.
template <typename F> DEVICE void for_each_parameter(long long count, int columns, F f)
{
    for (long long i = (long long)block() * threads() + thread(); i < count; i += (long long)blocks() * threads())
    {
        long long row = 0, column = i;
        if (columns > 0)
        {
            row = i / columns;
            column = i - row * columns;
        }
        f(row, column);
    }
}

struct AdamNumbers
{
    float gradientScale, beta1, beta2, rest1, rest2, rate, inverseRoot, epsilon, kept;
};

struct AdamArguments
{
    float *parameters, *mean, *variance;
    const float* gradients;
    const AdamNumbers* numbers;
    long long count;
    int columns, parametersStride, meanStride, varianceStride, gradientsStride;
};

KERNEL(adam, AdamArguments)
{
    const AdamNumbers n = *a.numbers;
    if (n.gradientScale == 0)
        return; // a step that is not finite, and all after it, change nothing
    for_each_parameter(a.count, a.columns, [&](long long row, long long column)
    {
        float *p = a.parameters + row * a.parametersStride + column,
            *m = a.mean + row * a.meanStride + column, *v = a.variance + row * a.varianceStride + column;
        const float g = n.gradientScale * a.gradients[row * a.gradientsStride + column];
        const float newMean = n.beta1 * *m + n.rest1 * g, newVariance = n.beta2 * *v + n.rest2 * g * g;
        *m = newMean;
        *v = newVariance;
        *p = n.kept * *p - n.rate * newMean / (square_root(newVariance) * n.inverseRoot + n.epsilon);
    });
}

struct MomentumNumbers
{
    float gradientScale, momentum, rate, kept;
};

struct MomentumArguments
{
    float *parameters, *velocity;
    const float* gradients;
    const MomentumNumbers* numbers;
    long long count;
    int columns, parametersStride, velocityStride, gradientsStride;
};

KERNEL(momentum, MomentumArguments)
{
    const MomentumNumbers n = *a.numbers;
    if (n.gradientScale == 0)
        return;
    for_each_parameter(a.count, a.columns, [&](long long row, long long column)
    {
        float *p = a.parameters + row * a.parametersStride + column, *v = a.velocity + row * a.velocityStride + column;
        const float velocity = n.momentum * *v + n.gradientScale * a.gradients[row * a.gradientsStride + column];
        *v = velocity;
        *p = n.kept * *p - n.rate * velocity;
    });
}

struct AverageNumbers
{
    float scale, share;
};

struct AverageArguments
{
    float* average;
    const float* parameters;
    const AverageNumbers* numbers;
    long long count;
    int columns, averageStride, parametersStride;
};

KERNEL(average, AverageArguments)
{
    const AverageNumbers n = *a.numbers;
    if (n.scale == 0)
        return;
    for_each_parameter(a.count, a.columns, [&](long long row, long long column)
    {
        float* average = a.average + row * a.averageStride + column;
        *average += n.share * (a.parameters[row * a.parametersStride + column] - *average);
    });
}
