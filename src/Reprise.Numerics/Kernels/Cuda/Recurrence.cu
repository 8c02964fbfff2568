// All steps of an LSTM in one cooperative launch. Each block owns U hidden units of R sequences and keeps the weights of these units in
// shared memory from the first step to the last; the states go around through the second-level cache, and the blocks that share
// sequences meet once a step. Products are bf16 with sums in float, 16 x 8 x 16 to a warp.
//
// A block has a warp for each tile of 16 sequences and 8 units. A lane's four sums of a tile are those of sequences r, r + 8 and
// units 2t, 2t + 1 (r = lane / 4, t = lane % 4) in every product, so the cell state of these stays in its registers.

constexpr int chunk_columns = 256; // of the states, staged at a time
constexpr int shared_padding = 8;  // elements between rows in shared memory, so that consecutive rows begin in different banks

DEVICE unsigned pair_of(const bf16* x) { return *(const unsigned*)x; }

// The blocks of a row meet; `meetings` counts from 1. A block that never comes must not hold the GPU for the life of the process.
DEVICE void meet(unsigned* counter, unsigned meetings)
{
    block_sync();
    if (thread() == 0)
    {
        fence();
        add_release(counter, 1);
        for (unsigned looks = 1; load_acquire(counter) < meetings * blocks(); looks++)
        {
            if (looks == most_looks)
                trap();
            relax();
        }
        fence();
    }
    block_sync();
}

// Rows [0, rows) of a matrix in device memory, `columns` wide, to shared memory, 16 bytes at a time.
DEVICE void stage(bf16* target, int targetStride, const bf16* source, int sourceStride, int rows, int columns)
{
    const int pieces = columns / 8;
    for (int i = thread(); i < rows * pieces; i += threads())
        copy_async(target + i / pieces * targetStride + i % pieces * 8, source + (long long)(i / pieces) * sourceStride + i % pieces * 8);
    copy_async_commit();
}

// sums[i] += states [R, K] times the weights [K, 8] of column group i. If `apart`, the groups are `gateWeights` elements apart.
// Otherwise there is one product, and its four sums take every fourth piece of K, so that they do not wait for each other.
template <bool apart> DEVICE void multiply_states(
    float (&sums)[4][4], const bf16* states_RK, int K, int R, bf16* staged,
    const bf16* weights, int weightStride, int gateWeights, int sequenceTile)
{
    const int lane = thread() % 32, r = lane / 4, t = lane % 4;
    const int stagedStride = (K < chunk_columns ? K : chunk_columns) + shared_padding;
    stage(staged, stagedStride, states_RK, K, R, K < chunk_columns ? K : chunk_columns);
    for (int first = 0, turn = 0; first < K; first += chunk_columns, turn ^= 1)
    {
        const int columns = K - first < chunk_columns ? K - first : chunk_columns, next = first + chunk_columns;
        if (next < K)
        {
            stage(
                staged + (turn ^ 1) * R * stagedStride, stagedStride, states_RK + next, K, R,
                K - next < chunk_columns ? K - next : chunk_columns);
            copy_async_wait<1>();
        }
        else
        {
            copy_async_wait<0>();
        }
        block_sync();
        const bf16* x = staged + turn * R * stagedStride + (sequenceTile * 16 + r) * stagedStride + 2 * t;
        const bf16* w = weights + r * weightStride + first + 2 * t;
        for (int k = 0; k < columns; k += 64)
        {
#pragma unroll
            for (int piece = 0; piece < 4; piece++)
            {
                const int at = k + piece * 16;
                if (at >= columns)
                    break;
                const unsigned left[4] = {
                    pair_of(x + at), pair_of(x + at + 8 * stagedStride), pair_of(x + at + 8), pair_of(x + at + 8 * stagedStride + 8)};
                if (apart)
                {
#pragma unroll
                    for (int g = 0; g < 4; g++)
                    {
                        const unsigned right[2] = {pair_of(w + g * gateWeights + at), pair_of(w + g * gateWeights + at + 8)};
                        multiply_tile(sums[g], left, right);
                    }
                }
                else
                {
                    const unsigned right[2] = {pair_of(w + at), pair_of(w + at + 8)};
                    multiply_tile(sums[piece], left, right);
                }
            }
        }
        block_sync(); // the stage may be overwritten
    }
}

