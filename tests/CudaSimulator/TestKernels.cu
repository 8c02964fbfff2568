// Kernels of the simulator's own tests: behaviour of a device, and errors that it must report.
#include "Device.h"

struct PlacesArguments
{
    int* places; // six for each thread of the launch
};

KERNEL(places, PlacesArguments)
{
    int* its = a.places + 6 * ((block_y() * blocks() + block()) * threads() + thread());
    its[0] = thread(), its[1] = threads(), its[2] = block(), its[3] = blocks(), its[4] = block_y(), its[5] = blocks_y();
}

struct SumsArguments
{
    float *sums, *maxima;
    const float* x; // one for each thread
};

KERNEL(sums, SumsArguments)
{
    SHARED(float, room, 32);
    SHARED(float, other, 32);
    const float x = a.x[block() * threads() + thread()];
    const float sum = block_sum(x, room), maximum = block_maximum(x, other);
    a.sums[block() * threads() + thread()] = sum;
    a.maxima[block() * threads() + thread()] = maximum;
}

// y[i] = x[threads - 1 - i] through dynamic shared memory; threads from `live` on return at once.
struct ReverseArguments
{
    float* y;
    const float* x;
    int live, sync, beyond;
};

KERNEL(reverse, ReverseArguments)
{
    if (thread() >= a.live)
        return;
    float* room = (float*)shared_memory();
    room[thread() + a.beyond] = a.x[thread()];
    if (a.sync)
        block_sync();
    a.y[thread()] = room[a.live - 1 - thread()];
}

struct TileArguments
{
    float* d_16_8;
    const bf16 *a_16_16, *b_8_16; // b transposed
};

KERNEL(tile, TileArguments)
{
    const int g = thread() / 4, t = thread() % 4;
    const unsigned *a32 = (const unsigned*)a.a_16_16, *b32 = (const unsigned*)a.b_8_16;
    const unsigned left[4] = {a32[g * 8 + t], a32[(g + 8) * 8 + t], a32[g * 8 + t + 4], a32[(g + 8) * 8 + t + 4]};
    const unsigned right[2] = {b32[g * 8 + t], b32[g * 8 + t + 4]};
    float d[4] = {a.d_16_8[g * 8 + 2 * t], a.d_16_8[g * 8 + 2 * t + 1], a.d_16_8[(g + 8) * 8 + 2 * t], a.d_16_8[(g + 8) * 8 + 2 * t + 1]};
    multiply_tile(d, left, right);
    a.d_16_8[g * 8 + 2 * t] = d[0], a.d_16_8[g * 8 + 2 * t + 1] = d[1];
    a.d_16_8[(g + 8) * 8 + 2 * t] = d[2], a.d_16_8[(g + 8) * 8 + 2 * t + 1] = d[3];
}

// Every block adds up what all blocks wrote in the round before.
struct RoundsArguments
{
    unsigned *counter, *values; // [rounds + 1, blocks]
    int rounds, late;           // too many to wait for
};

KERNEL(rounds, RoundsArguments)
{
    SHARED(unsigned, sum, 1);
    for (int round = 0; round < a.rounds; round++)
    {
        if (thread() == 0)
        {
            sum[0] = 0;
            for (int i = 0; i < blocks(); i++)
                sum[0] += a.values[round * blocks() + i];
        }
        block_sync();
        if (thread() == threads() - 1)
        {
            a.values[(round + 1) * blocks() + block()] = sum[0] + block();
            fence();
            add_release(a.counter, 1);
            while (load_acquire(a.counter) < (unsigned)((round + 1) * blocks() + a.late))
                relax();
        }
        block_sync();
    }
}

// y = x by way of two asynchronous copies; `wait`: how many groups may still be under way when the first is read.
struct StagedArguments
{
    float* y; // [2, 4 threads]
    const float* x;
    int wait, shift;
};

KERNEL(staged, StagedArguments)
{
    float *room = (float*)shared_memory(), *mine = room + 4 * thread(), *next = mine + 4 * threads();
    copy_async(mine, a.x + 4 * thread() + a.shift);
    copy_async_commit();
    copy_async(next, a.x + 4 * (threads() + thread()));
    copy_async_commit();
    if (a.wait == 1)
        copy_async_wait<1>();
    if (a.wait == 0)
        copy_async_wait<0>();
    for (int i = 0; i < 4; i++)
    {
        a.y[4 * thread() + i] = mine[i];
        a.y[4 * (threads() + thread()) + i] = next[i];
    }
}

struct NumbersArguments
{
    float* y; // [8, n]
    unsigned* packed;
    const float* x;
    int n;
};

KERNEL(numbers, NumbersArguments)
{
    const int i = block() * threads() + thread();
    if (i >= a.n)
        return;
    const float x = a.x[i];
    a.packed[i] = pack_bf16(x, -x);
    a.y[i] = exponential(x), a.y[a.n + i] = logarithm(x), a.y[2 * a.n + i] = sigmoid(x), a.y[3 * a.n + i] = tangent(x);
    a.y[4 * a.n + i] = square_root(x), a.y[5 * a.n + i] = nearest(x);
    a.y[6 * a.n + i] = (float)square_root((double)x), a.y[7 * a.n + i] = fused(x, x, -x);
}

struct WrongArguments
{
    float* y;
    int what;
};

KERNEL(wrong, WrongArguments)
{
    SHARED(float, room, 8);
    switch (a.what)
    {
    case 0: // half a warp shuffles, the others wait at the barrier
        if (thread() % 32 < 16)
            a.y[thread()] = shuffle_xor(1.0f, 1);
        block_sync();
        break;
    case 1: // half a warp has returned
        if (thread() % 32 >= 16)
            return;
        a.y[thread()] = shuffle_xor(1.0f, 1);
        break;
    case 2: // behind a SHARED array
        room[8 + thread()] = 1;
        break;
    case 3: // behind an allocation of 256 bytes
        a.y[64 + 1024 + thread()] = 1;
        break;
    case 4: // beside it
        a.y[64] = 1;
        break;
    case 5: // two kinds of rendezvous
        if (thread() % 32 < 16)
        {
            a.y[thread()] = shuffle_xor(1.0f, 1);
        }
        else
        {
            float d[4] = {};
            const unsigned left[4] = {}, right[2] = {};
            multiply_tile(d, left, right);
        }
        break;
    }
}
