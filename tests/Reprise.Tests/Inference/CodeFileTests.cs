using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Reprise.Formats;
using Reprise.Inference;

namespace Reprise.Tests.Inference;

/// <summary>Codes from files: what NumPy and others write, and what is refused.</summary>
public sealed class CodeFileTests
{
    private const string Name = "z.npy";

    private static readonly float[][] s_codes = [[1, -2.5f, 3e-8f], [0, 4, -1e8f]];

    [Theory]
    [InlineData("<f4", 1)]
    [InlineData("<f8", 1)]
    [InlineData("<f8", 2)]
    public void NumPy_arrays_are_read(string type, byte version)
    {
        byte[] file = Npy(type, "(2, 3)", Numbers(type), version);
        Read(file).ShouldBe(s_codes);
        Read(Npy(type, "(3,)", Numbers(type)[..(3 * (type == "<f4" ? 4 : 8))], version)).ShouldBe(s_codes[..1]);
    }

    [Fact]
    public void What_encode_writes_is_read()
    {
        using MemoryStream stream = new();
        Npy npy = new(stream, 3);
        npy.Write([.. s_codes.SelectMany(code => code)]);
        npy.Finish();
        Read(stream.ToArray()).ShouldBe(s_codes);
    }

    [Theory]
    [InlineData("1,-2.5,3e-8\n0,4,-1e8\n")]
    [InlineData("1; -2.5; 3e-8\r\n0;4;-1e8")]
    [InlineData("1\t-2.5\t3e-8\n0\t4\t-1e8\n")]
    [InlineData("1  -2.5 3e-8\n 0 4 -1E+8\n")]
    [InlineData("[1, -2.5, 3e-8]\n{\"text\": \"a\", \"z\": [0, 4, -1e8]}\n")]
    public void Lines_are_read(string text) => Read(Encoding.UTF8.GetBytes(text)).ShouldBe(s_codes);

    [Theory]
    [InlineData("", "no codes")]
    [InlineData("1,2,3\n1,2\n", "row 2: 2 numbers; this model's codes have 3")]
    [InlineData("1,2,3\n\n", "row 2: empty")]
    [InlineData("a,b,c\n1,2,3\n", "row 1: \"a\" is no number")]
    [InlineData("1,,3\n", "row 1: \"\" is no number")]
    [InlineData("1,2,NaN\n", "row 1: number 3 is NaN")]
    [InlineData("1,2,1e39\n", "row 1: number 3 is 1E+39")]
    [InlineData("[1,2,3]\n[1,2,null]\n", "row 2: number 3 is null")]
    [InlineData("[1,2,3\n", "row 1: is no JSON")]
    [InlineData("{\"code\":[1,2,3]}\n", "row 1: no \"z\"")]
    [InlineData("{\"z\":[1,2,3],\"\\ud800\":1}\n", "row 1: is no JSON")]
    [InlineData("{\"z\":7}\n", "row 1: number; expected an array of 3 numbers")]
    public void Other_lines_are_refused_by_their_row(string text, string message) =>
        Should.Throw<InputException>(() => Read(Encoding.UTF8.GetBytes(text))).Message.ShouldContain(message);

    [Theory]
    [InlineData("<f4", "(2, 4)", "shape (2, 4); this model's codes are rows of 3 numbers")]
    [InlineData("<f4", "(2, 3, 1)", "shape (2, 3, 1)")]
    [InlineData("<f4", "()", "shape ()")]
    [InlineData("<f4", "(-2, 3)", "shape (-2, 3)")]
    [InlineData("<f4", "(99999999999999999999, 3)", "shape (99999999999999999999, 3)")]
    [InlineData("<f2", "(2, 3)", "type '<f2'; expected '<f4' or '<f8'")]
    [InlineData(">f4", "(2, 3)", "type '>f4'")]
    [InlineData("<f4", "(3, 3)", "ends in row 3 of 3")]
    [InlineData("<f4", "(1, 3)", "goes on behind its 1 rows")]
    public void Other_arrays_are_refused(string type, string shape, string message) =>
        Should.Throw<InputException>(() => Read(Npy(type, shape, Numbers("<f4")))).Message.ShouldContain(message);

    [Fact]
    public void Columns_in_a_row_and_numbers_that_are_none_are_refused()
    {
        Should.Throw<InputException>(() => Read(Npy("<f4", "(2, 3)", Numbers("<f4"), fortran: "True"))).Message
            .ShouldContain("numpy.ascontiguousarray");
        Should.Throw<InputException>(() => Read(Npy("<f4", "(2, 3)", Numbers("<f4"), fortran: "Maybe"))).Message
            .ShouldContain("expected an array of float32");
        byte[] numbers = Numbers("<f4");
        BinaryPrimitives.WriteSingleLittleEndian(numbers.AsSpan(16), float.NaN);
        Should.Throw<InputException>(() => Read(Npy("<f4", "(2, 3)", numbers))).Message.ShouldContain("row 2: number 2 is NaN");
    }

    [Fact]
    public void A_header_that_is_cut_or_too_long_is_refused()
    {
        byte[] file = Npy("<f4", "(2, 3)", Numbers("<f4"));
        foreach (int length in new[] { 1, 5, 9, 10, 40 })
            Should.Throw<InputException>(() => Read(file[..length])).Message.ShouldContain("the header of a NumPy file is not whole");
        byte[] huge = [0x93, .. "NUMPY"u8, 2, 0, 0xFF, 0xFF, 0xFF, 0x7F];
        Should.Throw<InputException>(() => Read(huge)).Message.ShouldContain("not whole");
    }

    private static float[][] Read(byte[] file) => [.. CodeFile.Read(new MemoryStream(file), Name, 3, null)];

    private static byte[] Numbers(string type) => type == "<f4"
        ? MemoryMarshal.AsBytes(s_codes.SelectMany(code => code).ToArray().AsSpan()).ToArray()
        : MemoryMarshal.AsBytes(s_codes.SelectMany(code => code).Select(x => (double)x).ToArray().AsSpan()).ToArray();

    private static byte[] Npy(string type, string shape, byte[] numbers, byte version = 1, string fortran = "False")
    {
        byte[] header = Encoding.ASCII.GetBytes($"{{'descr': '{type}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
        byte[] length = version == 1
            ? [(byte)header.Length, (byte)(header.Length >> 8)]
            : [(byte)header.Length, (byte)(header.Length >> 8), 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. header, .. numbers];
    }
}