// The tile of a warp in its block, and the elements of a lane: sequences `sequence` and the one 8 behind, units `unit` and the
// next.
struct Tile
{
    int unitTile, sequenceTile, unit, sequence;
};

DEVICE Tile tile_of(int U, int R)
{
    const int lane = thread() % 32, warp = thread() / 32, unitTile = warp % (U / 8), sequenceTile = warp / (U / 8);
    return {unitTile, sequenceTile, block() * U + unitTile * 8 + 2 * (lane % 4), block_y() * R + sequenceTile * 16 + lane / 4};
}

struct RecurrenceArguments
{
    float *h_NH, *c_NH, *gates_N4H;
    const float* c0_BH;      // may be null, for zero
    const bf16* weight_4HK;  // K: H up to a multiple of 16, zeros beyond H
    bf16* states;            // [2, B, K], B up to a multiple of R: h of the step before and of this one; zero but for h0 in the first
    const int* starts_T;
    unsigned* counters;      // one for each R sequences, zero at the start
    int steps, H, K, R, U, hStride, cStride, gatesStride, c0Stride;
};

KERNEL_OF(256, recurrence_forward, RecurrenceArguments)
{
    const Tile tile = tile_of(a.U, a.R);
    const int unit = tile.unit, firstUnit = block() * a.U, firstSequence = block_y() * a.R, sequences = blocks_y() * a.R;
    const int weightStride = a.K + shared_padding;
    bf16* weights = (bf16*)shared_memory();                // [4, U, K]
    bf16* staged = weights + (long long)4 * a.U * weightStride; // two chunks of [R, columns]

    for (int i = thread(); i < 4 * a.U * (a.K / 8); i += threads())
    {
        const int row = i / (a.K / 8), column = i % (a.K / 8) * 8, gate = row / a.U, own = firstUnit + row % a.U;
        Vector4 values = {0, 0, 0, 0};
        if (own < a.H)
            values = *(const Vector4*)(a.weight_4HK + ((long long)gate * a.H + own) * a.K + column);
        *(Vector4*)(weights + (long long)row * weightStride + column) = values;
    }

    float cells[2][2] = {{0, 0}, {0, 0}};
#pragma unroll
    for (int i = 0; i < 2 && a.c0_BH; i++)
    {
        const int b = tile.sequence + 8 * i;
#pragma unroll
        for (int j = 0; j < 2; j++)
        {
            if (b < a.starts_T[1] && unit + j < a.H)
                cells[i][j] = a.c0_BH[(long long)b * a.c0Stride + unit + j];
        }
    }

    for (int step = 0; step < a.steps; step++)
    {
        const int start = a.starts_T[step], active = a.starts_T[step + 1] - start;
        if (active <= firstSequence)
            return; // and so do all blocks with these sequences
        float gates[2][2][4] = {}; // loaded before the product, which hides the latency
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            const int b = tile.sequence + 8 * i;
#pragma unroll
            for (int j = 0; j < 2; j++)
            {
                if (b >= active || unit + j >= a.H)
                    continue;
                const float* gates_4H = a.gates_N4H + (long long)(start + b) * a.gatesStride + unit + j;
#pragma unroll
                for (int g = 0; g < 4; g++)
                    gates[i][j][g] = gates_4H[(long long)g * a.H];
            }
        }
        float sums[4][4] = {};
        const bf16* before = a.states + ((long long)(step % 2) * sequences + firstSequence) * a.K;
        multiply_states<true>(
            sums, before, a.K, a.R, staged, weights + (long long)tile.unitTile * 8 * weightStride,
            weightStride, a.U * weightStride, tile.sequenceTile);
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            const int b = tile.sequence + 8 * i;
            if (b >= active)
                continue;
            const long long n = start + b;
            float h[2] = {0, 0};
#pragma unroll
            for (int j = 0; j < 2; j++)
            {
                if (unit + j >= a.H)
                    continue;
#pragma unroll
                for (int g = 0; g < 4; g++)
                    gates[i][j][g] += sums[g][2 * i + j];
                h[j] = lstm_cell(gates[i][j], cells[i][j], cells[i][j]);
                float* gates_4H = a.gates_N4H + n * a.gatesStride + unit + j;
#pragma unroll
                for (int g = 0; g < 4; g++)
                    gates_4H[(long long)g * a.H] = gates[i][j][g];
                a.c_NH[n * a.cStride + unit + j] = cells[i][j];
                a.h_NH[n * a.hStride + unit + j] = h[j];
            }
            if (unit < a.K)
                *(unsigned*)(a.states + ((long long)((step + 1) % 2) * sequences + b) * a.K + unit) = pack_bf16(h[0], h[1]);
        }
        if (step + 1 < a.steps)
            meet(a.counters + block_y(), step + 1);
    }
}

