using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Reprise.Formats;

/// <summary>
/// Writes a safetensors file as a stream: the header, then the elements of each tensor in ordinal order of names, in any number of
/// pieces. Contiguous, header padded to 8 bytes.
/// </summary>
internal sealed class SafeTensorsWriter
{
    /// <summary>Bytes of a piece: a span of bytes may not hold a whole tensor.</summary>
    internal const int PieceBytes = 1 << 20;

    private readonly Stream _stream;
    private readonly TensorInfo[] _tensors;
    private int _current;
    private long _written; // bytes of the current tensor

    /// <summary>Writes the header. The stream stays the caller's.</summary>
    /// <param name="tensors">The tensors of the file, in any order; <see cref="Write"/> takes them by name.</param>
    public SafeTensorsWriter(Stream stream, IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        _stream = stream;
        _tensors = [.. tensors.OrderBy(t => t.Name, StringComparer.Ordinal)];
        for (int i = 1; i < _tensors.Length; i++)
        {
            if (_tensors[i].Name == _tensors[i - 1].Name)
                throw new ArgumentException($"{_tensors[i].Name} is declared twice", nameof(tensors));
        }

        WriteHeader(metadata);
    }

    /// <summary>Writes a whole file from tensors in memory, atomically (<see cref="AtomicFile"/>).</summary>
    public static void WriteFloats(string path, IReadOnlyDictionary<string, (long[] Shape, float[] Elements)> tensors) =>
        AtomicFile.Write(path, stream =>
        {
            SafeTensorsWriter writer = new(stream, tensors.Select(t => new TensorInfo(t.Key, TensorType.F32, t.Value.Shape)));
            foreach (KeyValuePair<string, (long[] Shape, float[] Elements)> tensor in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
                writer.Write<float>(tensor.Key, tensor.Value.Elements);
            writer.Finish();
        });

    /// <summary>Writes the next elements of <paramref name="name"/>.</summary>
    /// <exception cref="InvalidOperationException">Not this tensor's turn, another type, or more elements than declared.</exception>
    public void Write<T>(string name, ReadOnlySpan<T> elements)
        where T : unmanaged
    {
        AdvanceTo(name);
        string next = _current < _tensors.Length ? _tensors[_current].Name : "the end";
        if (_current == _tensors.Length || next != name)
            throw new InvalidOperationException($"{name} cannot be written now: next is {next}");
        TensorInfo tensor = _tensors[_current];
        if (tensor.Type != TensorTypes.Of<T>())
            throw new InvalidOperationException($"{name} was declared as {tensor.Type}");
        long bytes = (long)elements.Length * tensor.Type.Size();
        if (bytes > tensor.Bytes - _written)
            throw new InvalidOperationException($"{name} was declared with {tensor.Count} elements; these are more");
        while (elements.Length > 0)
        {
            ReadOnlySpan<T> piece = elements[..Math.Min(PieceBytes / tensor.Type.Size(), elements.Length)];
            _stream.Write(MemoryMarshal.AsBytes(piece));
            elements = elements[piece.Length..];
        }

        _written += bytes;
    }

    /// <summary>Checks that everything declared was written.</summary>
    /// <exception cref="InvalidOperationException">Something is missing.</exception>
    public void Finish()
    {
        AdvanceTo(null);
        if (_current < _tensors.Length)
            throw new InvalidOperationException($"{_tensors[_current].Name} was not written whole");
    }

    /// <summary>Passes complete tensors, empty ones included, up to this one or the end.</summary>
    private void AdvanceTo(string? name)
    {
        while (_current < _tensors.Length && _tensors[_current].Name != name && _written == _tensors[_current].Bytes)
        {
            _current++;
            _written = 0;
        }
    }

    private void WriteHeader(IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream header = new();
        using (Utf8JsonWriter json = new(header))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject("__metadata__");
                foreach (KeyValuePair<string, string> entry in metadata.OrderBy(e => e.Key, StringComparer.Ordinal))
                    json.WriteString(entry.Key, entry.Value);
                json.WriteEndObject();
            }

            long offset = 0;
            foreach (TensorInfo tensor in _tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Type.ToString());
                json.WriteStartArray("shape");
                foreach (long size in tensor.Shape)
                    json.WriteNumberValue(size);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(offset);
                json.WriteNumberValue(offset += tensor.Bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (header.Length % 8 != 0)
            header.WriteByte((byte)' ');
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        _stream.Write(length);
        header.WriteTo(_stream);
    }
}
