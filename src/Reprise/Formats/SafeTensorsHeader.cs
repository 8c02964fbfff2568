using System.Buffers.Binary;
using System.Text.Json;

namespace Reprise.Formats;

/// <summary>The checked header of a safetensors file: 8 bytes of length, then that much JSON.</summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The format's own limit.</summary>
    private const long LongestHeader = 100_000_000;
    private const int MostDimensions = 16;
    private const int MostEntries = 100_000; // tensors, or texts of the metadata: objects take a few times the header's size
    private const int LengthBytes = sizeof(ulong);
    private const string MetadataName = "__metadata__";

    private readonly string _path;
    private bool _hasMetadata;

    private SafeTensorsHeader(string path) => _path = path;

    public Dictionary<string, TensorInfo> Tensors { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    /// <summary>The byte of the file at which the elements begin.</summary>
    public long DataStart { get; private set; }

    public static SafeTensorsHeader Read(InputBytes file)
    {
        SafeTensorsHeader header = new(file.FilePath);
        if (file.Length < LengthBytes)
            throw header.Broken($"{file.Length} bytes are too few; expected at least the 8 of the header's length");
        Span<byte> start = stackalloc byte[LengthBytes];
        file.Read(0, start);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(start);
        if (length > (ulong)(file.Length - LengthBytes))
        {
            long follow = file.Length - LengthBytes;
            throw header.Broken($"its header claims {length} bytes, but only {follow} follow; the file is truncated or of another kind");
        }

        if (length > LongestHeader)
            throw header.Broken($"its header claims {length} bytes; at most {LongestHeader} are allowed");

        byte[] text = new byte[length];
        file.Read(LengthBytes, text);
        long dataStart = header.DataStart = LengthBytes + text.Length;
        try
        {
            Utf8JsonReader json = new(text, new JsonReaderOptions { MaxDepth = 8 });
            header.ReadTensors(ref json, dataStart);
            if (json.Read())
                throw header.Broken("something follows the header's JSON object");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw header.Broken($"its header is not sound JSON ({e.Message})", e);
        }

        header.CheckTiling(dataStart, file.Length);
        return header;
    }

    private void ReadTensors(ref Utf8JsonReader json, long dataStart)
    {
        json.Read();
        Expect(ref json, JsonTokenType.StartObject, "an object");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string name = json.GetString()!;
            json.Read();
            if (name == MetadataName)
                ReadMetadata(ref json);
            else if (Tensors.Count == MostEntries)
                throw Broken($"its header names more than {MostEntries} tensors");
            else if (!Tensors.TryAdd(name, ReadTensor(ref json, name, dataStart)))
                throw Broken($"{name} stands twice in its header");
        }
    }

    // As in the format's own reader: texts by name, or null for none.
    private void ReadMetadata(ref Utf8JsonReader json)
    {
        if (_hasMetadata)
            throw Broken($"{MetadataName} stands twice in its header");
        _hasMetadata = true;
        if (json.TokenType == JsonTokenType.Null)
            return;
        Expect(ref json, JsonTokenType.StartObject, $"an object under {MetadataName}");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            if (Metadata.Count == MostEntries)
                throw Broken($"its header has more than {MostEntries} texts under {MetadataName}");
            json.Read();
            Expect(ref json, JsonTokenType.String, $"text under {MetadataName}.{key}");
            Metadata[key] = json.GetString()!;
        }
    }

    private TensorInfo ReadTensor(ref Utf8JsonReader json, string name, long dataStart)
    {
        Expect(ref json, JsonTokenType.StartObject, $"an object for {name}");
        string? typeName = null;
        List<long>? shape = null, offsets = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            string key = json.GetString()!;
            json.Read();
            switch (key)
            {
                case "dtype" when typeName is null:
                    Expect(ref json, JsonTokenType.String, $"{name}.dtype as text");
                    typeName = json.GetString();
                    break;
                case "shape" when shape is null:
                    shape = ReadNumbers(ref json, $"{name}.shape");
                    break;
                case "data_offsets" when offsets is null:
                    offsets = ReadNumbers(ref json, $"{name}.data_offsets");
                    break;
                default:
                    throw Broken($"{name} has an unexpected or repeated key \"{key}\"");
            }
        }

        if (typeName is null || shape is null || offsets is null)
            throw Broken($"{name} lacks {(typeName is null ? "dtype" : shape is null ? "shape" : "data_offsets")}");
        if (!Enum.TryParse(typeName, out TensorType type) || type.ToString() != typeName)
            throw Broken($"{name} has the type {typeName}; expected one of {string.Join(", ", Enum.GetNames<TensorType>())}");
        long[] sizes = [.. shape];
        if (!TensorInfo.TryCount(sizes, type.Size(), out long count))
            throw Broken($"{name}: the shape {TensorInfo.Describe(sizes)} overflows");
        if (offsets.Count != 2 || offsets[0] > offsets[1])
            throw Broken($"{name}: data_offsets [{string.Join(", ", offsets)}] are not a begin and an end");
        (long needed, long held) = (count * type.Size(), offsets[1] - offsets[0]);
        if (held != needed)
            throw Broken($"{name}: {type} {TensorInfo.Describe(sizes)} takes {needed} bytes, its data_offsets hold {held}");
        if (offsets[1] > long.MaxValue - dataStart)
            throw Broken($"{name}: data_offsets [{string.Join(", ", offsets)}] overflow");
        return new TensorInfo(name, type, sizes) { Offset = dataStart + offsets[0] };
    }

    private List<long> ReadNumbers(ref Utf8JsonReader json, string what)
    {
        Expect(ref json, JsonTokenType.StartArray, $"a list for {what}");
        List<long> numbers = [];
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            if (json.TokenType != JsonTokenType.Number || !json.TryGetInt64(out long number) || number < 0)
                throw Broken($"{what} holds something else than a whole number from 0 to {long.MaxValue}");
            if (numbers.Count == MostDimensions)
                throw Broken($"{what} has more than {MostDimensions} entries");
            numbers.Add(number);
        }

        return numbers;
    }

    /// <summary>Checks that the tensors fill the data section: no byte twice, no gap, none beyond the end.</summary>
    private void CheckTiling(long dataStart, long fileLength)
    {
        long end = dataStart;
        foreach (TensorInfo tensor in Tensors.Values.OrderBy(t => t.Offset).ThenBy(t => t.Bytes))
        {
            if (tensor.Offset < end)
                throw Broken($"{tensor.Name} begins at byte {tensor.Offset - dataStart} of the data, within the tensor before it");
            if (tensor.Offset > end)
                throw Broken($"{tensor.Offset - end} bytes before {tensor.Name} belong to no tensor");
            end += tensor.Bytes;
            if (end > fileLength)
                throw Broken($"{tensor.Name} ends at byte {end}, but the file has {fileLength}; it is truncated");
        }

        if (end < fileLength)
            throw Broken($"{fileLength - end} bytes at its end belong to no tensor");
    }

    private void Expect(ref Utf8JsonReader json, JsonTokenType type, string what)
    {
        if (json.TokenType != type)
            throw Broken($"its header holds {json.TokenType} where {what} was expected");
    }

    private InputException Broken(string how, Exception? inner = null)
    {
        string message = $"{_path}: not a sound safetensors file: {how}";
        return inner is null ? new InputException(message) : new InputException(message, inner);
    }
}
