using System.Text.Json.Serialization;
using Reprise.Benchmarks;
using Reprise.Formats;

namespace Reprise.Cli;

/// <summary>Generated code for the records that <c>--json</c> prints as they are.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FileSum))]
[JsonSerializable(typeof(GrowthRow))]
[JsonSerializable(typeof(PartSpeed))]
[JsonSerializable(typeof(SentenceSpeed))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static CliJson Types { get; } = new(Json.Options());
}
