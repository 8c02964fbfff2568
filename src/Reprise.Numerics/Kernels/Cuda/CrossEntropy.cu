// Softmax over rows of logits, a block a row. The product that makes the logits, slice by slice, is cuBLASLt's.

struct LogSum
{
    float maximum, logarithm; // log Σ exp(x) = maximum + logarithm
};

// Reads a row once from memory. `kept`, unless null, is shared memory to keep it in.
DEVICE LogSum log_sum(const float* x_V, int V, float* kept_V, float* room)
{
    float maximum = -infinity();
    for (int v = thread(); v < V; v += threads())
    {
        const float x = x_V[v];
        if (kept_V)
            kept_V[v] = x;
        maximum = larger(maximum, x);
    }
    maximum = block_maximum(maximum, room);
    const float* again_V = kept_V ? kept_V : x_V; // each thread reads only its own writes
    float sum = 0;
    for (int v = thread(); v < V; v += threads())
        sum += exponential(again_V[v] - maximum);
    return {maximum, logarithm(block_sum(sum, room))};
}

struct CrossEntropyArguments
{
    float* nll_N;
    float* logits_NV; // also the gradient in single precision
    bf16* d_NW;       // the gradient in bf16, W columns; null in single precision
    const int* targets_N;
    const float* scale;
    int V, stride, width;
    int keeps; // whether a row fits into shared memory
};

// nll = log Σ exp(x) - x[target].
KERNEL(cross_entropy, CrossEntropyArguments)
{
    SHARED(float, room, 32);
    const float* x_V = a.logits_NV + (long long)block() * a.stride;
    const LogSum sum = log_sum(x_V, a.V, a.keeps ? (float*)shared_memory() : nullptr, room);
    if (thread() == 0)
        a.nll_N[block()] = sum.logarithm + (sum.maximum - x_V[a.targets_N[block()]]);
}

// nll as above, and d = scale (softmax - one-hot), zero beyond V.
KERNEL(cross_entropy_with_gradient, CrossEntropyArguments)
{
    SHARED(float, room, 32);
    float* kept_V = a.keeps ? (float*)shared_memory() : nullptr;
    float* x_V = a.logits_NV + (long long)block() * a.stride;
    const LogSum sum = log_sum(x_V, a.V, kept_V, room);
    const int target = a.targets_N[block()];
    const float scale = a.scale[0];
    if (thread() == 0)
        a.nll_N[block()] = sum.logarithm + (sum.maximum - x_V[target]);
    block_sync(); // before the logits are overwritten
    const float* again_V = kept_V ? kept_V : x_V;
    if (!a.d_NW)
    {
        for (int v = thread(); v < a.V; v += threads())
            x_V[v] = scale * (exponential(again_V[v] - sum.maximum - sum.logarithm) - (v == target));
        return;
    }
    if (kept_V)
        block_sync(); // a thread now reads elements that others kept
    unsigned* d_W = (unsigned*)(a.d_NW + (long long)block() * a.width);
    for (int pair = thread(); pair < a.width / 2; pair += threads())
    {
        float d[2];
        for (int j = 0; j < 2; j++)
        {
            const int v = 2 * pair + j;
            d[j] = v < a.V ? scale * (exponential(again_V[v] - sum.maximum - sum.logarithm) - (v == target)) : 0;
        }
        d_W[pair] = pack_bf16(d[0], d[1]);
    }
}

// x = log softmax(x), in place.
KERNEL(log_probabilities, CrossEntropyArguments)
{
    SHARED(float, room, 32);
    float* x_V = a.logits_NV + (long long)block() * a.stride;
    const LogSum sum = log_sum(x_V, a.V, nullptr, room);
    for (int v = thread(); v < a.V; v += threads())
        x_V[v] = x_V[v] - sum.maximum - sum.logarithm;
}
