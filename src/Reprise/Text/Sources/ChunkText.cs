using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Reprise.Text.Sources;

/// <summary>Finds the sentences of a chunk. One for each thread: it owns the memory for decoded text.</summary>
internal sealed class ChunkText(string column)
{
    private char[] _characters = new char[ChunkReader.UsualChunk];
    private byte[] _plain = [];

    /// <summary>Hands each sentence to <paramref name="take"/>; it is valid during the call.</summary>
    /// <exception cref="InputException">The bytes are not text, or not of the format; file, line and byte are named.</exception>
    public void ForEachSentence(TextChunk chunk, Action<ReadOnlySpan<char>> take)
    {
        int zero = chunk.Bytes.IndexOf((byte)0);
        if (zero >= 0)
            throw new InputException(BinaryMessage(chunk.File.Name, chunk.Line + chunk.Bytes[..zero].Count((byte)'\n'), chunk.Offset + zero));
        if (_characters.Length < chunk.Length)
            _characters = new char[chunk.Length];
        switch (chunk.Format)
        {
            case TextFormat.Lines:
                TakeLines(Decode(chunk, chunk.Bytes, 0), take);
                break;
            case TextFormat.JsonLines:
                TakeJson(chunk, take);
                break;
            case TextFormat.Csv:
                TakeRecords(chunk, take);
                break;
            default:
                TakeProse(Decode(chunk, chunk.Bytes, 0), take);
                break;
        }
    }

    public static string BinaryMessage(string file, long line, long offset) =>
        $"{file}: line {line}, byte {offset}: a zero byte; this is a binary file, expected text in UTF-8";

    private static void TakeLines(ReadOnlySpan<char> text, Action<ReadOnlySpan<char>> take)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf('\n');
            ReadOnlySpan<char> line = (end < 0 ? text : text[..end]).Trim();
            if (!line.IsEmpty)
                take(line);
            text = end < 0 ? default : text[(end + 1)..];
        }
    }

    private static void TakeProse(ReadOnlySpan<char> text, Action<ReadOnlySpan<char>> take)
    {
        while (SentenceSplitter.TryTake(ref text, out ReadOnlySpan<char> sentence))
            take(sentence);
    }

    private void TakeJson(TextChunk chunk, Action<ReadOnlySpan<char>> take)
    {
        ReadOnlySpan<byte> bytes = chunk.Bytes;
        for (int at = 0; at < bytes.Length;)
        {
            int length = bytes[at..].IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = length < 0 ? bytes[at..] : bytes.Slice(at, length);
            if (!line.Trim(" \t\r"u8).IsEmpty)
                TakeProse(JsonText(chunk, at, line), take);
            at += line.Length + 1;
        }
    }

    /// <summary>The text of the column in one JSON object; empty where it is null.</summary>
    private ReadOnlySpan<char> JsonText(TextChunk chunk, int at, ReadOnlySpan<byte> line)
    {
        if (!Utf8.IsValid(line))
            Decode(chunk, line, at); // throws, and says where
        try
        {
            Utf8JsonReader json = new(line);
            json.Read();
            if (json.TokenType != JsonTokenType.StartObject)
                throw chunk.Error(at, $"expected a JSON object with the text under \"{column}\"");
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                bool wanted = json.ValueTextEquals(column);
                json.Read();
                if (!wanted)
                {
                    json.Skip();
                    continue;
                }

                if (json.TokenType == JsonTokenType.Null)
                    return default;
                if (json.TokenType != JsonTokenType.String)
                    throw chunk.Error(at, $"\"{column}\" holds no text");
                return _characters.AsSpan(0, json.CopyString(_characters));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw chunk.Error(at, $"not a sound JSON object ({e.Message})");
        }

        throw chunk.Error(at, $"the object has no \"{column}\"");
    }

    private void TakeRecords(TextChunk chunk, Action<ReadOnlySpan<char>> take)
    {
        ReadOnlySpan<byte> bytes = chunk.Bytes;
        if (_plain.Length < bytes.Length)
            _plain = new byte[bytes.Length];
        for (int at = 0; at < bytes.Length;)
        {
            int length = Csv.RecordLength(bytes[at..], chunk.Column.Delimiter);
            ReadOnlySpan<byte> record = length < 0 ? bytes[at..] : bytes.Slice(at, length);
            ReadOnlySpan<byte> field = Csv.Field(record, chunk.Column.Index, chunk.Column.Delimiter);
            if (!Utf8.IsValid(field))
                Decode(chunk, record, at); // throws, and says where
            TakeProse(Decode(chunk, _plain.AsSpan(0, Csv.Unquote(field, _plain)), at), take);
            at += record.Length;
        }
    }

    private ReadOnlySpan<char> Decode(TextChunk chunk, ReadOnlySpan<byte> bytes, int at)
    {
        OperationStatus status = Utf8.ToUtf16(bytes, _characters, out int read, out int written, replaceInvalidSequences: false);
        if (status != OperationStatus.Done)
            throw chunk.Error(at + read, $"not valid UTF-8 (0x{bytes[read]:X2}); convert the text to UTF-8");
        return _characters.AsSpan(0, written);
    }
}
