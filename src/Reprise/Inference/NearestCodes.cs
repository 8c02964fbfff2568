namespace Reprise.Inference;

/// <summary>Keeps the k nearest of a stream of codes; of equally near ones, the earlier.</summary>
internal sealed class NearestCodes
{
    private readonly float[] _query;
    private readonly NearestOptions _options;
    private readonly PriorityQueue<Neighbour, (double, long)> _farthestFirst =
        new(Comparer<(double, long)>.Create((a, b) => b.CompareTo(a)));

    private long _count;

    public NearestCodes(float[] query, NearestOptions options)
    {
        if (options.Count is < 1 or > 1_000_000)
            throw new InputException($"the number of neighbours is {options.Count}; expected 1 to 1000000");
        _query = query;
        _options = options;
    }

    public void Add(string text, Code code)
    {
        double distance = _options.Distance == Distance.Cosine ? Cosine(_query, code.Mean) : Euclidean(_query, code.Mean);
        Neighbour neighbour = new(text, distance, _count++) { Words = code.Words, UnknownWords = code.UnknownWords };
        if (_farthestFirst.Count < _options.Count)
            _farthestFirst.Enqueue(neighbour, (distance, neighbour.Index));
        else
            _farthestFirst.EnqueueDequeue(neighbour, (distance, neighbour.Index));
    }

    /// <summary>The neighbours, nearest first.</summary>
    public IReadOnlyList<Neighbour> ToList() => [.. _farthestFirst.UnorderedItems.OrderBy(n => n.Priority).Select(n => n.Element)];

    internal static double Euclidean(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int k = 0; k < a.Length; k++)
        {
            double difference = (double)a[k] - b[k];
            sum += difference * difference;
        }

        return Math.Sqrt(sum);
    }

    internal static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double dot = 0, aa = 0, bb = 0;
        for (int k = 0; k < a.Length; k++)
        {
            dot += (double)a[k] * b[k];
            aa += (double)a[k] * a[k];
            bb += (double)b[k] * b[k];
        }

        return 1 - (aa > 0 && bb > 0 ? dot / Math.Sqrt(aa * bb) : 0);
    }
}
