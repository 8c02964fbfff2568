// The kernels around the products, which are cuBLASLt's: factors as bf16, column sums.

// A factor as bf16. `width`, a multiple of 8, is the new stride, and `height` the new number of rows; elements beyond `columns` and
// `rows` become zero.
struct Conversion
{
    bf16* to;
    const float* from;
    int rows, columns, stride, width, height, unused;
};

struct ConvertArguments
{
    Conversion factors[2]; // both of one product in one launch; height 0 where there is one
};

KERNEL(convert, ConvertArguments)
{
    const Conversion f = a.factors[block_y()];
    const int pieces = f.width / 8; // of a row, 16 bytes each
    const long long count = (long long)f.height * pieces;
    for (long long i = (long long)block() * threads() + thread(); i < count; i += (long long)blocks() * threads())
    {
        const long long row = i / pieces;
        const int column = (int)(i - row * pieces) * 8;
        const float* x = f.from + row * f.stride + column;
        float values[8];
        for (int j = 0; j < 8; j++)
            values[j] = row < f.rows && column + j < f.columns ? x[j] : 0;
        const Vector4 packed = {
            pack_bf16(values[0], values[1]), pack_bf16(values[2], values[3]),
            pack_bf16(values[4], values[5]), pack_bf16(values[6], values[7])};
        *(Vector4*)(f.to + row * f.width + column) = packed;
    }
}

// partial[s, c] = the sum of x[n, c] over the rows of slice s. Blocks of 256 threads: 32 columns, 8 rows at a time.
struct ColumnSumsArguments
{
    float* partial_SC;
    const void* x_NC;
    int rows, columns, stride, rowsOfSlice;
};

DEVICE float value_of(float x) { return x; }
DEVICE float value_of(bf16 x) { return from_bf16(x); }

template <typename T> DEVICE void sum_columns(const ColumnSumsArguments& a, float* room)
{
    const int lane = thread() % 32, warp = thread() / 32, warps = 8;
    const int column = block() * 32 + lane, first = block_y() * a.rowsOfSlice;
    const int end = first + a.rowsOfSlice < a.rows ? first + a.rowsOfSlice : a.rows;
    float sum = 0;
    if (column < a.columns)
    {
        const T* x = (const T*)a.x_NC + column;
#pragma unroll 4
        for (int row = first + warp; row < end; row += warps)
            sum += value_of(x[(long long)row * a.stride]);
    }
    room[warp * 32 + lane] = sum;
    block_sync();
    if (warp > 0 || column >= a.columns)
        return;
    for (int w = 1; w < warps; w++)
        sum += room[w * 32 + lane];
    a.partial_SC[(long long)block_y() * a.columns + column] = sum;
}

KERNEL(column_sums, ColumnSumsArguments)
{
    SHARED(float, room, 256);
    sum_columns<float>(a, room);
}

KERNEL(column_sums_bf16, ColumnSumsArguments)
{
    SHARED(float, room, 256);
    sum_columns<bf16>(a, room);
}

// sums[c] += partial[0, c] + partial[1, c] + …
struct AddPartialSumsArguments
{
    float* sums_C;
    const float* partial_SC;
    int slices, columns;
};

KERNEL(add_partial_sums, AddPartialSumsArguments)
{
    const int column = block() * threads() + thread();
    if (column >= a.columns)
        return;
    float sum = 0;
    for (int slice = 0; slice < a.slices; slice++)
        sum += a.partial_SC[(long long)slice * a.columns + column];
    a.sums_C[column] += sum;
}
