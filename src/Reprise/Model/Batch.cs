using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Model;

/// <summary>
/// Sentences packed for the model: sorted by length (longest first; equal ones in the order of adding), time-major, without
/// padding. Row b of every step is the same sentence. Reusable: the steady state allocates nothing.
/// </summary>
internal sealed class Batch
{
    private readonly List<long> _keys = []; // length descending, then position: sortable in place
    private long[] _addedSentences = [], _sentences = [];
    private int[] _added = [], _starts = [0], _lengths = [];
    private int[] _words = [], _reversed = [], _reversedRows = [], _inputs = [], _targets = [], _lastRows = [], _positions = [];

    /// <summary>B: number of sentences.</summary>
    public int Count { get; private set; }

    /// <summary>Rows of the encoder: the words.</summary>
    public StepLayout EncoderSteps { get; } = new();

    /// <summary>Rows of the decoder: the words and EOS of each sentence.</summary>
    public StepLayout DecoderSteps { get; } = new();

    /// <summary>Words of sentence b.</summary>
    public ReadOnlySpan<int> Lengths => _lengths.AsSpan(0, Count);

    /// <summary>Words in the encoder's rows.</summary>
    public ReadOnlySpan<int> Words => _words.AsSpan(0, EncoderSteps.Rows);

    /// <summary>The words of each sentence from the last to the first, in the encoder's rows.</summary>
    public ReadOnlySpan<int> ReversedWords => _reversed.AsSpan(0, EncoderSteps.Rows);

    /// <summary>The encoder row of word n - 1 - t, for that of word t of a sentence of n words. It is its own inverse.</summary>
    public ReadOnlySpan<int> ReversedRows => _reversedRows.AsSpan(0, EncoderSteps.Rows);

    /// <summary>The encoder row that ends sentence b.</summary>
    public ReadOnlySpan<int> LastRows => _lastRows.AsSpan(0, Count);

    /// <summary>Words fed to the decoder: BOS, then the words, some dropped.</summary>
    public ReadOnlySpan<int> Inputs => _inputs.AsSpan(0, DecoderSteps.Rows);

    /// <summary>Words asked of the decoder: the words, then EOS.</summary>
    public ReadOnlySpan<int> Targets => _targets.AsSpan(0, DecoderSteps.Rows);

    /// <summary>The number that keys the noise of sentence b.</summary>
    public ReadOnlySpan<long> Sentences => _sentences.AsSpan(0, Count);

    /// <summary>The place of sentence b in the order of adding.</summary>
    public ReadOnlySpan<int> Positions => _positions.AsSpan(0, Count);

    /// <summary>The parts of the activations that the decoder drops in training; none unless set.</summary>
    public Dropout Dropout { get; set; }

    /// <summary>True in a step of training, where means are normalised over the batch (<see cref="MeanNormalization{T}"/>).</summary>
    public bool IsTraining { get; set; }

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        _keys.Clear();
        Count = 0;
        Dropout = default;
        IsTraining = false;
    }

    /// <summary>Adds a sentence of at least one word.</summary>
    /// <param name="words">Ids below the vocabulary's size, no BOS, no EOS.</param>
    /// <param name="sentence">The number that keys the sentence's noise.</param>
    public void Add(ReadOnlySpan<int> words, long sentence) => words.CopyTo(Reserve(words.Length, sentence));

    /// <summary>Adds sentence <paramref name="index"/> of <paramref name="source"/> under its own number.</summary>
    public void Add(ISentences source, long index) => source.Read(index, Reserve(source.Length(index), index));

    /// <summary>Lays the added sentences out.</summary>
    public void Pack()
    {
        Count = _keys.Count;
        _keys.Sort();
        Grow(ref _lengths, Count);
        Grow(ref _positions, Count);
        Grow(ref _lastRows, Count);
        Grow(ref _sentences, Count);
        for (int b = 0; b < Count; b++)
        {
            int position = (int)(_keys[b] & int.MaxValue);
            _positions[b] = position;
            _sentences[b] = _addedSentences[position];
            _lengths[b] = _starts[position + 1] - _starts[position];
        }

        EncoderSteps.Set(Lengths);
        DecoderSteps.Set(Lengths, extra: 1);
        Grow(ref _words, EncoderSteps.Rows);
        Grow(ref _reversed, EncoderSteps.Rows);
        Grow(ref _reversedRows, EncoderSteps.Rows);
        Grow(ref _inputs, DecoderSteps.Rows);
        Grow(ref _targets, DecoderSteps.Rows);
        for (int b = 0; b < Count; b++)
        {
            ReadOnlySpan<int> words = _added.AsSpan(_starts[_positions[b]], _lengths[b]);
            _inputs[b] = Vocabulary.BeginOfSentence;
            for (int t = 0; t < words.Length; t++)
            {
                int row = EncoderSteps.Start(t) + b, reversed = EncoderSteps.Start(words.Length - 1 - t) + b;
                _words[row] = _reversed[reversed] = words[t];
                _reversedRows[row] = reversed;
                _targets[DecoderSteps.Start(t) + b] = words[t];
                _inputs[DecoderSteps.Start(t + 1) + b] = words[t];
            }

            _targets[DecoderSteps.Start(words.Length) + b] = Vocabulary.EndOfSentence;
            _lastRows[b] = EncoderSteps.LastRow(b, words.Length);
        }
    }

    /// <summary>Word <paramref name="t"/> of sentence <paramref name="b"/>, dropped or not.</summary>
    public int Word(int b, int t) => _targets[DecoderSteps.Start(t) + b];

    /// <summary>Replaces word <paramref name="t"/> of sentence <paramref name="b"/> in the decoder's input.</summary>
    /// <param name="replacement">An id, or -1 for a vector of zeros.</param>
    public void Drop(int b, int t, int replacement) => _inputs[DecoderSteps.Start(t + 1) + b] = replacement;

    /// <summary>Replaces word <paramref name="t"/> of sentence <paramref name="b"/> in the encoder's input.</summary>
    /// <param name="replacement">An id, or -1 for a vector of zeros.</param>
    public void DropFromEncoder(int b, int t, int replacement)
    {
        int row = EncoderSteps.Start(t) + b;
        _words[row] = _reversed[_reversedRows[row]] = replacement;
    }

    private Span<int> Reserve(int length, long sentence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        int position = _keys.Count;
        int start = _starts[position];
        Grow(ref _addedSentences, position + 1);
        Grow(ref _starts, position + 2);
        Grow(ref _added, start + length);
        _addedSentences[position] = sentence;
        _starts[position + 1] = start + length;
        _keys.Add(((long)(int.MaxValue - length) << 32) | (uint)position);
        return _added.AsSpan(start, length);
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            Array.Resize(ref array, Math.Max(length, 2 * array.Length));
    }
}
