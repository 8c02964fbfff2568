// Factors that drop elements, and their application to the steps of packed sequences.

// A draw of Random/Philox.cs. It changes from step to step, so it lies in GPU memory.
struct PhiloxDraw
{
    unsigned counter[4], key[2]; // of block 0
};

struct DropoutMaskArguments
{
    float* mask;
    const PhiloxDraw* draw;
    long long count;
    int columns, stride; // of a row; a contiguous mask is one row, and columns is 0
    int below;           // of the upper 23 bits of a word
    float kept;
};

// A thread draws four factors at a time: the words of a block of Philox4x32-10 (Salmon et al. 2011).
KERNEL(dropout_mask, DropoutMaskArguments)
{
    const PhiloxDraw draw = *a.draw;
    for (long long first = 4 * ((long long)block() * threads() + thread()); first < a.count; first += 4ll * blocks() * threads())
    {
        const unsigned number = (unsigned)(first / 4);
        unsigned c[4] = {draw.counter[0], draw.counter[1] ^ number >> 24 << 16, draw.counter[2], draw.counter[3] ^ number << 8};
        unsigned k0 = draw.key[0], k1 = draw.key[1];
        for (int round = 0; round < 10; round++)
        {
            const unsigned long long p0 = 0xD2511F53ull * c[0], p1 = 0xCD9E8D57ull * c[2];
            c[0] = (unsigned)(p1 >> 32) ^ c[1] ^ k0;
            c[1] = (unsigned)p1;
            c[2] = (unsigned)(p0 >> 32) ^ c[3] ^ k1;
            c[3] = (unsigned)p0;
            k0 += 0x9E3779B9u;
            k1 += 0xBB67AE85u;
        }
#pragma unroll
        for (int j = 0; j < 4; j++)
        {
            const long long i = first + j;
            if (i < a.count)
                a.mask[a.columns == 0 ? i : i / a.columns * a.stride + i % a.columns] = (int)(c[j] >> 9) < a.below ? 0 : a.kept;
        }
    }
}

// y[t, b] *= x[b]. A block is a sequence at a step.
KERNEL(multiply_steps, StepsArguments)
{
    const int b = block();
    for (int t = block_y(); t < a.steps; t += blocks_y())
    {
        if (b >= a.starts_T[t + 1] - a.starts_T[t])
            return;
        for (int c = thread(); c < a.columns; c += threads())
            a.y[(long long)(a.starts_T[t] + b) * a.yStride + c] *= a.x[(long long)b * a.xStride + c];
    }
}
