using System.Text;
using System.Text.Json;
using Reprise.Formats;

namespace Reprise.Text.Sources;

/// <summary>
/// Finds the texts of one JSON record, which is checked to its end. An object has them under the column; "a.b" is the field b of the object
/// under a, unless a field has that very name. In a list each element counts.
/// </summary>
internal sealed class JsonText(string column)
{
    private readonly byte[] _column = Encoding.UTF8.GetBytes(column);
    private readonly byte[][] _path = [.. column.Split('.').Select(Encoding.UTF8.GetBytes)];
    private char[] _characters = [];
    private int _length;
    private bool _literal; // the field with that very name was found
    private (int At, string What)? _problem;
    private bool _lacking; // the problem is an object without the wanted field

    /// <summary>The ranges of the texts in the characters that <see cref="Read"/> was given.</summary>
    public List<Range> Texts { get; } = [];

    /// <summary>Reads a record.</summary>
    /// <param name="record">Valid UTF-8.</param>
    /// <param name="characters">Room for as many characters as the record has bytes.</param>
    /// <returns>The place and the cause of a fault; null if there is none.</returns>
    public (int At, string What)? Read(ReadOnlySpan<byte> record, char[] characters)
    {
        (_characters, _length, _literal, _problem, _lacking) = (characters, 0, false, null, false);
        Texts.Clear();
        Utf8JsonReader json = new(record);
        try
        {
            json.Read();
            switch (json.TokenType)
            {
                case JsonTokenType.StartObject:
                    TakeObject(ref json, 0);
                    break;
                case JsonTokenType.String when column == PrepareOptions.UsualColumn:
                    TakeText(ref json);
                    break;
                case JsonTokenType.Null:
                    break;
                default:
                    string also = column == PrepareOptions.UsualColumn ? " or a text" : "";
                    Complain(ref json, $"expected an object with \"{Quote.Of(column)}\"{also}; found {NameOf(json.TokenType)}");
                    json.Skip();
                    break;
            }

            json.Read();
            return _lacking && _problem is { } lack ? (lack.At, $"{lack.What}; it has {NamesIn(record[lack.At..])}") : _problem;
        }
        catch (JsonException e)
        {
            return (PlaceOf(record, e), $"not sound JSON: {Cause(e.Message)}");
        }
    }

    private void TakeObject(ref Utf8JsonReader json, int level)
    {
        bool found = false;
        int start = (int)json.TokenStartIndex;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool literal = level == 0 && _path.Length > 1 && json.ValueTextEquals(_column);
            if (!literal && (_literal || !json.ValueTextEquals(_path[level])))
            {
                json.Read();
                json.Skip();
                continue;
            }

            if (literal ? _literal : found)
                Complain(ref json, $"\"{Quote.Of(Encoding.UTF8.GetString(json.ValueSpan))}\" stands twice in one object");
            if (literal && !_literal)
            {
                (_literal, _length, _problem, _lacking) = (true, 0, null, false);
                Texts.Clear();
            }

            found = true;
            json.Read();
            TakeValue(ref json, literal ? _path.Length : level + 1);
        }

        if (found || _problem is not null)
            return;
        _problem = (start, $"the object has no \"{Quote.Of(Encoding.UTF8.GetString(level == 0 ? _column : _path[level]))}\"");
        _lacking = true;
    }

    /// <summary>Reads the value under the first <paramref name="level"/> names of the path.</summary>
    private void TakeValue(ref Utf8JsonReader json, int level)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                break;
            case JsonTokenType.StartArray:
                while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    TakeValue(ref json, level);
                break;
            case JsonTokenType.StartObject when level < _path.Length:
                TakeObject(ref json, level);
                break;
            case JsonTokenType.String when level == _path.Length:
                TakeText(ref json);
                break;
            default:
                string subject = level < _path.Length ? $"\"{Quote.Of(Encoding.UTF8.GetString(_path[level - 1]))}\"" : "it";
                Complain(ref json, $"\"{Quote.Of(column)}\" holds no text: {subject} is {NameOf(json.TokenType)}");
                json.Skip();
                break;
        }
    }

    private void TakeText(ref Utf8JsonReader json)
    {
        try
        {
            int length = json.CopyString(_characters.AsSpan(_length));
            Texts.Add(_length..(_length + length));
            _length += length;
        }
        catch (InvalidOperationException) // an unpaired surrogate, escaped
        {
            Complain(ref json, "the text holds an escape that is no character (\\ud800 to \\udfff stand in pairs)");
        }
    }

    private void Complain(ref Utf8JsonReader json, string what) => _problem ??= ((int)json.TokenStartIndex, what);

    private static string NamesIn(ReadOnlySpan<byte> text)
    {
        const int Most = 10;
        List<string> names = [];
        Utf8JsonReader json = new(text);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName && names.Count < Most)
        {
            names.Add(Quote.Of(Encoding.UTF8.GetString(json.ValueSpan)));
            json.Read();
            json.Skip();
        }

        return names.Count == 0 ? "no fields" : string.Join(", ", names);
    }

    private static int PlaceOf(ReadOnlySpan<byte> record, JsonException e)
    {
        int start = 0;
        for (long line = e.LineNumber ?? 0; line > 0; line--)
            start += record[start..].IndexOf((byte)'\n') + 1;
        return (int)Math.Min(start + (e.BytePositionInLine ?? 0), record.Length);
    }

    /// <summary>The parser's message in one line, without positions, which count from the record's beginning.</summary>
    private static string Cause(string message)
    {
        int place = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (place < 0 ? message : message[..place]).ReplaceLineEndings(" ").TrimEnd('.');
    }

    private static string NameOf(JsonTokenType token) => token switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        _ => "true or false",
    };
}