struct RecurrenceBackwardArguments
{
    float *dGates_N4H, *dh0_BH, *dc0_BH; // dh0 and dc0 may be null
    const float *dh_NH, *gates_N4H, *c_NH, *c0_BH;
    const bf16* weight_HK;  // K = 4P: the transposed weights, unit u of gate g in column g P + u; P: H up to a multiple of 16
    bf16* states;           // [2, B, K], zero: gradients of the gates of the step after and of this one
    const int* starts_T;
    unsigned* counters;
    int steps, H, P, R, U, dGatesStride, dh0Stride, dc0Stride, dhStride, gatesStride, cStride, c0Stride;
};

KERNEL_OF(256, recurrence_backward, RecurrenceBackwardArguments)
{
    const Tile tile = tile_of(a.U, a.R);
    const int unit = tile.unit, firstUnit = block() * a.U, firstSequence = block_y() * a.R, sequences = blocks_y() * a.R;
    const int K = 4 * a.P, weightStride = K + shared_padding;
    bf16* weights = (bf16*)shared_memory();            // [U, K]
    bf16* staged = weights + (long long)a.U * weightStride; // two chunks of [R, columns]

    for (int i = thread(); i < a.U * (K / 8); i += threads())
    {
        const int row = i / (K / 8), column = i % (K / 8) * 8;
        Vector4 values = {0, 0, 0, 0};
        if (firstUnit + row < a.H)
            values = *(const Vector4*)(a.weight_HK + (long long)(firstUnit + row) * K + column);
        *(Vector4*)(weights + (long long)row * weightStride + column) = values;
    }

    const bf16* unitWeights = weights + (long long)tile.unitTile * 8 * weightStride;
    float dCells[2][2] = {{0, 0}, {0, 0}};
    unsigned meetings = 0;
    for (int step = a.steps - 1; step >= 0; step--)
    {
        const int start = a.starts_T[step], active = a.starts_T[step + 1] - start;
        if (active <= firstSequence)
            continue; // not begun yet, as in all blocks with these sequences
        float dGates[2][2][4] = {}, c[2][2] = {}, cBefore[2][2] = {}, dh[2][2] = {}; // loaded before the product
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            const int b = tile.sequence + 8 * i;
            const long long n = start + b;
#pragma unroll
            for (int j = 0; j < 2; j++)
            {
                if (b >= active || unit + j >= a.H)
                    continue;
                const float* gates_4H = a.gates_N4H + n * a.gatesStride + unit + j;
#pragma unroll
                for (int g = 0; g < 4; g++)
                    dGates[i][j][g] = gates_4H[(long long)g * a.H];
                c[i][j] = a.c_NH[n * a.cStride + unit + j];
                dh[i][j] = a.dh_NH[n * a.dhStride + unit + j];
                if (step > 0)
                    cBefore[i][j] = a.c_NH[(long long)(a.starts_T[step - 1] + b) * a.cStride + unit + j];
                else if (a.c0_BH)
                    cBefore[i][j] = a.c0_BH[(long long)b * a.c0Stride + unit + j];
            }
        }
        float sums[4][4] = {};
        if (meetings > 0) // a sequence that ends here has zeros in its states
            multiply_states<false>(
                sums, a.states + ((long long)((step + 1) % 2) * sequences + firstSequence) * K, K, a.R,
                 staged, unitWeights, weightStride, 0, tile.sequenceTile);
#pragma unroll
        for (int i = 0; i < 2; i++)
        {
            const int b = tile.sequence + 8 * i;
            if (b >= active)
                continue;
            const long long n = start + b;
#pragma unroll
            for (int j = 0; j < 2; j++)
            {
                if (unit + j >= a.H)
                    continue;
                const int place = 2 * i + j;
                const float fromAfter = (sums[0][place] + sums[1][place]) + (sums[2][place] + sums[3][place]);
                dCells[i][j] = lstm_cell_backward(dGates[i][j], c[i][j], cBefore[i][j], dh[i][j] + fromAfter, dCells[i][j]);
                float* dGates_4H = a.dGates_N4H + n * a.dGatesStride + unit + j;
#pragma unroll
                for (int g = 0; g < 4; g++)
                    dGates_4H[(long long)g * a.H] = dGates[i][j][g];
            }
            if (unit < a.P)
            {
#pragma unroll
                for (int g = 0; g < 4; g++)
                    *(unsigned*)(a.states + ((long long)(step % 2) * sequences + b) * K + g * a.P + unit) =
                        pack_bf16(dGates[i][0][g], dGates[i][1][g]);
            }
        }
        if (step > 0 || a.dh0_BH)
            meet(a.counters + block_y(), ++meetings);
    }

    if (!a.dh0_BH || a.starts_T[1] <= firstSequence)
        return;
    float sums[4][4] = {};
    multiply_states<false>(sums, a.states + (long long)firstSequence * K, K, a.R, staged, unitWeights, weightStride, 0, tile.sequenceTile);
