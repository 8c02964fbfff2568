using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Demo;

/// <summary>What a demo does; its defaults show the point within minutes.</summary>
internal sealed record DemoPlan
{
    public const double DefaultLargerM = 4;

    /// <summary>Words of the sentences learned.</summary>
    public const int MinimumWords = 5, MaximumWords = 14;

    /// <summary>Words of the held-out sentences shown.</summary>
    public const int ShortestShown = 4, LongestShown = 20;

    public const int SentencesShown = 8;
    public const int SamplesShown = 4;
    public const int InterpolationSteps = 10;

    private const string VaeName = "vae";
    private const string AutoGenPrefix = "autogen-";

    public required string Folder { get; init; }

    /// <summary>Empty for the documentation of the .NET SDK.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    public required ulong Seed { get; init; }

    public required double? Minutes { get; init; }

    public required long? Steps { get; init; }

    public required double LargerM { get; init; }

    public required bool Overwrite { get; init; }

    public string CorpusFolder => Path.Combine(Folder, "corpus");

    /// <summary>Where the documentation of the .NET SDK is looked for.</summary>
    public Func<IReadOnlyList<string>> FindDocumentation { get; init; } = DotnetDocumentation.Find;

    /// <summary>Names the text of the corpus, a path a line.</summary>
    public string InputsFile => Path.Combine(Folder, "inputs.txt");

    public string FolderOf(Objective objective) => Path.Combine(Folder, objective.Kind == ObjectiveKind.Vae ? VaeName : FormattableString.Invariant($"{AutoGenPrefix}{objective.M}"));

    /// <summary>Whether a folder is a run, by what it holds, and one of a demo, by its name.</summary>
    public static bool IsRun(string folder) =>
        Path.GetFileName(folder) is { } name && (name == VaeName || name.StartsWith(AutoGenPrefix, StringComparison.Ordinal)) && File.Exists(Path.Combine(folder, "config.json"));

    /// <summary>The dial at three places.</summary>
    public IEnumerable<Objective> Objectives() => [Objective.Vae, Objective.AutoGen(1), Objective.AutoGen(LargerM)];

    /// <summary>The same batches in the same order for every objective.</summary>
    public TrainingOptions TrainingOf(Objective objective) => Presets.Small.Training with
    {
        Objective = objective,
        Minutes = Minutes,
        Steps = Steps,
        Seed = Seed,
    };

    /// <exception cref="InputException">Something cannot be.</exception>
    public void Validate()
    {
        if (LargerM is 0 or 1)
            throw new InputException(FormattableString.Invariant($"--m {LargerM}: the demo trains 0 and 1 anyway; expected another m, for example {DefaultLargerM}"));
        foreach (Objective objective in Objectives())
            TrainingOf(objective).Validate();
    }
}
