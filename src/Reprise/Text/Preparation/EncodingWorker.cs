using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>The last pass: maps provisional ids to those of the vocabulary and appends each sentence to its part of the corpus.</summary>
internal sealed class EncodingWorker : PipelineWorker
{
    /// <summary>The key of a sentence's secret hash, without which no two sentences can be written that pass for copies.</summary>
    private static readonly ulong s_key = HashKey.New();

    private readonly PrepareOptions _options;
    private readonly ProvisionalFile _sentences;
    private readonly IdMaps<EncodedWord> _maps;
    private readonly IReadOnlyList<PartColumns> _parts;
    private readonly PartColumns.Rows[] _rows; // of the chunk, by part
    private readonly ProvisionalBlock _block = new();
    private readonly EncodedWord[] _sentence;
    private readonly int[] _ids;
    private Lazy<EncodedWord[]> _map = new([]);

    public EncodingWorker(PrepareOptions options, ProvisionalFile sentences, IdMaps<EncodedWord> maps, IReadOnlyList<PartColumns> parts)
    {
        (_options, _sentences, _maps, _parts) = (options, sentences, maps, parts);
        _rows = [.. parts.Select(part => part.NewRows())];
        _sentence = new EncodedWord[options.MaximumWords];
        _ids = new int[options.MaximumWords];
    }

    /// <summary>Sentences left out for their unknown words.</summary>
    public long TooManyUnknown { get; private set; }

    /// <summary>Sentences left out for having too few pieces, and too many.</summary>
    public long TooFewPieces { get; private set; }

    /// <inheritdoc cref="TooFewPieces"/>
    public long TooManyPieces { get; private set; }

    public override bool Take()
    {
        if (!_sentences.Next(_block))
            return false;
        _map = _maps.Of(_block.Counter, _block.Run);
        Position = _block.Position;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Process()
    {
        ReadOnlySpan<EncodedWord> map = _map.Value;
        ReadOnlySpan<ushort> units = _block.Units;
        ulong key = s_key;
        PartShares shares = _options.Shares;
        for (int at = 0; at < units.Length;)
        {
            Span<EncodedWord> sentence = _sentence.AsSpan(0, units[at++]);
            int unknown = 0, rare = 0, count = 0;
            ulong split = 0, secret = 0;
            for (int i = 0; i < sentence.Length; i++)
            {
                EncodedWord word = map[ProvisionalBlock.Next(units, ref at)];
                sentence[i] = word;
                unknown += word.Id == Vocabulary.Unknown ? 1 : 0;
                rare += word.IsFrequent ? 0 : 1;
                count += word.Count;
                split = SplitHash.Combine(split, word.Split);
                secret = WordTable.Fold(secret ^ word.Secret, key);
            }

            Sentences++;
            if (unknown > _options.MaximumUnknownShare * sentence.Length)
            {
                TooManyUnknown++;
                continue;
            }

            if (count < _options.MinimumWords || count > _options.MaximumWords)
            {
                TooFewPieces += count < _options.MinimumWords ? 1 : 0;
                TooManyPieces += count > _options.MaximumWords ? 1 : 0;
                continue;
            }

            Part part = _block.Given ?? shares.PartOf(rare == 0 ? split : SeenHash(sentence));
            _rows[(int)part].Add(IdsOf(sentence), new SentenceHash(secret, split));
        }
    }

    public override void Commit()
    {
        for (int i = 0; i < _rows.Length; i++)
            _parts[i].Append(_rows[i]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<int> IdsOf(ReadOnlySpan<EncodedWord> sentence)
    {
        Span<int> ids = _ids;
        int count = 0;
        foreach (EncodedWord word in sentence)
        {
            ids[count++] = word.Id;
            if (word.More is not { } more)
                continue;
            more.CopyTo(ids[count..]);
            count += more.Length;
        }

        return ids[..count];
    }

    /// <summary>The split hash of a sentence with all rare words alike.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong SeenHash(ReadOnlySpan<EncodedWord> sentence)
    {
        ulong seen = 0;
        foreach (EncodedWord word in sentence)
            seen = SplitHash.Combine(seen, word.IsFrequent ? word.Split : SplitHash.RareWord);
        return seen;
    }
}
