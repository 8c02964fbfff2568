using System.Text.Json.Serialization;
using Reprise.Formats;

namespace Reprise.Studies.Measuring;

/// <summary>Generated code for the files of <c>judged/</c> and the part "judges" of study.json.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(MeasuringOptions))]
[JsonSerializable(typeof(MeasuringVersion))]
[JsonSerializable(typeof(RunScores))]
[JsonSerializable(typeof(CorpusScores))]
[JsonSerializable(typeof(MeasuredBound))]
[JsonSerializable(typeof(MeasuredImportance))]
[JsonSerializable(typeof(MeasuredReconstruction))]
[JsonSerializable(typeof(MeasuredSample))]
[JsonSerializable(typeof(MeasuredPath))]
internal sealed partial class MeasuringJson : JsonSerializerContext
{
    public static MeasuringJson Types { get; } = new(Json.Options());
}
