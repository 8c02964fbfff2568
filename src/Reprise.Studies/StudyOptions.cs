using System.Text.RegularExpressions;
using Reprise.Model;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Training;

namespace Reprise.Studies;

/// <summary>The options of a study: one model under one budget, several objectives, each with one or more seeds.</summary>
public sealed partial record StudyOptions
{
    private const int Points = 200;                    // of a curve of held-out sentences, without the early ones
    private const int ReportsAPoint = 5;               // training batches vary more than a fixed sample
    private const int FewestEvaluated = 200, MostEvaluated = 1000;
    private const int MostSeeds = 1000, MostRuns = 10_000;

    /// <summary>The preset of model and training before changes (<see cref="Presets"/>).</summary>
    public required string Preset { get; init; }

    /// <summary>The sizes of every model (<see cref="ModelOf"/>).</summary>
    public required ModelOptions Model { get; init; }

    /// <summary>
    /// The options that all runs share. Runs end by steps, so all have the same sentences; objective and seed are each run's own.
    /// </summary>
    public required TrainingOptions Training { get; init; }

    /// <summary>The runs in the order in which they are trained and reported, without their repetitions.</summary>
    public required IReadOnlyList<StudyRun> Runs { get; init; }

    /// <summary>The number of seeds of each run: the run's own and the following; 1 to 1000. Default 1.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>The sentences that runs are measured on. After a change, runs are measured again.</summary>
    public MeasuringOptions Measuring { get; init; } = new();

    /// <summary>The claims that are tested, fixed when the study begins.</summary>
    public ClaimOptions Claims { get; init; } = new();

    /// <summary>Every run that is trained: those of the first seed, then those of the next.</summary>
    public IEnumerable<StudyRun> AllRuns => Enumerable.Range(0, Math.Clamp(Seeds, 1, MostSeeds))
        .SelectMany(repetition => Runs.Select(run => run.Repeated(run.Seed + (ulong)repetition)));

    /// <summary>The paper's four models (<see cref="StudyRun.OfPaper"/>) with the sizes of a preset.</summary>
    /// <param name="vocabularySize">The size of the corpus's vocabulary, special words included.</param>
    /// <param name="steps">Steps of every run; null for the preset's.</param>
    /// <remarks>
    /// A curve of held-out sentences has 200 points and some early ones. An evaluation is a forward pass, a third of a step's arithmetic;
    /// all of them cost at most a sixth of the training, or 200 sentences each if that is more.
    /// </remarks>
    public static StudyOptions Of(Preset preset, int vocabularySize, long? steps = null)
    {
        ArgumentNullException.ThrowIfNull(preset);
        long total = steps ?? preset.StudySteps;
        int every = (int)Math.Clamp(total / Points, 1, int.MaxValue);
        return new StudyOptions
        {
            Preset = preset.Name,
            Model = preset.Model(vocabularySize),
            Training = preset.Training with
            {
                Objective = Objective.Vae,
                Steps = total,
                Epochs = null,
                Minutes = null,
                ReportEvery = Math.Max(1, every / ReportsAPoint),
                EvaluateEvery = every,
                EvaluateEarly = true,
                EvaluationSentences = (int)Math.Clamp((long)preset.Training.BatchSize * every / 2, FewestEvaluated, MostEvaluated),
            },
            Runs = StudyRun.OfPaper(preset, preset.Training.Seed),
        };
    }

    /// <summary>The options in a file like study.json; absent fields are as in <see cref="Of"/>.</summary>
    /// <param name="vocabularySize">The size of the corpus's vocabulary, for a file without it.</param>
    /// <param name="steps">Steps in the place of the file's; null for the file's.</param>
    /// <exception cref="InputException">The file is missing or unsound; the field is named.</exception>
    public static StudyOptions Load(string path, int vocabularySize, long? steps = null) =>
        StudyFile.Load(path ?? throw new ArgumentNullException(nameof(path)), vocabularySize, steps).Options;

    /// <summary>The same options with further runs, except those whose name exists.</summary>
    public StudyOptions With(IEnumerable<StudyRun> more) => this with { Runs = [.. Runs.Concat(more).DistinctBy(run => run.Name)] };

    /// <summary>The sizes of one run's model, without a code for a language model.</summary>
    public ModelOptions ModelOf(StudyRun run) => run.HasCode
        ? Model with { MeanNormalization = run.MeanNormalization ?? Model.MeanNormalization }
        : Model.WithoutCode();

    /// <summary>The options of one run's training.</summary>
    public TrainingOptions TrainingOf(StudyRun run) => Training with
    {
        Objective = run.Objective,
        Updates = run.Updates,
        AutoencoderSteps = run.HasCode ? run.AutoencoderSteps ?? Training.AutoencoderSteps : 0,
        KlWarmUpSteps = run.HasCode ? run.KlWarmUpSteps ?? Training.KlWarmUpSteps : 0,
        TargetKl = run.TargetKl,
        TargetAccuracy = run.TargetAccuracy,
        Seed = run.Seed,
    };

    /// <summary>Every problem of these options, a sentence each; empty when they are sound.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (string problem in Model.Problems().Concat(Training.Problems()).Concat(Measuring.Problems())
            .Concat(Claims.Problems()))
            yield return problem;
        if (Training.Epochs is not null || Training.Minutes is not null)
            yield return "training ends by epochs or minutes; a study gives every run the same number of steps";
        if (Training.Patience > 0)
            yield return "training has patience; a study gives every run the same number of steps";
        if (Training.HasTarget)
            yield return "training has a target for m, and the runs of a study differ in m; name a run target-kl-12, for example";
        if (Seeds is < 1 or > MostSeeds)
            yield return $"seeds is {Seeds}; expected 1 to {MostSeeds}";
        if (Runs.Count is < 1 or > MostRuns)
            yield return $"there are {Runs.Count} runs; expected 1 to {MostRuns}";
        foreach (StudyRun run in Runs.Where(run => !SafeName().IsMatch(run.Name)))
            yield return $"a run has the name \"{run.Name}\"; expected 1 to 64 of a-z, 0-9, '-', '_' and '.', the first a letter or a "
                + "digit";
        foreach (StudyRun run in Runs)
        {
            IEnumerable<string> own = ModelOf(run).Problems().Concat(TrainingOf(run).Problems());
            foreach (string problem in own.Except(Model.Problems()).Except(Training.Problems()))
                yield return $"run {run.Name}: {problem}";
        }

        foreach (StudyRun run in Runs.Where(run => run.Seed > ulong.MaxValue - MostSeeds))
            yield return $"run {run.Name} has the seed {run.Seed}; expected at most {ulong.MaxValue - MostSeeds}";
        foreach (IGrouping<string, StudyRun> same in AllRuns.GroupBy(run => run.Name).Where(group => group.Count() > 1))
            yield return $"{same.Count()} runs have the name \"{same.Key}\"; expected one of a name";
    }

    /// <summary>Throws one exception that names every problem.</summary>
    /// <exception cref="InputException">There is a problem.</exception>
    public void Validate()
    {
        string problems = string.Join("; ", Problems());
        if (problems.Length > 0)
            throw new InputException($"study options: {problems}");
    }

    // Lower case only: some file systems take A for a.
    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,63}\z")]
    private static partial Regex SafeName();
}
