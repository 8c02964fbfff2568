using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Training;

/// <summary>
/// The order in which training sees sentences. An epoch is a permutation of all of them, taken in pools; a pool is sorted
/// by length and cut into batches, so that the sentences of a batch are about equally long, and its batches are shuffled.
/// </summary>
/// <remarks>
/// The whole order is a function of (seed, epoch, position): memory is one pool, whatever the size of the corpus, and a run
/// resumes by position alone. Each sentence comes exactly once an epoch; the last batch may be smaller. Not thread-safe.
/// </remarks>
internal sealed class SentenceOrder
{
    private readonly ISentences _sentences;
    private readonly ulong _seed;
    private readonly int _batchSize, _poolBatches;
    private readonly long[] _pool, _keys, _sorted;
    private long _poolEpoch = -1, _poolNumber = -1;
    private int _poolCount;
    private KeyedPermutation _batchOrder;

    /// <exception cref="ArgumentException">There are no sentences.</exception>
    public SentenceOrder(ISentences sentences, int batchSize, int poolBatches, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(poolBatches, 1);
        if (sentences.Count < 1)
            throw new ArgumentException("there are no sentences", nameof(sentences));
        _sentences = sentences;
        _seed = seed;
        _batchSize = batchSize;
        _poolBatches = poolBatches;
        int poolSize = checked((int)Math.Min(sentences.Count, (long)batchSize * poolBatches));
        _pool = new long[poolSize];
        _keys = new long[poolSize];
        _sorted = new long[poolSize];
        BatchesPerEpoch = BatchesOf(sentences.Count, batchSize);
    }

    /// <summary>Batches of so many sentences, the last and smaller one included.</summary>
    public static long BatchesOf(long sentences, int batchSize) => (sentences + batchSize - 1) / batchSize;

    /// <summary>Batches in an epoch, the last and smaller one included.</summary>
    public long BatchesPerEpoch { get; }

    /// <summary>The numbers of the sentences of a batch, the shortest sentence first. Valid until the next call.</summary>
    /// <param name="position">Batches of this epoch that come before; 0 to <see cref="BatchesPerEpoch"/> - 1.</param>
    public ReadOnlySpan<long> Batch(long epoch, long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)position, (ulong)BatchesPerEpoch, nameof(position));
        (long pool, long batchInPool) = Math.DivRem(position, _poolBatches);
        if (epoch != _poolEpoch || pool != _poolNumber)
            FillPool(epoch, pool);
        int start = (int)_batchOrder[batchInPool] * _batchSize;
        return _sorted.AsSpan(start, Math.Min(_batchSize, _poolCount - start));
    }

    private void FillPool(long epoch, long pool)
    {
        KeyedPermutation order = new(_sentences.Count, Philox.Word(_seed, RandomUse.Order, epoch, 0));
        long first = pool * _poolBatches * _batchSize;
        _poolCount = (int)Math.Min((long)_poolBatches * _batchSize, _sentences.Count - first);
        for (int i = 0; i < _poolCount; i++)
        {
            long sentence = order[first + i];
            _pool[i] = sentence;
            _keys[i] = ((long)_sentences.Length(sentence) << 32) | (uint)i; // equal lengths stay in the permutation's order
        }

        _keys.AsSpan(0, _poolCount).Sort();
        for (int i = 0; i < _poolCount; i++)
            _sorted[i] = _pool[(int)_keys[i]];
        int batches = (_poolCount + _batchSize - 1) / _batchSize;
        _batchOrder = new KeyedPermutation(batches, Philox.Word(_seed, RandomUse.Order, epoch, pool + 1));
        (_poolEpoch, _poolNumber) = (epoch, pool);
    }
}
