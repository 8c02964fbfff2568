using System.Text;
using Reprise.Text;

namespace Reprise.Evaluation;

/// <summary>Sums the words and bytes of sentences, whose text their ids tell.</summary>
/// <param name="codec">The text of the ids; null where it is not known.</param>
internal sealed class TextTotals(SentenceCodec? codec)
{
    private long _words, _bytes;

    public void Add(ISentences sentences, long index)
    {
        if (codec is null)
            return;
        int[] ids = sentences.WordsAt(index);
        _words += codec.Options.HasPieces ? codec.WordsOf(ids).Count + 1 : ids.Length + 1;
        _bytes += Encoding.UTF8.GetByteCount(codec.Decode(ids)) + 1;
    }

    /// <summary>A report with the measures per word and byte.</summary>
    public EvaluationReport Complete(EvaluationReport report) => codec is null ? report : report with
    {
        WordPerplexity = codec.Options.HasPieces ? Math.Exp(-report.Elbo * report.Sentences / _words) : null,
        NatsPerByte = -report.Elbo * report.Sentences / _bytes,
    };
}
