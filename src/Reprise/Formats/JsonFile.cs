using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Reprise.Formats;

/// <summary>An object of an untrusted JSON file. Errors name the field and the expected value.</summary>
internal sealed class JsonFile
{
    private readonly string _path;
    private readonly string _prefix;
    private readonly JsonObject _json;

    private JsonFile(string path, string prefix, JsonObject json)
    {
        _path = path;
        _prefix = prefix;
        _json = json;
    }

    /// <param name="most">Bytes that the file may have.</param>
    public static JsonFile Load(string path, int most = JsonBytes.Settings)
    {
        byte[] bytes = JsonBytes.Read(path, most);
        try
        {
            JsonNode? node = JsonNode.Parse(bytes, nodeOptions: null, JsonBytes.Options);
            string kind = node?.GetValueKind().ToString() ?? "null";
            return node is JsonObject json
                ? new JsonFile(path, "", json)
                : throw new InputException($"{path}: expected a JSON object, found {kind}");
        }
        catch (JsonException e)
        {
            throw new InputException($"{path}: not sound JSON: {JsonBytes.FirstLine(e)}", e);
        }
    }

    /// <summary>An object from within a file.</summary>
    /// <param name="prefix">Its place there, ending in a full stop.</param>
    public static JsonFile Part(string path, string prefix, JsonObject json) => new(path, prefix, json);

    public IEnumerable<string> Names => _json.Select(p => p.Key);

    public bool Has(string name) => _json.ContainsKey(name);

    public string Text(string name) => Value<string>(name, "text");

    public int Integer(string name) => Value<int>(name, "a whole number");

    public long Steps(string name) => Value<long>(name, "a whole number");

    public double Number(string name) => Value<double>(name, "a number");

    public ulong Seed(string name) => Value<ulong>(name, "a whole number that is not negative");

    public bool Boolean(string name) => Value<bool>(name, "true or false");

    /// <summary>An enumeration by its name in camel case.</summary>
    public T Choice<T>(string name)
        where T : struct, Enum
    {
        string[] names = [.. Enum.GetValues<T>().Select(Json.NameOf)];
        string found = Text(name);
        int index = Array.IndexOf(names, found);
        return index >= 0
            ? Enum.GetValues<T>()[index]
            : throw new InputException($"{_path}: {_prefix}{name} is \"{found}\"; expected {string.Join(", ", names)}");
    }

    public JsonFile Object(string name) => Find(name) is JsonObject json
        ? new JsonFile(_path, $"{_prefix}{name}.", json)
        : throw Wrong(name, "an object");

    /// <summary>The objects of an array.</summary>
    public IReadOnlyList<JsonFile> Objects(string name) => Find(name) is JsonArray array && array.All(element => element is JsonObject)
        ? [.. array.Select((element, i) => new JsonFile(_path, $"{_prefix}{name}[{i}].", element!.AsObject()))]
        : throw Wrong(name, "an array of objects");

    /// <summary>The object of this name, or null where there is none.</summary>
    public JsonObject? Optional(string name) => !_json.TryGetPropertyValue(name, out JsonNode? value) || value is null
        ? null
        : value as JsonObject ?? throw Wrong(name, "an object");

    /// <summary>A copy of the whole object.</summary>
    public JsonObject Copy() => _json.DeepClone().AsObject();

    /// <summary>The whole object as a record.</summary>
    public T As<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return _json.Deserialize(type)!;
        }
        catch (JsonException e)
        {
            throw new InputException($"{_path}: not sound JSON: {JsonBytes.FirstLine(e)}", e);
        }
    }

    private T Value<T>(string name, string expected) =>
        Find(name) is JsonValue value && value.TryGetValue(out T? found) ? found : throw Wrong(name, expected);

    private JsonNode? Find(string name)
    {
        if (_json.TryGetPropertyValue(name, out JsonNode? value))
            return value;
        string? similar = _json.Select(p => p.Key).FirstOrDefault(key => Similar(key, name));
        string hint = similar is not null ? $"; is \"{similar}\" meant?"
            : _json.Count == 0 ? "; found nothing"
            : $"; found {string.Join(", ", _json.Select(p => p.Key).Take(12))}";
        throw new InputException($"{_path}: {_prefix}{name} is missing{hint}");
    }

    private InputException Wrong(string name, string expected)
    {
        string json = _json[name]?.ToJsonString() ?? "null";
        string found = json.Length > 60 ? json[..60] + "…" : json;
        return new InputException($"{_path}: {_prefix}{name}: expected {expected}, found {found}");
    }

    // The same letters but for case, marks and a few mistakes.
    private static bool Similar(string found, string name)
    {
        string a = new([.. found.Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);
        string b = name.ToLowerInvariant();
        return a.Length <= 64 && EditDistance.Between<char>(a, b) <= 2;
    }
}
