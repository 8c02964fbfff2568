using System.Text;
using Reprise.Text.Sources;

namespace Reprise.Tests.Text;

public sealed class RecordFramingTests
{
    [Theory]
    [InlineData("csv", "ab\",\n\r;")]
    [InlineData("lines", "ab\n\r")]
    [InlineData("json", "{}[]\",\\ \n\ra")]
    public void The_same_records_are_found_whatever_number_of_bytes_is_at_hand(string format, string alphabet)
    {
        Random random = new(17);
        for (int round = 0; round < 3000; round++)
        {
            byte[] text = Encoding.UTF8.GetBytes(random.GetItems(alphabet.AsSpan(), random.Next(1, 24)));
            List<string> whole = Pieces(text, Of(format), text.Length);
            Pieces(text, Of(format), 1).ShouldBe(whole, Encoding.UTF8.GetString(text));
        }
    }

    private static RecordFraming Of(string format) => format switch
    {
        "csv" => new CsvFraming((byte)','),
        "json" => new JsonFraming(),
        _ => new LineFraming(),
    };

    /// <summary>Records found in a text of which a few bytes more come to hand at a time, in words.</summary>
    private static List<string> Pieces(ReadOnlySpan<byte> text, RecordFraming framing, int step)
    {
        List<string> pieces = [];
        int at = 0, hand = 0;
        while (at < text.Length)
        {
            bool ended = hand == text.Length;
            if (!framing.TryTake(text[at..hand], ended, out RecordFraming.Piece piece))
            {
                ended.ShouldBeFalse();
                hand = Math.Min(hand + step, text.Length);
                continue;
            }

            (piece.Length > 0 || ended).ShouldBeTrue();
            (int start, int length) = piece.Record.GetOffsetAndLength(hand - at);
            if (length > 0 || piece.Problem is not null)
                pieces.Add(piece.Problem is null ? $"{at + start}+{length}" : $"{at + piece.At}: {piece.Problem}");
            at += piece.Length;
        }

        return pieces;
    }
}
