using System.Buffers.Binary;
using System.IO.Pipes;
using System.Text;
using Reprise.Formats;

namespace Reprise.Tests.Formats;

public sealed class SafeTensorsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Written_tensors_are_read_again()
    {
        string path = _folder["a.safetensors"];
        AtomicFile.Write(path, stream =>
        {
            SafeTensorsWriter writer = new(stream,
            [
                new TensorInfo("words", TensorType.U16, 3),
                new TensorInfo("b.weight", TensorType.F32, 2, 3),
                new TensorInfo("empty", TensorType.I32, 0, 7),
                new TensorInfo("scalar", TensorType.I64),
            ], new Dictionary<string, string> { ["made"] = "here" });
            writer.Write<float>("b.weight", [1, 2, 3, 4]);
            writer.Write<float>("b.weight", [5, 6.5f]);
            writer.Write<long>("scalar", [-7]);
            writer.Write<ushort>("words", [0, 1, 65535]);
            writer.Finish();
        });

        using SafeTensors file = SafeTensors.Open(path);
        file.Names.ShouldBe(["b.weight", "empty", "scalar", "words"]);
        file.Metadata["made"].ShouldBe("here");
        float[] weight = new float[6];
        file.ReadFloats("b.weight", weight, 2, 3);
        weight.ShouldBe([1, 2, 3, 4, 5, 6.5f]);
        long[] scalar = new long[1];
        file.Read("scalar", 0, scalar.AsSpan());
        scalar[0].ShouldBe(-7);
        ushort[] last = new ushort[2];
        file.Read("words", 1, last.AsSpan());
        last.ShouldBe([(ushort)1, (ushort)65535]);
        file["empty"].Count.ShouldBe(0);
        (BinaryPrimitives.ReadInt64LittleEndian(File.ReadAllBytes(path)) % 8).ShouldBe(0);
    }

    [Fact]
    public void Elements_of_any_number_are_written_and_read_in_pieces()
    {
        const int Count = (5 * SafeTensorsWriter.PieceBytes / sizeof(float) / 2) + 1;
        float[] elements = [.. Enumerable.Range(0, Count).Select(i => (float)i)];
        using PieceStream stream = new();
        SafeTensorsWriter writer = new(stream, [new TensorInfo("a", TensorType.F32, Count)]);
        writer.Write<float>("a", elements);
        writer.Finish();
        stream.Longest.ShouldBe(SafeTensorsWriter.PieceBytes);

        using SafeTensors file = SafeTensors.Open(_folder.Write("a.safetensors", stream.ToArray()));
        float[] found = new float[Count];
        file.ReadFloats("a", found, Count);
        found.ShouldBe(elements);
        float[] some = new float[10];
        file.Read("a", 5, some.AsSpan(), pieceBytes: 3 * sizeof(float)); // the last piece is smaller
        some.ShouldBe(elements[5..15]);
        Should.Throw<ArgumentOutOfRangeException>(() => file.Read("a", Count - 9, some.AsSpan(), pieceBytes: 3 * sizeof(float)));
    }

    [Fact]
    public void A_tensor_of_more_bytes_than_a_span_can_hold_is_read_in_parts()
    {
        const long Count = 1L << 29;
        byte[] json = Encoding.UTF8.GetBytes(Header($"\"a\":{{\"dtype\":\"F32\",\"shape\":[{Count}],\"data_offsets\":[0,{4 * Count}]}}"));
        string path = _folder.Write("a.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json]);
        using (FileStream sparse = File.OpenWrite(path))
            sparse.SetLength(8 + json.Length + (4 * Count));
        using SafeTensors file = SafeTensors.Open(path);
        float[] last = [1];
        file.Read("a", Count - 1, last.AsSpan());
        last.ShouldBe([0f]);
    }

    [Theory]
    [InlineData("\"__metadata__\":null")]
    [InlineData("\"__metadata__\":{}")]
    public void Metadata_may_be_null_or_empty(string metadata)
    {
        string path = Write(Header(metadata + ",\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}"), 1);
        using SafeTensors file = SafeTensors.Open(path);
        file.Metadata.ShouldBeEmpty();
        file.Names.ShouldBe(["a"]);
    }

    [Fact]
    public void A_header_of_very_many_names_is_refused()
    {
        int[] numbers = [.. Enumerable.Range(0, 100_001)];
        string tensors = string.Join(',', numbers.Select(i => $"\"{i}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        Refused(Write(Header(tensors), 0), "names more than 100000 tensors");
        string texts = string.Join(',', numbers.Select(i => $"\"{i}\":\"\""));
        Refused(Write(Header($"\"__metadata__\":{{{texts}}}"), 0), "more than 100000 texts");
    }

    [Fact]
    public void A_file_that_is_cut_while_it_is_open_is_one_clear_line()
    {
        string path = Write(Header("\"a\":{\"dtype\":\"F32\",\"shape\":[2000],\"data_offsets\":[0,8000]}"), 8000);
        using SafeTensors file = SafeTensors.Open(path);
        using (FileStream cut = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            cut.SetLength(4000);
        long length = 8 + BitConverter.ToInt64(File.ReadAllBytes(path)) + 8000;
        string expected = $"{path}: ends at byte 4000, expected {length} bytes as when it was opened";
        Should.Throw<InputException>(() => file.ReadFloats("a", new float[2000], 2000)).Message
            .ShouldBe($"{expected}; it was cut while it was in use: restore it");
    }

    [Fact]
    public void A_file_of_the_independent_reference_is_read()
    {
        using SafeTensors file = SafeTensors.Open(Path.Combine(AppContext.BaseDirectory, "Fixtures", "odd-sizes-tied.safetensors"));
        file.Names.ShouldNotBeEmpty();
        foreach (string name in file.Names)
        {
            float[] elements = new float[file[name].Count];
            file.ReadFloats(name, elements, file.Shape(name));
            elements.ShouldAllBe(x => float.IsFinite(x));
        }
    }

    [Theory]
    [InlineData("missing", 6, "missing is missing; the file holds a")]
    [InlineData("a", 5, "a: expected F32 [5], found F32 [2, 3]")]
    public void A_tensor_that_is_not_as_expected_is_named(string name, long size, string message)
    {
        string path = Write(Header("\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"), 24);
        using SafeTensors file = SafeTensors.Open(path);
        Should.Throw<InputException>(() => file.ReadFloats(name, new float[size], size)).Message.ShouldBe($"{path}: {message}");
        Should.Throw<InputException>(() => file.Read("a", 0, new long[1].AsSpan())).Message.ShouldContain("expected I64, found F32");
    }

    [Theory]
    // Truncated.
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 4, "ends at byte")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", 9, "1 bytes at its end belong to no tensor")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}", 8, "not a begin and an end")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}", 8, "not a begin and an end")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}", 8, "something else than a whole number")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[2]}", 8, "lacks data_offsets")]
    [InlineData("\"a\":{\"shape\":[2],\"data_offsets\":[0,8]}", 8, "lacks dtype")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}", 8, "lacks shape")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}", 8, "takes 12 bytes")]
    [InlineData("\"a\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[0,8]}", 8, "has the type F16")]
    [InlineData("\"a\":{\"dtype\":\"5\",\"shape\":[2],\"data_offsets\":[0,8]}", 8, "has the type 5")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}", 0, "overflows")]
    [InlineData("\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807],\"data_offsets\":[0,0]}", 0, "overflows")]
    [InlineData(
        "\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,0]}", 0, "something else than a whole number")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[9223372036854775807,9223372036854775807]}", 0, "overflow")]
    [InlineData(
        "\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}", 4, "more than 16 entries")]
    [InlineData(
        "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}",
        6,
        "within the tensor before it")]
    [InlineData(
        "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[6,10]}",
        10,
        "belong to no tensor")]
    [InlineData(
        "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[1,2]}",
        2,
        "stands twice")]
    [InlineData("\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}", 1, "unexpected or repeated key")]
    [InlineData("\"a\":7", 0, "an object for a")]
    [InlineData("\"a\":", 0, "not sound JSON")]
    [InlineData("\"__metadata__\":{\"x\":1}", 0, "text under __metadata__.x")]
    [InlineData("\"__metadata__\":{\"x\":null}", 0, "holds Null where text under __metadata__.x")]
    [InlineData("\"__metadata__\":[]", 0, "an object under __metadata__")]
    [InlineData("\"__metadata__\":null,\"__metadata__\":{}", 0, "__metadata__ stands twice")]
    public void A_header_that_lies_is_refused(string header, int dataBytes, string message) =>
        Refused(Write(Header(header), dataBytes), message);

    [Theory]
    [InlineData(new byte[] { }, "0 bytes are too few")]
    [InlineData(new byte[] { 1, 2, 3 }, "3 bytes are too few")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 1 }, "claims 18446744073709551615 bytes, but only 1 follow")]
    [InlineData(new byte[] { 100, 0, 0, 0, 0, 0, 0, 0, 1 }, "claims 100 bytes, but only 1 follow")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0 }, "not sound JSON")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0, 0, 0, 0, 91, 93 }, "where an object was expected")]
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 0, 0, 0, 123, 125, 123, 125 }, "not sound JSON")]
    public void Bytes_of_another_kind_are_refused(byte[] bytes, string message) => Refused(_folder.Write("b.safetensors", bytes), message);

    [Fact]
    public void A_header_over_the_limit_is_refused_without_reading_it()
    {
        string path = _folder["big.safetensors"];
        using (FileStream file = File.Create(path))
        {
            file.Write(BitConverter.GetBytes(100_000_001L));
            file.SetLength(8 + 100_000_001L); // sparse
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        Refused(path, "at most 100000000 are allowed");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void A_missing_file_is_named() => Refused(_folder["nowhere.safetensors"], "no such file");

    [Fact]
    public void A_pipe_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no paths there");
        using AnonymousPipeServerStream pipe = new(PipeDirection.Out);
        Refused($"/dev/fd/{pipe.GetClientHandleAsString()}", "is a pipe; expected a file");
    }

    [Fact]
    public void The_writer_demands_what_was_declared()
    {
        SafeTensorsWriter writer = new(
            new MemoryStream(), [new TensorInfo("a", TensorType.F32, 2), new TensorInfo("b", TensorType.F32, 1)]);
        Should.Throw<InvalidOperationException>(() => writer.Write<float>("b", [1]));
        Should.Throw<InvalidOperationException>(() => writer.Write<double>("a", [1]));
        Should.Throw<InvalidOperationException>(() => writer.Write<float>("a", [1, 2, 3]));
        writer.Write<float>("a", [1, 2]);
        Should.Throw<InvalidOperationException>(writer.Finish);
    }

    private static void Refused(string path, string message)
    {
        InputException refusal = Should.Throw<InputException>(() => SafeTensors.Open(path).Dispose());
        refusal.Message.ShouldContain(message);
        refusal.Message.ShouldStartWith(path);
        refusal.Message.ShouldNotContain("\n");
    }

    private sealed class PieceStream : MemoryStream
    {
        public int Longest { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Longest = Math.Max(Longest, buffer.Length);
            base.Write(buffer);
        }
    }

    private static string Header(string tensors) => "{" + tensors + "}";

    private string Write(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        return _folder.Write("a.safetensors", [.. BitConverter.GetBytes((long)json.Length), .. json, .. new byte[dataBytes]]);
    }
}
