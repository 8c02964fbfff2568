using System.Text.Json.Serialization;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Text;
using Reprise.Training;

namespace Reprise;

/// <summary>Generated code for the types of the library that stand in JSON files.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CorpusInfo))]
[JsonSerializable(typeof(Progress))]
[JsonSerializable(typeof(TrainingOptions))]
internal sealed partial class LibraryJson : JsonSerializerContext
{
    public static LibraryJson Types { get; } = new(Json.Options());
}
