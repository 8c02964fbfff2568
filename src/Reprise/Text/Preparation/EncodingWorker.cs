using System.Runtime.CompilerServices;

namespace Reprise.Text.Preparation;

/// <summary>Pass 2: maps provisional ids to those of the vocabulary and appends each sentence to its part of the corpus.</summary>
internal sealed class EncodingWorker : PipelineWorker
{
    /// <summary>The key of a sentence's secret hash, without which no two sentences can be written that pass for copies.</summary>
    private static readonly ulong s_key = HashKey.New();

    private readonly PrepareOptions _options;
    private readonly ProvisionalFile _sentences;
    private readonly IdMaps _maps;
    private readonly IReadOnlyList<PartColumns> _parts;
    private readonly PartColumns.Rows[] _rows; // of the chunk, by part
    private readonly ProvisionalBlock _block = new();
    private readonly IdMaps.Word[] _sentence;
    private IdMaps.Word[] _map = [];

    public EncodingWorker(PrepareOptions options, ProvisionalFile sentences, IdMaps maps, IReadOnlyList<PartColumns> parts)
    {
        (_options, _sentences, _maps, _parts) = (options, sentences, maps, parts);
        _rows = [.. parts.Select(part => part.NewRows())];
        _sentence = new IdMaps.Word[options.MaximumWords];
    }

    /// <summary>Sentences left out for their unknown words.</summary>
    public long TooManyUnknown { get; private set; }

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
        ReadOnlySpan<IdMaps.Word> map = _map;
        ReadOnlySpan<ushort> units = _block.Units;
        ulong key = s_key;
        for (int at = 0; at < units.Length;)
        {
            Span<IdMaps.Word> sentence = _sentence.AsSpan(0, units[at++]);
            int unknown = 0;
            ulong split = 0, secret = 0;
            for (int i = 0; i < sentence.Length; i++)
            {
                int id = units[at++];
                if (id == ProvisionalBlock.Wide)
                {
                    id = units[at] | (units[at + 1] << 16);
                    at += 2;
                }

                IdMaps.Word word = map[id];
                sentence[i] = word;
                unknown += word.Id == Vocabulary.Unknown ? 1 : 0;
                split = SplitHash.Combine(split, word.Split);
                secret = WordTable.Fold(secret ^ word.Secret, key);
            }

            Sentences++;
            if (unknown > _options.MaximumUnknownShare * sentence.Length)
                TooManyUnknown++;
            else
                _rows[(int)PartOf(unknown == 0 ? split : SeenHash(sentence))].Add(sentence, new SentenceHash(secret, split));
        }
    }

    public override void Commit()
    {
        for (int i = 0; i < _rows.Length; i++)
            _parts[i].Append(_rows[i]);
    }

    /// <summary>The split hash of a sentence as a model sees it, with all unknown words alike.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong SeenHash(ReadOnlySpan<IdMaps.Word> sentence)
    {
        ulong seen = 0;
        foreach (IdMaps.Word word in sentence)
            seen = SplitHash.Combine(seen, word.Id == Vocabulary.Unknown ? SplitHash.UnknownWord : word.Split);
        return seen;
    }

    /// <summary>
    /// The part of a sentence by its split hash as a model sees it, so that copies, and sentences that differ only in unknown words, are in
    /// one part.
    /// </summary>
    private Part PartOf(ulong seen)
    {
        double uniform = SplitHash.Uniform(seen);
        return uniform < _options.TestShare ? Part.Test
            : uniform < _options.TestShare + _options.ValidationShare ? Part.Validation
            : Part.Train;
    }
}
