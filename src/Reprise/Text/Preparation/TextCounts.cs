namespace Reprise.Text.Preparation;

/// <summary>Counts of the text, which pass 1 gathers.</summary>
internal sealed class TextCounts
{
    public long Read { get; set; }

    public long TooFewWords { get; set; }

    public long TooManyWords { get; set; }

    public long TooLong { get; set; }

    public long BadRecords { get; set; }

    public long TextBytes { get; set; }

    /// <summary>The first records and lines that were left out, in the order of the text.</summary>
    public List<string> Named { get; } = [];

    /// <summary>Sentences read of each given part.</summary>
    public long[] Given { get; } = new long[Enum.GetValues<Part>().Length];

    /// <summary>Words of the sentences whose length is right, those of given parts left out.</summary>
    public long Words { get; set; }

    /// <summary>Characters of all sentences.</summary>
    public long Characters { get; set; }

    /// <summary>Characters of the sentences with too few or too many words.</summary>
    public long DroppedCharacters { get; set; }

    /// <summary>Characters of scripts that set no spaces between words.</summary>
    public long Unspaced { get; set; }

    /// <summary>Words of the sentences that hold such characters.</summary>
    public long UnspacedWords { get; set; }
}
