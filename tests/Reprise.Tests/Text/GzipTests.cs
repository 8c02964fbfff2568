using System.IO.Compression;
using System.Text;
using Reprise.Text.Sources;

namespace Reprise.Tests.Text;

/// <summary>One reader for all commands: padding passes, garbage is reported, a cut is refused.</summary>
public sealed class GzipTests
{
    private const int Header = 10;
    private readonly List<string> _warnings = [];

    [Fact]
    public void Members_one_after_another_are_one_text()
    {
        Read([.. Packed("one\n"), .. Packed(""), .. Packed("two\n"), .. Packed("three\n")]).ShouldBe("one\ntwo\nthree\n");
        _warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(512)]
    [InlineData(100_000)]
    public void Zeros_behind_the_data_are_padding(int zeros)
    {
        Read([.. Packed("text\n"), .. new byte[zeros]]).ShouldBe("text\n");
        Read([.. Packed("one\n"), .. new byte[zeros], .. Packed("two\n"), .. new byte[zeros]]).ShouldBe("one\ntwo\n");
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Anything_else_after_the_data_is_reported_and_the_text_kept()
    {
        byte[] packed = Packed("text\n");
        Read([.. packed, .. "not a gzip file"u8]).ShouldBe("text\n");
        Read([.. packed, 0, 0, 7]).ShouldBe("text\n");
        Read([.. packed, 0x1F]).ShouldBe("text\n");
        _warnings.Count.ShouldBe(3);
        _warnings[0].ShouldStartWith($"a.gz: what follows the gzip data at byte {packed.Length}");
    }

    [Fact]
    public void A_file_that_is_cut_anywhere_is_refused()
    {
        byte[] packed = [.. Packed("first\n"), .. Packed("The second part is a little longer than the first.\n")];
        int first = Packed("first\n").Length;
        for (int length = 2; length < packed.Length; length++)
        {
            byte[] cut = packed[..length];
            if (length == first)
                Read(cut).ShouldBe("first\n"); // no reader can detect it
            else if (length < first || length > first + 2)
                Should.Throw<InputException>(() => Read(cut), $"{length} bytes").Message.ShouldStartWith("a.gz: damaged gzip data near");
        }
    }

    [Fact]
    public void A_changed_byte_of_data_or_checksum_is_refused()
    {
        byte[] packed = Packed("The wind rose in the night and took the roof of the barn.\n");
        for (int i = Header; i < packed.Length; i++)
        {
            byte[] changed = [.. packed];
            changed[i] ^= 0x10;
            Should.Throw<InputException>(() => Read(changed), $"byte {i}").Message.ShouldStartWith("a.gz: damaged gzip data near byte");
        }
    }

    [Fact]
    public void Headers_may_hold_names_comments_and_more()
    {
        byte[] packed = Packed("text\n");
        byte[] more = [3, 0, 1, 2, 3, .. "name.txt\0"u8, .. "a comment\0"u8, 0xAA, 0xBB];
        byte[] fields = [0x1F, 0x8B, 8, 4 | 8 | 16 | 2, .. packed[4..Header], .. more, .. packed[Header..]];
        Read(fields).ShouldBe("text\n");
        for (int length = 2; length < Header + more.Length; length++)
            Should.Throw<InputException>(() => Read(fields[..length]), $"{length} bytes");
        Should.Throw<InputException>(() => Read([0x1F, 0x8B, 8, 0x80, .. packed[4..]])).Message.ShouldContain("not the header");
    }

    [Fact]
    public void Long_members_end_anywhere_within_a_piece()
    {
        Random random = new(7);
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => Noise(random, 7000 + (37 * i)))];
        byte[] packed = [.. texts.SelectMany(Packed)];
        Read(packed).ShouldBe(string.Concat(texts));
        Read(packed, drip: 1000).ShouldBe(string.Concat(texts));
        Read(packed, drip: 1).ShouldBe(string.Concat(texts));
        Read(Packed(string.Concat(texts))).ShouldBe(string.Concat(texts));
        Should.Throw<InputException>(() => Read(packed[..^1]));
    }

    [Theory]
    [InlineData("123456789", 0xCBF43926)] // the check value of the catalogue of CRCs
    [InlineData("", 0)]
    public void The_checksum_is_that_of_gzip(string text, uint expected)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Crc32.Append(0, bytes).ShouldBe(expected);
        uint pieces = 0;
        foreach (byte[] piece in bytes.Chunk(2))
            pieces = Crc32.Append(pieces, piece);
        pieces.ShouldBe(expected);
    }

    [Fact]
    public void The_checksum_of_long_pieces_is_that_by_tables()
    {
        byte[] bytes = new byte[700];
        new Random(11).NextBytes(bytes);
        for (int length = 0; length < 300; length++)
            Crc32.Append(0x1234ABCD, bytes.AsSpan(length, length))
                .ShouldBe(~Crc32.ByTables(~0x1234ABCDu, bytes.AsSpan(length, length)), $"{length}");
    }

    private string Read(byte[] packed, int drip = int.MaxValue)
    {
        using TextStream text = new(new Dripping(packed, drip), "a.gz", _warnings.Add);
        byte[] buffer = new byte[1 << 20];
        return Encoding.UTF8.GetString(buffer, 0, text.Fill(buffer));
    }

    private static byte[] Packed(string text)
    {
        using MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        byte[] ofNothing = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]; // the runtime writes nothing at all
        return packed.ToArray() is { Length: > 0 } bytes ? bytes : ofNothing;
    }

    private static string Noise(Random random, int length) => string.Create(length, random, (span, source) =>
    {
        for (int i = 0; i < span.Length; i++)
            span[i] = (char)source.Next(33, 127);
    });

    /// <summary>Gives at most so many bytes at once.</summary>
    private sealed class Dripping(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(most, buffer.Length)]);
    }
}
