using System.Runtime.InteropServices;
using Reprise.Text;

namespace Reprise.Studies.Metrics;

/// <summary>
/// The samples that are sentences of the training text, word for word. Exact, in one pass over the text, with memory for the samples only.
/// </summary>
internal static class TrainingCopies
{
    /// <summary>Tells for each sample if it is a sentence of <paramref name="training"/>.</summary>
    public static bool[] Of(IReadOnlyList<int[]> samples, ISentences training)
    {
        Dictionary<int[], bool> found = new(samples.Count, Words.Same);
        foreach (int[] sample in samples)
            found[sample] = false;
        Dictionary<int[], bool>.AlternateLookup<ReadOnlySpan<int>> lookup = found.GetAlternateLookup<ReadOnlySpan<int>>();
        int longest = samples.Select(sample => sample.Length).DefaultIfEmpty().Max();
        int[] words = new int[longest];
        for (long i = 0; i < training.Count; i++)
        {
            if (training.Length(i) > longest)
                continue;
            ReadOnlySpan<int> sentence = words.AsSpan(0, training.Read(i, words));
            if (lookup.ContainsKey(sentence))
                lookup[sentence] = true;
        }

        return [.. samples.Select(sample => found[sample])];
    }

    private sealed class Words : IEqualityComparer<int[]>, IAlternateEqualityComparer<ReadOnlySpan<int>, int[]>
    {
        public static readonly Words Same = new();

        public bool Equals(int[]? a, int[]? b) => a.AsSpan().SequenceEqual(b);

        public int GetHashCode(int[] words) => GetHashCode(words.AsSpan());

        public bool Equals(ReadOnlySpan<int> words, int[] other) => words.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<int> words)
        {
            HashCode hash = default;
            hash.AddBytes(MemoryMarshal.AsBytes(words));
            return hash.ToHashCode();
        }

        public int[] Create(ReadOnlySpan<int> words) => words.ToArray();
    }
}
