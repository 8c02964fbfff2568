using System.Text.Json;

namespace Reprise.Formats;

/// <summary>
/// Untrusted JSON, checked before objects are built from it, so that they take at most a few times its size.
/// </summary>
internal static class JsonBytes
{
    /// <summary>The most bytes of a file of settings, and of a line of JSON Lines.</summary>
    public const int Settings = 1 << 20;

    /// <summary>The most bytes of a file that holds a list.</summary>
    public const int List = 1 << 24;

    public const int MostDepth = 16;
    private const int BytesPerValue = 16; // the least mean over a file of the greatest size

    /// <summary>Options of the parser.</summary>
    public static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MostDepth };

    /// <summary>The bytes of a file that holds one sound value of JSON.</summary>
    /// <param name="most">Bytes that the file may have.</param>
    /// <param name="toDo">Advice about an unsound file, for the message.</param>
    /// <exception cref="InputException">The file is missing, too large, or not sound.</exception>
    public static byte[] Read(string path, int most, string? toDo = null)
    {
        byte[] bytes = OutsideFile.ReadAll(path, most);
        if (Utf8Text.Check(path, bytes).Length < bytes.Length)
            bytes = bytes[3..]; // a byte order mark
        try
        {
            Check(bytes, most);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new InputException($"{path}: not sound JSON: {FirstLine(e)}{(toDo is null ? "" : $"; {toDo}")}", e);
        }

        return bytes;
    }

    /// <summary>The first line of a JSON parser's message, without names of types.</summary>
    public static string FirstLine(Exception e)
    {
        string line = e.Message.Split('\n')[0].Trim();
        if (line.Contains("missing required properties", StringComparison.Ordinal))
            return $"{line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' ', '.')} is missing";
        bool isOfType = line.Contains("could not be converted", StringComparison.Ordinal) && e is JsonException { Path: not null };
        return isOfType ? $"{((JsonException)e).Path!.TrimStart('$', '.')} is not what is expected there" : line;
    }

    /// <summary>Checks depth, number of values, and that all text is sound Unicode.</summary>
    /// <exception cref="JsonException">It is not sound.</exception>
    /// <exception cref="InvalidOperationException">Text is not sound.</exception>
    private static void Check(ReadOnlySpan<byte> json, int most)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = MostDepth });
        int values = 0;
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String)
                reader.GetString();
            bool isValue = reader.TokenType is not (JsonTokenType.PropertyName or JsonTokenType.EndArray or JsonTokenType.EndObject);
            if (isValue && ++values > most / BytesPerValue)
                throw new JsonException($"it holds more than {most / BytesPerValue} values");
        }
    }
}
