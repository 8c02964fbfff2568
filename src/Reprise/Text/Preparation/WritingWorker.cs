using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>The second pass: numbered words become ids, and each sentence goes to its part of the corpus.</summary>
internal sealed class WritingWorker : PassWorker
{
    private const ulong UnknownWord = 0x5851F42D4C957F2D; // stands for the hash of any word that the vocabulary lacks

    /// <summary>The key of half of a sentence's hash: secret, so that no two sentences can be made to look like copies.</summary>
    private static readonly ulong s_key = HashKey.New();

    private readonly PrepareOptions _options;
    private readonly NumberSpool _source;
    private readonly KnownWords _known;
    private readonly IReadOnlyList<PartSpool> _spools;
    private readonly PartSpool.Pending[] _pending;
    private readonly NumberBlock _numbers = new();
    private readonly KnownWords.Word[] _sentence;
    private KnownWords.Word[] _words = [];

    public WritingWorker(PrepareOptions options, NumberSpool source, KnownWords known, IReadOnlyList<PartSpool> spools)
    {
        (_options, _source, _known, _spools) = (options, source, known, spools);
        _pending = spools.Select(s => s.NewPending()).ToArray();
        _sentence = new KnownWords.Word[options.MaximumWords];
    }

    public long TooManyUnknown { get; private set; }

    public override bool Take()
    {
        if (!_source.Next(_numbers))
            return false;
        _words = _known.Of(_numbers.Counts, _numbers.Table);
        Position = _numbers.Position;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Process()
    {
        ReadOnlySpan<KnownWords.Word> words = _words;
        ReadOnlySpan<ushort> units = _numbers.Units;
        ulong key = s_key;
        for (int at = 0; at < units.Length;)
        {
            Span<KnownWords.Word> sentence = _sentence.AsSpan(0, units[at++]);
            int unknown = 0;
            ulong text = 0, secret = 0;
            for (int i = 0; i < sentence.Length; i++)
            {
                int number = units[at++];
                if (number == NumberBlock.Wide)
                {
                    number = units[at] | (units[at + 1] << 16);
                    at += 2;
                }

                KnownWords.Word word = words[number];
                sentence[i] = word;
                unknown += word.Id == Vocabulary.Unknown ? 1 : 0;
                text = SplitHash.Combine(text, word.Split);
                secret = WordTable.Fold(secret ^ word.Secret, key);
            }

            Sentences++;
            if (unknown > _options.MaximumUnknownShare * sentence.Length)
                TooManyUnknown++;
            else
                _pending[(int)PartOf(unknown == 0 ? text : Seen(sentence))].Add(sentence, new UInt128(text, secret));
        }
    }

    public override void Commit()
    {
        for (int i = 0; i < _pending.Length; i++)
            _spools[i].Append(_pending[i]);
    }

    /// <summary>A hash of what a model sees of a sentence: all unknown words are the same to it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Seen(ReadOnlySpan<KnownWords.Word> sentence)
    {
        ulong seen = 0;
        foreach (KnownWords.Word word in sentence)
            seen = SplitHash.Combine(seen, word.Id == Vocabulary.Unknown ? UnknownWord : word.Split);
        return seen;
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
