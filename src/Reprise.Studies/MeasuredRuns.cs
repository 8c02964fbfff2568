using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;

namespace Reprise.Studies;

/// <summary>The measured runs of a study as reports take them.</summary>
internal static class MeasuredRuns
{
    /// <summary>The runs that were measured with these options, each with its seeds.</summary>
    /// <param name="runs">The runs and their folders, of all seeds.</param>
    /// <exception cref="InputException">A file of a run is unsound.</exception>
    public static IReadOnlyList<ReportRun> Of(
        IEnumerable<(StudyRun Run, string Folder)> runs, MeasuredFolder measured, MeasuringOptions options) =>
        [.. runs.Select(run => (run.Run, run.Folder, Measured: measured.ReadAll(run.Run.Name)))
            .Where(run => run.Measured?.Scores.Options == options)
            .Select(run => (run.Run, Seed: SeedRun.Load(run.Run.Name, run.Run.Seed, run.Folder, run.Measured!)))
            .GroupBy(run => run.Run.Repeats)
            .Select(group => (group.First().Run, Seeds: group.Select(run => run.Seed)))
            .Select(run => new ReportRun(run.Run.Name, run.Run.Title, run.Run.Objective, [.. run.Seeds])
            {
                ObjectiveName = run.Run.ObjectiveName,
                M = run.Run.M,
            })];
}