#pragma unroll
    for (int i = 0; i < 2; i++)
    {
        const int b = tile.sequence + 8 * i;
#pragma unroll
        for (int j = 0; j < 2 && b < a.starts_T[1]; j++)
        {
            if (unit + j >= a.H)
                continue;
            const int place = 2 * i + j;
            a.dh0_BH[(long long)b * a.dh0Stride + unit + j] = (sums[0][place] + sums[1][place]) + (sums[2][place] + sums[3][place]);
            a.dc0_BH[(long long)b * a.dc0Stride + unit + j] = dCells[i][j];
        }
    }
}

// to[u, g P + v] = from[g H + v, u], zeros beyond H: the transposed weights of the backward pass. Blocks of 256 threads, a tile of
// 32 x 32 each.
struct TransposeWeightArguments
{
    bf16* to_HK;
    const float* from_4HH;
    int H, P, stride;
};

KERNEL(transpose_weight, TransposeWeightArguments)
{
    SHARED(float, tile, 32 * 33);
    const int lane = thread() % 32, tiles = (a.P + 31) / 32, gate = block() / tiles;
    const int firstV = block() % tiles * 32, firstU = block_y() * 32;
    for (int row = thread() / 32; row < 32; row += 8)
    {
        const int v = firstV + row, u = firstU + lane;
        tile[row * 33 + lane] = v < a.H && u < a.H ? a.from_4HH[((long long)gate * a.H + v) * a.stride + u] : 0;
    }
    block_sync();
    for (int row = thread() / 32; row < 32; row += 8)
    {
        const int u = firstU + row, v = firstV + lane;
        if (u < a.H && v < a.P)
            a.to_HK[(long long)u * 4 * a.P + gate * a.P + v] = (bf16)pack_bf16(tile[lane * 33 + row], 0);
    }
}
