using System.Numerics;
using System.Runtime.InteropServices;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Inference;

/// <summary>
/// Beam search for the most probable sentences of many codes at once: one decoder step serves every live hypothesis of
/// every sentence, and sentences that are finished leave the batch.
/// </summary>
/// <remarks>
/// Standard search by summed log probability. Hypotheses that end leave the beam and are kept; a sentence is finished when
/// its best live hypothesis cannot beat its best ended one. Equal hypotheses keep the order of their parents, then of the
/// words' probabilities, then of the words' ids. A width of 1 is greedy decoding. UNK and BOS are never decoded.
/// </remarks>
internal sealed class BeamSearch<T>(SentenceAutoencoder<T> model) : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IncrementalDecoder<T> _decoder = new(model);
    private int[] _top = [];
    private T[] _logProbabilities = [];

    /// <summary>The hypotheses of each code, best first: at least one, at most <see cref="DecodingOptions.BeamWidth"/>.</summary>
    /// <param name="z_SZ">The codes; may lie in the model's workspace, which is reset.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two words; another search may follow.</exception>
    public WordSequence[][] Search(Tensor<T> z_SZ, DecodingOptions options, CancellationToken cancellation = default)
    {
        Beam[] beams = new Beam[z_SZ.Rows];
        List<Beam> live = new(beams.Length);
        for (int s = 0; s < beams.Length; s++)
            live.Add(beams[s] = new Beam(options, firstRow: s));

        int width = Math.Min(options.BeamWidth, model.Options.VocabularySize - Vocabulary.EndOfSentence);
        List<int> parents = [], words = [];
        for (int step = 0; step < options.MostWords && live.Count > 0; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            Tensor<T> features_RF = step == 0
                ? _decoder.Start(z_SZ)
                : _decoder.Advance(CollectionsMarshal.AsSpan(parents), CollectionsMarshal.AsSpan(words));
            Tensor<T> logProbabilities_RK = model.Workspace.Take(features_RF.Rows, width);
            if (_top.Length < features_RF.Rows * width)
                (_top, _logProbabilities) = (new int[features_RF.Rows * width], new T[features_RF.Rows * width]);
            Span<int> words_RK = _top.AsSpan(0, features_RF.Rows * width);
            Span<T> read_RK = _logProbabilities.AsSpan(0, words_RK.Length);
            Tensor<T> weight_VF = model.Decoder.OutputWeight_VF, bias_V = model.Decoder.OutputBias_V;
            model.Kernels.TopWords(words_RK, logProbabilities_RK, features_RF, weight_VF, bias_V, Vocabulary.EndOfSentence);
            model.Kernels.Read(read_RK, logProbabilities_RK);

            foreach (Beam beam in live)
                beam.Grow(words_RK, read_RK, width);
            live.RemoveAll(beam => beam.IsFinished);

            parents.Clear();
            words.Clear();
            foreach (Beam beam in live)
                beam.Place(parents, words);
        }

        return [.. beams.Select(beam => beam.Best())];
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>The hypotheses of one sentence.</summary>
    private sealed class Beam(DecodingOptions options, int firstRow)
    {
        private readonly List<WordSequence> _ended = [];
        private readonly Candidate[] _candidates = new Candidate[options.BeamWidth];
        private List<WordSequence> _live = [new([], 0)], _grown = [];
        private List<int> _rows = [firstRow], _grownParents = []; // the decoder row of each live hypothesis; of each one's parent
        private double _bestEnded = double.NegativeInfinity;

        public bool IsFinished { get; private set; }

        /// <summary>Replaces the live hypotheses by their best continuations.</summary>
        public void Grow(ReadOnlySpan<int> words_RK, ReadOnlySpan<T> logProbabilities_RK, int K)
        {
            int count = SelectCandidates(logProbabilities_RK, K);
            _grown.Clear();
            _grownParents.Clear();
            for (int i = 0; i < count; i++)
            {
                Candidate candidate = _candidates[i];
                int row = _rows[candidate.Hypothesis];
                int word = words_RK[(row * K) + candidate.Rank];
                int[] words = _live[candidate.Hypothesis].Words;
                if (word == Vocabulary.EndOfSentence)
                {
                    _ended.Add(new WordSequence(words, candidate.Score));
                    _bestEnded = Math.Max(_bestEnded, Ranking(candidate.Score, words.Length + 1));
                }
                else
                {
                    _grown.Add(new WordSequence([.. words, word], candidate.Score));
                    _grownParents.Add(row);
                }
            }

            (_live, _grown) = (_grown, _live);
            IsFinished = _live.Count == 0 || _bestEnded >= Ranking(_live[0].LogProbability, options.MostWords);
        }

        /// <summary>Gives each live hypothesis the next free row of the next step.</summary>
        public void Place(List<int> parents, List<int> words)
        {
            _rows.Clear();
            for (int i = 0; i < _live.Count; i++)
            {
                _rows.Add(parents.Count);
                parents.Add(_grownParents[i]);
                words.Add(_live[i].Words[^1]);
            }
        }

        /// <summary>The ended hypotheses, best first; where none has ended, the live ones.</summary>
        public WordSequence[] Best() => _ended.Count == 0
            ? [.. _live]
            : [.. _ended.OrderByDescending(e => Ranking(e.LogProbability, e.Words.Length + 1)).Take(options.BeamWidth)]; // a stable sort

        // The best `width` continuations in descending order; a later one of equal score stands behind.
        private int SelectCandidates(ReadOnlySpan<T> logProbabilities_RK, int K)
        {
            int count = 0;
            for (int i = 0; i < _live.Count; i++)
            {
                ReadOnlySpan<T> logProbabilities_K = logProbabilities_RK.Slice(_rows[i] * K, K);
                for (int rank = 0; rank < logProbabilities_K.Length; rank++)
                {
                    double score = _live[i].LogProbability + double.CreateChecked(logProbabilities_K[rank]);
                    if (count == _candidates.Length && !(score > _candidates[^1].Score))
                        break; // words come best first
                    int place = count < _candidates.Length ? count++ : count - 1;
                    for (; place > 0 && score > _candidates[place - 1].Score; place--)
                        _candidates[place] = _candidates[place - 1];
                    _candidates[place] = new Candidate(i, rank, score);
                }
            }

            return count;
        }

        // At the greatest length it bounds the rank of a live hypothesis from above: scores only fall.
        private double Ranking(double score, int length) => options.LengthPenalty == 0
            ? score
            : score / Math.Pow((5.0 + length) / 6, options.LengthPenalty);

        private readonly record struct Candidate(int Hypothesis, int Rank, double Score);
    }
}
