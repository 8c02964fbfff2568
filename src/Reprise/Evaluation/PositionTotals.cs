using System.Globalization;
using System.Numerics;

namespace Reprise.Evaluation;

/// <summary>Sums nll by the position of the word: 1, 2, 3, 4, 5-8, 9-16 and so on, and EOS.</summary>
internal sealed class PositionTotals
{
    private const int Single = 4; // positions of their own

    private readonly List<Sums> _words = [];
    private readonly Sums _end = new();

    /// <summary>Adds a sentence: nll of each word and of EOS, with its code and without.</summary>
    /// <param name="withoutCode">Empty if there is no code.</param>
    public void Add(ReadOnlySpan<double> nll, ReadOnlySpan<double> withoutCode)
    {
        for (int first = 0; first < nll.Length - 1;)
        {
            (int group, int last) = GroupOf(first + 1);
            int end = Math.Min(last, nll.Length - 1);
            while (_words.Count <= group)
                _words.Add(new Sums());
            _words[group].Add(nll[first..end], withoutCode.IsEmpty ? [] : withoutCode[first..end]);
            first = end;
        }

        _end.Add(nll[^1..], withoutCode.IsEmpty ? [] : withoutCode[^1..]);
    }

    public IReadOnlyList<PositionLoss> ToList()
    {
        List<PositionLoss> losses = [];
        for (int group = 0, first = 1; group < _words.Count; group++)
        {
            int last = GroupOf(first).Last;
            losses.Add(_words[group].Mean(first == last ? Number(first) : $"{Number(first)}-{Number(last)}"));
            first = last + 1;
        }

        losses.Add(_end.Mean("EOS"));
        return losses;

        static string Number(int position) => position.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The group of a position, from 1, and the last position of the group.</summary>
    private static (int Group, int Last) GroupOf(int position)
    {
        if (position <= Single)
            return (position - 1, position);
        int doublings = BitOperations.Log2((uint)(position - 1));
        return (doublings + Single - 2, 2 << doublings);
    }

    private sealed class Sums
    {
        private long _sentences, _tokens;
        private double _nll, _withoutCode;
        private double _gainSquares, _gainTokens, _tokenSquares; // over the sentences, of their sums
        private bool _hasGain;

        public void Add(ReadOnlySpan<double> nll, ReadOnlySpan<double> withoutCode)
        {
            double with = 0, without = 0;
            for (int t = 0; t < nll.Length; t++)
            {
                with += nll[t];
                without += withoutCode.IsEmpty ? 0 : withoutCode[t];
            }

            double gain = without - with, tokens = nll.Length;
            (_sentences, _tokens, _hasGain) = (_sentences + 1, _tokens + nll.Length, !withoutCode.IsEmpty);
            (_nll, _withoutCode) = (_nll + with, _withoutCode + without);
            (_gainSquares, _gainTokens, _tokenSquares) =
                (_gainSquares + (gain * gain), _gainTokens + (gain * tokens), _tokenSquares + (tokens * tokens));
        }

        // The error is that of a ratio of sums over sentences, because the words of one sentence depend on one another.
        public PositionLoss Mean(string position)
        {
            double nll = _nll / _tokens, without = _withoutCode / _tokens, gain = without - nll;
            double squares = Math.Max(0, _gainSquares - (2 * gain * _gainTokens) + (gain * gain * _tokenSquares));
            double error = Math.Sqrt(squares * _sentences / (_sentences - 1.0)) / _tokens;
            return new PositionLoss(
                position, _tokens, nll, _hasGain ? without : null, _hasGain && _sentences > 1 ? error : null);
        }
    }
}
