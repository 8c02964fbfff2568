using System.Security.Cryptography;
using Reprise.Formats;

namespace Reprise.Tests.Formats;

/// <summary>A file of two and a half chunks, read here and there.</summary>
public sealed class FileChunksTests : IDisposable
{
    private const int Chunk = FileChunks.ChunkBytes;

    private readonly TempFolder _folder = new();
    private readonly byte[] _bytes = new byte[(2 * Chunk) + (Chunk / 2)];
    private readonly string _path;

    public FileChunksTests()
    {
        new Random(3).NextBytes(_bytes);
        _path = _folder.Write("file", _bytes);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(long.MaxValue, true)]
    [InlineData(Chunk, true)]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(Chunk, false)]
    public void Reading_returns_the_content_of_the_file_however_much_of_it_stays_in_memory(long kept, bool withSums)
    {
        using InputBytes file = InputBytes.Open(_path);
        FileChunks chunks = new(file, withSums ? Sums() : null, "do something", kept);
        int[] places = [0, 5, Chunk - 1, Chunk, (2 * Chunk) - 4, 2 * Chunk, _bytes.Length - 8];
        Parallel.For(0, 64, i =>
        {
            Span<byte> found = stackalloc byte[8];
            int place = places[i % places.Length];
            chunks.Read(place, found);
            found.SequenceEqual(_bytes.AsSpan(place, 8)).ShouldBeTrue();
        });
        byte[] whole = new byte[_bytes.Length];
        chunks.Read(0, whole);
        whole.AsSpan().SequenceEqual(_bytes).ShouldBeTrue();
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void A_changed_bit_is_refused_when_its_chunk_is_read_and_not_before(long kept)
    {
        string[] sums = Sums();
        _bytes[Chunk + 77] ^= 4;
        File.WriteAllBytes(_path, _bytes);
        using InputBytes file = InputBytes.Open(_path);
        FileChunks chunks = new(file, sums, "do something", kept);
        byte[] some = new byte[10];
        chunks.Read(Chunk - 10, some);
        chunks.Read(2 * Chunk, some);
        string what = $"{_path}: bytes {Chunk} to {2 * Chunk}: changed or damaged since it was written";
        Should.Throw<InputException>(() => chunks.Read(Chunk - 5, some)).Message
            .ShouldStartWith($"{what} (SHA-256 expected {sums[1][..12]}…, found ");
        Should.Throw<InputException>(() => chunks.Read((2 * Chunk) - 1, some.AsSpan(0, 1))).Message.ShouldEndWith("; do something");
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void A_file_that_is_cut_while_it_is_open_is_refused_where_it_ends(long kept)
    {
        using InputBytes file = InputBytes.Open(_path);
        FileChunks chunks = new(file, Sums(), "do something", kept);
        byte[] some = new byte[10];
        chunks.Read(0, some);
        using (FileStream cut = new(_path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            cut.SetLength(Chunk + 100);
        chunks.Read(1000, some);
        Should.Throw<InputException>(() => chunks.Read(Chunk + 95, some)).Message
            .ShouldContain($"ends at byte {Chunk + 100}, expected {_bytes.Length} bytes");
    }

    [Fact]
    public void Reading_what_was_read_before_allocates_nothing()
    {
        using InputBytes file = InputBytes.Open(_path);
        FileChunks chunks = new(file, Sums(), "do something", mostKept: Chunk); // the first stays, the others are read again
        byte[] some = new byte[10];
        chunks.Read(0, some);
        chunks.Read(Chunk, some);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            chunks.Read(i, some);
            chunks.Read(Chunk + i, some);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void Checksums_of_another_number_are_refused()
    {
        using InputBytes file = InputBytes.Open(_path);
        Should.Throw<InputException>(() => new FileChunks(file, ["00"], "do something")).Message
            .ShouldContain("are 3 chunks; expected 1, one for each checksum");
    }

    private string[] Sums() => [.. _bytes.Chunk(Chunk).Select(chunk => Convert.ToHexStringLower(SHA256.HashData(chunk)))];
}
