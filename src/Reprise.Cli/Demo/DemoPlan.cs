using Reprise.Text;
using Reprise.Training;

namespace Reprise.Cli.Demo;

/// <summary>The options of a demo.</summary>
internal sealed record DemoPlan
{
    public const double DefaultLargerM = 4;
    public const ulong DefaultSeed = 1;

    /// <summary>Words of the sentences trained on.</summary>
    public const int MinimumWords = 5, MaximumWords = 14;

    /// <summary>Words of the held-out sentences shown.</summary>
    public const int ShortestShown = 4, LongestShown = 20;

    public const int SentencesShown = 8;
    public const int SamplesShown = 4;
    public const int InterpolationSteps = 10;

    private const string VaeName = "vae";
    private const string AutoGenPrefix = "autogen-";

    public required string Folder { get; init; }

    /// <summary>Files of text; empty for the documentation of the .NET SDK.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    public required ulong Seed { get; init; }

    public required double? Minutes { get; init; }

    public required long? Steps { get; init; }

    public required double LargerM { get; init; }

    public required bool Overwrite { get; init; }

    public string CorpusFolder => Path.Combine(Folder, "corpus");

    /// <summary>Finds the documentation of the .NET SDK.</summary>
    public Func<IReadOnlyList<string>> FindDocumentation { get; init; } = DotnetDocumentation.Find;

    /// <summary>The file with the paths of the text, one a line.</summary>
    public string InputsFile => Path.Combine(Folder, "inputs.txt");

    public string FolderOf(Objective objective)
    {
        string name = objective.Kind == ObjectiveKind.Vae ? VaeName : FormattableString.Invariant($"{AutoGenPrefix}{objective.M}");
        return Path.Combine(Folder, name);
    }

    /// <summary>True for a folder that is a run by its files, and of a demo by its name.</summary>
    public static bool IsRun(string folder) =>
        Path.GetFileName(folder) is { } name
        && (name == VaeName || name.StartsWith(AutoGenPrefix, StringComparison.Ordinal))
        && File.Exists(Path.Combine(folder, "config.json"));

    /// <summary>The VAE, AutoGen with m = 1, and AutoGen with a larger m.</summary>
    public IEnumerable<Objective> Objectives() => [Objective.Vae, Objective.AutoGen(1), Objective.AutoGen(LargerM)];

    /// <summary>The options of training: the same batches in the same order for every objective.</summary>
    public TrainingOptions TrainingOf(Objective objective) => Presets.Small.Training with
    {
        Objective = objective,
        Minutes = Minutes,
        Steps = Steps,
        Seed = Seed,
    };

    /// <exception cref="InputException">An option is out of range.</exception>
    public void Validate()
    {
        if (LargerM is 0 or 1)
        {
            throw new InputException(FormattableString.Invariant(
                $"--m {LargerM}: the demo trains 0 and 1 anyway; expected another m, for example {DefaultLargerM}"));
        }

        foreach (Objective objective in Objectives())
            TrainingOf(objective).Validate();
    }
}
