// The Gaussian code: kl_k = ½ (exp(lv_k) + mean_k² - 1 - lv_k).

DEVICE float kl_term(float mean, float logVariance) { return 0.5f * (exponential(logVariance) + mean * mean - 1 - logVariance); }

struct LatentArguments
{
    float *z_BZ, *kl_B;
    const float *mean_BZ, *logVariance_BZ, *noise_BZ; // noise may be null
    int Z, zStride, meanStride, logVarianceStride, noiseStride;
};

// A block a sentence.
KERNEL(latent, LatentArguments)
{
    SHARED(float, room, 32);
    const long long b = block();
    float kl = 0;
    for (int k = thread(); k < a.Z; k += threads())
    {
        const float mean = a.mean_BZ[b * a.meanStride + k], logVariance = a.logVariance_BZ[b * a.logVarianceStride + k];
        const float noise = a.noise_BZ ? a.noise_BZ[b * a.noiseStride + k] : 0;
        a.z_BZ[b * a.zStride + k] = a.noise_BZ ? mean + exponential(0.5f * logVariance) * noise : mean;
        kl += kl_term(mean, logVariance);
    }
    kl = block_sum(kl, room);
    if (thread() == 0)
        a.kl_B[b] = kl;
}

struct LatentBackwardArguments
{
    float *dMean_BZ, *dLogVariance_BZ;
    const float *dz_BZ, *mean_BZ, *logVariance_BZ, *noise_BZ, *counts_BZ; // noise and counts may be null
    const float* klScale;
    int B, Z, dMeanStride, dLogVarianceStride, dzStride, meanStride, logVarianceStride, noiseStride, countsStride;
};

KERNEL(latent_backward, LatentBackwardArguments)
{
    const int i = block() * threads() + thread();
    if (i >= a.B * a.Z)
        return;
    const long long b = i / a.Z, k = i % a.Z;
    const float logVariance = a.logVariance_BZ[b * a.logVarianceStride + k], dz = a.dz_BZ[b * a.dzStride + k];
    const float noise = a.noise_BZ ? a.noise_BZ[b * a.noiseStride + k] : 0;
    const float scale = a.klScale[0] * (a.counts_BZ ? a.counts_BZ[b * a.countsStride + k] : 1);
    a.dMean_BZ[b * a.dMeanStride + k] = dz + scale * a.mean_BZ[b * a.meanStride + k];
    a.dLogVariance_BZ[b * a.dLogVarianceStride + k] =
        0.5f * dz * noise * exponential(0.5f * logVariance) + 0.5f * scale * (exponential(logVariance) - 1);
}

struct FreeBitsArguments
{
    float *counts_BZ, *counted_B;
    const float *mean_BZ, *logVariance_BZ;
    int B, Z, countsStride, meanStride, logVarianceStride;
    float nats;
};

// counted[b] = max(nats, kl[b]). A block a sentence.
KERNEL(free_bits_of_sentences, FreeBitsArguments)
{
    SHARED(float, room, 32);
    const long long b = block();
    float kl = 0;
    for (int k = thread(); k < a.Z; k += threads())
        kl += kl_term(a.mean_BZ[b * a.meanStride + k], a.logVariance_BZ[b * a.logVarianceStride + k]);
    kl = block_sum(kl, room);
    for (int k = thread(); k < a.Z; k += threads())
        a.counts_BZ[b * a.countsStride + k] = kl > a.nats;
    if (thread() == 0)
        a.counted_B[b] = kl > a.nats || kl != kl ? kl : a.nats;
}

// counted[b] = Σ_k max(nats, mean over the batch of kl_k), the same for every b. One block.
KERNEL(free_bits_of_dimensions, FreeBitsArguments)
{
    SHARED(float, room, 32);
    float counted = 0;
    for (int k = thread(); k < a.Z; k += threads())
    {
        float kl = 0;
        for (long long b = 0; b < a.B; b++)
            kl += kl_term(a.mean_BZ[b * a.meanStride + k], a.logVariance_BZ[b * a.logVarianceStride + k]);
        kl /= a.B;
        for (long long b = 0; b < a.B; b++)
            a.counts_BZ[b * a.countsStride + k] = kl > a.nats;
        counted += kl > a.nats || kl != kl ? kl : a.nats;
    }
    counted = block_sum(counted, room);
    for (int b = thread(); b < a.B; b += threads())
        a.counted_B[b] = counted;
}
