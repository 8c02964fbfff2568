using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Reprise.Formats;

namespace Reprise.Studies.Surveys;

/// <summary>The fingerprint of a questionnaire, by which answers to another are recognised.</summary>
internal static class Fingerprint
{
    /// <summary>Digits of the hash that every id of a question begins with.</summary>
    public const int IdDigits = 8;

    /// <summary>
    /// SHA-256 over the kind and then each question's sheet and texts, each a line of JSON: <c>"preference"</c>,
    /// <c>[1,"input","A","B"]</c>, …
    /// </summary>
    public static string Of(SurveyKind kind, IEnumerable<(int Sheet, IReadOnlyList<string> Texts)> questions)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(Json.NameOf(kind));
        foreach ((int sheet, IReadOnlyList<string> texts) in questions)
            Add(new JsonArray([sheet, .. texts.Select(text => (JsonNode)text)]));
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(JsonNode line) => hash.AppendData(Encoding.UTF8.GetBytes(Json.Line(line) + "\n"));
    }
}
