// Rows by their numbers, and rows of the steps of packed sequences.

// y[n] = table[rows[n]], zeros for -1. A block a row.
struct GatherArguments
{
    float* y_NE;
    const float* table_VE;
    const int* rows_N;
    int columns, yStride, tableStride;
};

KERNEL(gather, GatherArguments)
{
    const int row = a.rows_N[block()];
    float* y_E = a.y_NE + (long long)block() * a.yStride;
    const float* x_E = a.table_VE + (long long)row * a.tableStride;
    for (int e = thread(); e < a.columns; e += threads())
        y_E[e] = row < 0 ? 0 : x_E[e];
}

// table[words[u]] += dy[order[i]] for i = starts[u] … starts[u + 1] - 1, in this order. A block is a word and a part of its columns;
// there are blocks for as many words as there could be.
struct ScatterAddArguments
{
    float* dTable_VE;
    const float* dy_NE;
    const int *words_U, *starts_U, *order_N, *count; // count[0] = U
    int columns, tableStride, yStride;
};

KERNEL(scatter_add, ScatterAddArguments)
{
    const int u = block(), e = block_y() * threads() + thread();
    if (u >= a.count[0] || e >= a.columns)
        return;
    float* target = a.dTable_VE + (long long)a.words_U[u] * a.tableStride + e;
    const float* dy = a.dy_NE + e;
    const int end = a.starts_U[u + 1];
    float sum = *target;
    int i = a.starts_U[u];
    for (; i + 8 <= end; i += 8) // frequent words: eight loads in flight
    {
        float values[8];
        for (int j = 0; j < 8; j++)
            values[j] = dy[(long long)a.order_N[i + j] * a.yStride];
        for (int j = 0; j < 8; j++)
            sum += values[j];
    }
    for (; i < end; i++)
        sum += dy[(long long)a.order_N[i] * a.yStride];
    *target = sum;
}

// Rows of sequence b at step t: starts[t] + b where b < starts[t + 1] - starts[t].
struct StepsArguments
{
    float* y;
    const float* x;
    const int* starts_T;
    int steps, columns, yStride, xStride;
};

// y[t, b] += x[b]. A block is a sequence at a step.
KERNEL(add_to_steps, StepsArguments)
{
    const int b = block();
    for (int t = block_y(); t < a.steps; t += blocks_y())
    {
        if (b >= a.starts_T[t + 1] - a.starts_T[t])
            return;
        for (int c = thread(); c < a.columns; c += threads())
            a.y[(long long)(a.starts_T[t] + b) * a.yStride + c] += a.x[(long long)b * a.xStride + c];
    }
}

// y[b] = Σ over t of x[t, b]. A block is a sequence and a part of its columns.
KERNEL(sum_over_steps, StepsArguments)
{
    const int b = block(), c = block_y() * threads() + thread();
    if (c >= a.columns)
        return;
    float sum = 0;
#pragma unroll 4
    for (int t = 0; t < a.steps; t++)
    {
        if (b < a.starts_T[t + 1] - a.starts_T[t])
            sum += a.x[(long long)(a.starts_T[t] + b) * a.xStride + c];
    }
    a.y[(long long)b * a.yStride + c] = sum;
}
