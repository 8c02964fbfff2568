using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reprise.Formats;
using Reprise.Text.Sources;

namespace Reprise.Inference;

/// <summary>
/// Reads codes, a row each: NumPy's <c>.npy</c> of float32 or float64, lines of JSON (an array of numbers, or an object that has one as
/// <c>z</c>), or lines of numbers between commas, semicolons, tabs or spaces. The first byte tells which.
/// </summary>
internal static partial class CodeFile
{
    private const int LongestHeader = 1 << 16;
    private const byte NpyFirst = 0x93;
    private const string Formats = "expected a NumPy file, lines of JSON, or lines of numbers between commas";

    private static readonly char[] s_separators = [',', ';', '\t', ' '];

    private static ReadOnlySpan<byte> NpyMagic => [NpyFirst, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>All codes, read on demand.</summary>
    /// <param name="source">Owned by this.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="size">Z: the numbers of a code.</param>
    /// <exception cref="InputException">A row has not Z finite numbers, or the file is of another kind; the row is named.</exception>
    public static IEnumerable<float[]> Read(Stream source, string name, int size, Action<string>? warn)
    {
        using Stream owned = source;
        ByteInput stream = new(source);
        bool isNpy;
        try
        {
            isNpy = stream.Peek(1) is [NpyFirst];
        }
        catch (IOException e)
        {
            throw OutsideFile.Unreadable(name, e);
        }

        long row = 0;
        foreach (float[] code in isNpy ? ReadNpy(stream, name, size) : ReadLines(stream, name, size, warn))
        {
            row++;
            yield return code;
        }

        if (row == 0)
            throw new InputException($"{name}: no codes; {Formats}");
    }

    private static IEnumerable<float[]> ReadNpy(Stream stream, string name, int size)
    {
        (long rows, int bytes) = ReadHeader(stream, name, size);
        byte[] buffer = new byte[size * bytes];
        for (long row = 1; row <= rows; row++)
        {
            if (ReadBytes(stream, buffer, name) < buffer.Length)
                throw new InputException($"{name}: ends in row {row} of {rows}; is it whole?");
            float[] code = new float[size];
            for (int k = 0; k < size; k++)
            {
                double number = bytes == sizeof(float)
                    ? BinaryPrimitives.ReadSingleLittleEndian(buffer.AsSpan(k * bytes))
                    : BinaryPrimitives.ReadDoubleLittleEndian(buffer.AsSpan(k * bytes));
                code[k] = Finite(number, $"{name}: row {row}", k);
            }

            yield return code;
        }

        if (ReadBytes(stream, buffer.AsSpan(0, 1), name) > 0)
            throw new InputException($"{name}: goes on behind its {rows} rows; is it one array?");
    }

    private static (long Rows, int Bytes) ReadHeader(Stream stream, string name, int size)
    {
        byte[] head = new byte[12];
        int length = -1;
        if (ReadBytes(stream, head.AsSpan(0, 10), name) == 10 && head.AsSpan(0, 6).SequenceEqual(NpyMagic))
        {
            length = head[6] == 1 ? BinaryPrimitives.ReadUInt16LittleEndian(head.AsSpan(8))
                : ReadBytes(stream, head.AsSpan(10, 2), name) == 2 ? BinaryPrimitives.ReadInt32LittleEndian(head.AsSpan(8))
                : -1;
        }

        byte[] text = new byte[length is >= 0 and <= LongestHeader ? length : 0];
        if (text.Length == 0 || ReadBytes(stream, text, name) < text.Length)
            throw new InputException($"{name}: the header of a NumPy file is not whole");
        string header = Encoding.UTF8.GetString(text);
        Match type = TypeOf().Match(header), shape = ShapeOf().Match(header), order = OrderOf().Match(header);
        if (!type.Success || !shape.Success || !order.Success)
            throw new InputException($"{name}: {Quote.Of(header.Trim())}; expected an array of float32 or float64");
        int bytes = type.Groups[1].Value switch
        {
            "<f4" => sizeof(float),
            "<f8" => sizeof(double),
            string other => throw new InputException($"{name}: type '{Quote.Of(other)}'; expected '<f4' or '<f8' (float32 or float64)"),
        };
        string[] sizes = shape.Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        long[] extents = [.. sizes.Select(
            extent => long.TryParse(extent, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : -1)];
        if (extents is not ([>= 0, > 0] or [> 0]) || extents[^1] != size)
            throw new InputException($"{name}: shape ({Quote.Of(shape.Groups[1].Value)}); this model's codes are rows of {size} numbers");
        return order.Groups[1].Value == "True" && extents.Length == 2
            ? throw new InputException($"{name}: its columns lie one after the other; save numpy.ascontiguousarray of it")
            : (extents.Length == 2 ? extents[0] : 1, bytes);
    }

    private static IEnumerable<float[]> ReadLines(Stream stream, string name, int size, Action<string>? warn)
    {
        long row = 0;
        foreach (string line in TextLines.Of(stream, name, warn))
        {
            string where = $"{name}: row {++row}", text = line.Trim();
            yield return text switch
            {
                "" => throw new InputException($"{where}: empty; expected {size} numbers"),
                ['[' or '{', ..] => OfJson(text, where, size),
                _ => OfText(text, where, size),
            };
        }
    }

    private static float[] OfJson(string text, string where, int size)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            JsonElement array = document.RootElement;
            if (array.ValueKind == JsonValueKind.Object && !array.TryGetProperty("z", out array))
                throw new InputException($"{where}: no \"z\"; expected an array of {size} numbers, or an object that has one as z");
            if (array.ValueKind != JsonValueKind.Array)
                throw new InputException($"{where}: {array.ValueKind.ToString().ToLowerInvariant()}; expected an array of {size} numbers");
            Expect(array.GetArrayLength(), size, where);
            return [.. array.EnumerateArray().Select((number, k) => number.ValueKind == JsonValueKind.Number
                ? Finite(number.GetDouble(), where, k)
                : throw new InputException($"{where}: number {k + 1} is {Quote.Of(number.GetRawText())}; expected a finite number"))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // a name of half a surrogate pair is the latter
        {
            throw new InputException($"{where}: is no JSON: {e.Message}", e);
        }
    }

    private static float[] OfText(string text, string where, int size)
    {
        char separator = s_separators.FirstOrDefault(text.Contains, ',');
        StringSplitOptions options = separator == ' ' ? StringSplitOptions.RemoveEmptyEntries : StringSplitOptions.None;
        string[] numbers = text.Split(separator, options | StringSplitOptions.TrimEntries);
        if (numbers.FirstOrDefault(number => !TryParse(number, out _)) is { } other)
            throw new InputException($"{where}: \"{Quote.Of(other)}\" is no number; {Formats}, {size} a line and no header");
        Expect(numbers.Length, size, where);
        return [.. numbers.Select((number, k) => TryParse(number, out double value) ? Finite(value, where, k) : 0)];

        static bool TryParse(string number, out double value) =>
            double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static void Expect(int found, int size, string where)
    {
        if (found != size)
            throw new InputException($"{where}: {found} numbers; this model's codes have {size}");
    }

    private static float Finite(double number, string where, int index) =>
        float.IsFinite((float)number)
            ? (float)number
            : throw new InputException(FormattableString.Invariant($"{where}: number {index + 1} is {number}; expected a finite float32"));

    private static int ReadBytes(Stream stream, Span<byte> buffer, string name)
    {
        try
        {
            return stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (IOException e)
        {
            throw OutsideFile.Unreadable(name, e);
        }
    }

    [GeneratedRegex("'descr': *'([^']*)'")]
    private static partial Regex TypeOf();

    [GeneratedRegex(@"'shape': *\(([^)]*)\)")]
    private static partial Regex ShapeOf();

    [GeneratedRegex("'fortran_order': *(True|False)")]
    private static partial Regex OrderOf();
}
