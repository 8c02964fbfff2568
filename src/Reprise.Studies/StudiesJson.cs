using System.Text.Json.Serialization;
using Reprise.Formats;
using Reprise.Studies.Measuring;
using Reprise.Studies.Surveys;

namespace Reprise.Studies;

/// <summary>Generated code for the types of studies that stand in JSON files.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(JudgeOptions))]
[JsonSerializable(typeof(JudgesVersion))]
[JsonSerializable(typeof(RunJudgement))]
[JsonSerializable(typeof(CorpusJudgement))]
[JsonSerializable(typeof(JudgedReconstruction))]
[JsonSerializable(typeof(JudgedSample))]
[JsonSerializable(typeof(JudgedPath))]
[JsonSerializable(typeof(SurveyReport))]
internal sealed partial class StudiesJson : JsonSerializerContext
{
    public static StudiesJson Types { get; } = new(Json.Options());
}
