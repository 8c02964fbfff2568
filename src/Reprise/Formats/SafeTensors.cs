using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Reprise.Formats;

/// <summary>
/// A safetensors file, open for reading: named tensors of plain numbers, little-endian, row-major.
/// The file is not trusted: everything is checked when it is opened, and nothing is allocated by a size that it states.
/// Safe for concurrent reading.
/// </summary>
/// <remarks>Source: the format's own description, https://github.com/huggingface/safetensors#format.</remarks>
internal sealed class SafeTensors : IDisposable
{
    /// <summary>The metadata's key of the SHA-256 of header and elements, in hexadecimal (<see cref="HeaderOf"/>).</summary>
    internal const string SumKey = "sha256";

    private readonly InputBytes _file;
    private readonly long _dataStart;
    private readonly Dictionary<string, TensorInfo> _tensors;

    private SafeTensors(InputBytes file, SafeTensorsHeader header)
    {
        _file = file;
        _dataStart = header.DataStart;
        _tensors = header.Tensors;
        Metadata = header.Metadata;
        Names = [.. _tensors.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>The path it was opened by, for messages.</summary>
    public string FilePath => _file.FilePath;

    /// <summary>All names, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The texts under <c>__metadata__</c>; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The file's bytes, in which each tensor has its <see cref="TensorInfo.Offset"/>.</summary>
    internal InputBytes Bytes => _file;

    /// <summary>Opens <paramref name="path"/> and checks its header.</summary>
    /// <exception cref="InputException">The file is missing, unreadable or not a whole and sound safetensors file.</exception>
    public static SafeTensors Open(string path)
    {
        InputBytes file = InputBytes.Open(path);
        try
        {
            return new SafeTensors(file, SafeTensorsHeader.Read(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>True if the file has a tensor of this name.</summary>
    public bool Contains(string name) => _tensors.ContainsKey(name);

    /// <summary>Type and shape of a tensor.</summary>
    /// <exception cref="InputException">The file has no such tensor.</exception>
    public TensorInfo this[string name] => _tensors.TryGetValue(name, out TensorInfo? tensor)
        ? tensor
        : throw new InputException($"{FilePath}: {name} is missing; the file holds {Summary()}");

    /// <summary>Sizes of a tensor; empty for a scalar.</summary>
    /// <exception cref="InputException">The file has no such tensor.</exception>
    public ReadOnlySpan<long> Shape(string name) => this[name].Shape;

    /// <summary>Checks that a tensor is there with this type and this shape.</summary>
    /// <exception cref="InputException">It is missing or differs: expected and found are named.</exception>
    public TensorInfo Expect(string name, TensorType type, params ReadOnlySpan<long> shape)
    {
        TensorInfo found = this[name];
        if (found.Type == type && found.Shape.SequenceEqual(shape))
            return found;
        string difference = $"expected {type} {TensorInfo.Describe(shape)}, found {found.Type} {TensorInfo.Describe(found.Shape)}";
        throw new InputException($"{FilePath}: {name}: {difference}");
    }

    /// <summary>Copies a float32 tensor of the expected shape to <paramref name="destination"/>, which has exactly its size.</summary>
    /// <exception cref="InputException">It is missing or has another type or shape.</exception>
    public void ReadFloats(string name, Span<float> destination, params ReadOnlySpan<long> shape)
    {
        Expect(name, TensorType.F32, shape);
        Read(name, 0, destination);
    }

    /// <summary>
    /// Copies elements from <paramref name="start"/> on (in row-major order), as many as <paramref name="destination"/> holds.
    /// </summary>
    /// <exception cref="InputException">The tensor is missing or its elements are not of type <typeparamref name="T"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range leaves the tensor.</exception>
    public void Read<T>(string name, long start, Span<T> destination)
        where T : unmanaged => Read(name, start, destination, SafeTensorsWriter.PieceBytes);

    /// <summary>Reads in pieces, because a span of bytes may not hold all of <paramref name="destination"/>.</summary>
    internal void Read<T>(string name, long start, Span<T> destination, int pieceBytes)
        where T : unmanaged
    {
        TensorInfo tensor = this[name];
        if (tensor.Type != TensorTypes.Of<T>())
            throw new InputException($"{FilePath}: {name}: expected {TensorTypes.Of<T>()}, found {tensor.Type}");
        CheckRange(tensor, start, destination.Length);
        while (destination.Length > 0)
        {
            Span<T> piece = destination[..Math.Min(pieceBytes / tensor.Type.Size(), destination.Length)];
            _file.Read(tensor.Offset + (start * tensor.Type.Size()), MemoryMarshal.AsBytes(piece));
            start += piece.Length;
            destination = destination[piece.Length..];
        }
    }

    /// <summary>
    /// The text that a checksum covers beside the elements: in the order of names a line <c>name type [sizes] offset</c> for each tensor,
    /// then <c>key=value</c> for each text of the metadata except the checksum.
    /// </summary>
    /// <param name="dataStart">The byte from which offsets count; tensors yet to be written are placed one after the other.</param>
    internal static byte[] HeaderOf(IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string> metadata, long dataStart)
    {
        StringBuilder header = new();
        long next = 0;
        foreach (TensorInfo tensor in tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            header.Append(CultureInfo.InvariantCulture, $"{tensor} {(tensor.Offset > 0 ? tensor.Offset - dataStart : next)}\n");
            next += tensor.Bytes;
        }

        foreach ((string key, string value) in metadata.OrderBy(text => text.Key, StringComparer.Ordinal))
            header.Append(key == SumKey ? "" : $"{key}={value}\n");
        return Encoding.UTF8.GetBytes(header.ToString());
    }

    /// <summary>Checks header and elements against the checksum of the metadata; reads nothing without one.</summary>
    /// <param name="read">Receives the number of bytes of each read.</param>
    /// <exception cref="InputException">They are not those that were written.</exception>
    internal FileSum CheckSum(Action<int>? read = null, CancellationToken cancellation = default)
    {
        string? expected = Metadata.GetValueOrDefault(SumKey);
        byte[] header = HeaderOf(_tensors.Values, Metadata, _dataStart);
        if (expected is not null && _file.Sha256(header, _dataStart, read, cancellation) is var found && found != expected)
        {
            string toDo = $"copy it again, or take {SumKey} out of its metadata if it was changed on purpose";
            throw FileSum.Differs(FilePath, expected, found, toDo);
        }

        return new FileSum(Path.GetFileName(FilePath), _file.Length, expected is not null);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void CheckRange(TensorInfo tensor, long start, int count)
    {
        if (start < 0 || start > tensor.Count - count)
            throw new ArgumentOutOfRangeException(nameof(start), $"elements [{start}, {start} + {count}) of {tensor}");
    }

    private string Summary() => Names.Count switch
    {
        0 => "no tensor",
        <= 6 => string.Join(", ", Names),
        _ => $"{Names.Count} tensors: {string.Join(", ", Names.Take(5))}, …",
    };
}
