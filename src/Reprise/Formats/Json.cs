using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Reprise.Formats;

/// <summary>The JSON of Reprise: names in camel case, text unescaped, line feeds, an indent of two spaces.</summary>
/// <remarks>
/// Types are described by generated code (one <see cref="JsonSerializerContext"/> an assembly), so that a trimmed program and one compiled
/// ahead of time can read a model.
/// </remarks>
internal static class Json
{
    private static readonly JsonSerializerOptions s_indented = Options(indented: true);
    private static readonly JsonSerializerOptions s_compact = Options(indented: false);

    /// <summary>Options of a context; a number that is not finite is a text: "NaN", "Infinity", "-Infinity".</summary>
    public static JsonSerializerOptions Options(bool indented = true) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        WriteIndented = indented,
        NewLine = "\n",
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        MaxDepth = JsonBytes.MostDepth,
    };

    /// <summary>The text of a file.</summary>
    public static string File(JsonNode json) => json.ToJsonString(s_indented) + "\n";

    /// <summary>A value on one line, without its line feed.</summary>
    public static string Line(JsonNode json) => json.ToJsonString(s_compact);

    public static JsonObject Object<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToNode(value, type)!.AsObject();

    /// <summary>The value of an object; an absent property has its value in <paramref name="defaults"/>.</summary>
    /// <remarks>Generated code sets an absent init-only property to zero, whatever its initialiser.</remarks>
    /// <exception cref="JsonException">The object is of another type.</exception>
    public static T Read<T>(JsonObject json, T defaults, JsonTypeInfo<T> type)
    {
        JsonObject all = Object(defaults, type);
        foreach ((string name, JsonNode? value) in json)
            all[name] = value?.DeepClone();
        return all.Deserialize(type)!;
    }

    /// <summary>The name of an enumeration's value.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}

/// <summary>Converts an enumeration by names in camel case, or by those of its members' attributes; numbers are refused.</summary>
internal sealed class EnumNames<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false)
    where T : struct, Enum;
