// The K best words of a row of logits, best first, equal ones in the order of their ids. A block a row.

struct TopWordsArguments
{
    int* words_NK;
    float* logProbabilities_NK;
    const float* logits_NV;
    int V, K, firstWord, logitsStride, outStride;
    int keeps; // whether a row fits into shared memory
};

struct Scored
{
    float score;
    int word; // -1 for none
};

DEVICE Scored better(Scored x, Scored y)
{
    if (y.word < 0 || (x.word >= 0 && (x.score > y.score || (x.score == y.score && x.word < y.word))))
        return x;
    return y;
}

// Each round takes the best word behind that of the round before: few rounds over a row in shared memory.
KERNEL(top_words, TopWordsArguments)
{
    SHARED(float, room, 32);
    SHARED(Scored, best, 32);
    const float* x_V = a.logits_NV + (long long)block() * a.logitsStride;
    float* kept_V = a.keeps ? (float*)shared_memory() : nullptr;
    const LogSum sum = log_sum(x_V, a.V, kept_V, room);
    const float* again_V = kept_V ? kept_V : x_V;
    Scored last = {infinity(), -1};
    for (int k = 0; k < a.K; k++)
    {
        Scored mine = {0, -1};
        for (int v = thread(); v < a.V; v += threads())
        {
            const float x = again_V[v];
            if (v >= a.firstWord && (x < last.score || (x == last.score && v > last.word)))
                mine = better(mine, {x, v});
        }
        for (int lanes = 16; lanes > 0; lanes >>= 1)
            mine = better(mine, {shuffle_xor(mine.score, lanes), shuffle_xor(mine.word, lanes)});
        if (thread() % 32 == 0)
            best[thread() / 32] = mine;
        block_sync();
        last = best[0];
        for (int warp = 1; warp < threads() / 32; warp++)
            last = better(last, best[warp]);
        block_sync();
        if (thread() == 0)
        {
            const bool found = last.word >= 0; // otherwise all remaining scores are NaN
            a.words_NK[(long long)block() * a.K + k] = found ? last.word : a.firstWord;
            a.logProbabilities_NK[(long long)block() * a.outStride + k] = (found ? last.score : sum.maximum) - sum.maximum - sum.logarithm;
        }
    }
}
