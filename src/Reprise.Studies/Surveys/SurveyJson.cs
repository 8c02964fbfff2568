using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Studies.Surveys;

/// <summary>Generated code for the report of a survey.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SurveyReport))]
internal sealed partial class SurveyJson : JsonSerializerContext
{
    public static SurveyJson Types { get; } = new(Json.Options());
}
