using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>The second pass: sentences as ids, each to its part of the corpus.</summary>
internal sealed class WritingWorker : PassWorker
{
    private const ulong UnknownWord = 0x5851F42D4C957F2D; // stands for the hash of any word that the vocabulary lacks

    private readonly PrepareOptions _options;
    private readonly Vocabulary _vocabulary;
    private readonly IReadOnlyList<PartSpool> _spools;
    private readonly PartSpool.Pending[] _pending;
    private readonly int[] _ids;

    public WritingWorker(PrepareOptions options, Vocabulary vocabulary, IReadOnlyList<PartSpool> spools)
        : base(options)
    {
        _options = options;
        _vocabulary = vocabulary;
        _spools = spools;
        _pending = spools.Select(s => s.NewPending()).ToArray();
        _ids = new int[options.MaximumWords];
    }

    public long TooManyUnknown { get; private set; }

    public override void Commit()
    {
        for (int i = 0; i < _pending.Length; i++)
            _spools[i].Append(_pending[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void TakeWords()
    {
        int length = Tokens.Count;
        if (length < _options.MinimumWords || length > _options.MaximumWords)
            return;
        int unknown = 0;
        ulong text = 0, seen = 0;
        for (int i = 0; i < length; i++)
        {
            ulong hash = Tokens.HashOf(i);
            int id = _vocabulary.IdOf(Tokens, i, hash);
            if (id == Vocabulary.Unknown)
                unknown++;
            text = WordTable.Combine(text, hash);
            seen = WordTable.Combine(seen, id == Vocabulary.Unknown ? UnknownWord : hash);
            _ids[i] = id;
        }

        if (unknown > _options.MaximumUnknownShare * length)
            TooManyUnknown++;
        else
            _pending[(int)PartOf(seen)].Add(_ids.AsSpan(0, length), text);
    }

    /// <summary>
    /// The part of a sentence, by a hash of what a model sees of it: copies, and sentences that differ only in unknown
    /// words, never stand on both sides.
    /// </summary>
    private Part PartOf(ulong seen)
    {
        double uniform = (seen >> 11) * (1.0 / (1UL << 53));
        return uniform < _options.TestShare ? Part.Test
            : uniform < _options.TestShare + _options.ValidationShare ? Part.Validation
            : Part.Train;
    }
}
