using System.IO.Compression;
using System.Text;
using Reprise.Text.Sources;

namespace Reprise.Tests.Text;

public sealed class TextLinesTests
{
    [Fact]
    public void Every_line_is_given_as_it_stands()
    {
        Lines("one\n\n  three \r\nfour"u8).ShouldBe(["one", "", "  three ", "four"]);
        Lines("\n\n"u8).ShouldBe(["", ""]);
        Lines(""u8).ShouldBeEmpty();
        Lines("café\n\U0001F600\n"u8).ShouldBe(["café", "\U0001F600"]);
    }

    [Fact]
    public void Marks_before_and_behind_the_text_are_none_of_it()
    {
        Lines([0xEF, 0xBB, 0xBF, .. "one\n"u8]).ShouldBe(["one"]);
        Lines("one\n\u001A"u8).ShouldBe(["one"]);
        Lines("one\u001A"u8).ShouldBe(["one"]);
    }

    [Fact]
    public void Gzip_is_unpacked_by_its_first_bytes()
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write([0xEF, 0xBB, 0xBF, .. "one\ntwo\n"u8]);
        Lines(packed.ToArray()).ShouldBe(["one", "two"]);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_named_with_their_line()
    {
        Refused([.. "one\ntwo "u8, 0, .. "x\n"u8])
            .ShouldBe("a.txt: line 2, byte 8: a zero byte; this is a binary file, expected text in UTF-8");
        Refused([.. "one\ncaf"u8, 0xE9, .. "\n"u8]).ShouldBe("a.txt: line 2, byte 7: not valid UTF-8 (0xE9); convert the text to UTF-8");
        Refused(Encoding.Unicode.GetPreamble()).ShouldBe("a.txt: the text is UTF-16; convert it to UTF-8");
        Refused("one\rtwo\rthree"u8).ShouldContain("carriage returns");
    }

    [Fact]
    public void A_line_without_end_is_refused_and_a_long_one_read()
    {
        Lines([.. Enumerable.Repeat((byte)'x', 300_000), .. "\ny\n"u8]).Select(line => line.Length).ShouldBe([300_000, 1]);
        Refused(new byte[10_000_000].Select(_ => (byte)'x').ToArray()).ShouldContain("line 1 has more than");
    }

    [Fact]
    public void A_line_is_given_before_the_next_one_is_there()
    {
        using TextLines lines = new(new OneLine(), "a.txt", warn: null);
        lines.Next().ShouldBe("one");
        Should.Throw<InvalidOperationException>(lines.Next);
    }

    private static string[] Lines(ReadOnlySpan<byte> bytes) => [.. TextLines.Of(new MemoryStream(bytes.ToArray()), "a.txt", warn: null)];

    private static string Refused(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = bytes.ToArray();
        return Should.Throw<InputException>(() => Lines(copy)).Message;
    }

    /// <summary>A terminal at which one line was typed: who asks for more would wait.</summary>
    private sealed class OneLine : MemoryStream
    {
        private bool _given;

        public override int Read(Span<byte> buffer)
        {
            if (_given)
                throw new InvalidOperationException("read a line that was not typed");
            _given = true;
            "one\n"u8.CopyTo(buffer);
            return 4;
        }
    }
}
