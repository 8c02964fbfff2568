using Reprise.Studies.Judging;
using Reprise.Studies.Surveys;

namespace Reprise.Studies;

/// <summary><c>questionnaires/</c> of a study: what to ask people, ready to be answered (the paper's Tables 2 and 4).</summary>
/// <remarks>A questionnaire that is there stays, because people may have answered it; delete the folder to have new ones made.</remarks>
internal static class Questionnaires
{
    public static void Write(string folder, IReadOnlyList<(string Name, JudgedRun Run)> runs, ulong seed)
    {
        (string Name, JudgedRun Run)[] withCode = [.. runs.Where(run => run.Run.Reconstructions.Count > 0)];
        if (withCode.Length < 2)
            return;
        SurveyOptions options = new() { Seed = seed };
        Write(folder, "table2", () => SurveyBuilder.Preferences(
            [.. withCode[0].Run.Reconstructions.Select(line => line.Input)],
            [.. withCode.Select(run => new Reconstructions(run.Name, [.. run.Run.Reconstructions.Select(line => line.Output)]))],
            options));
        Write(folder, "table4", () => SurveyBuilder.Sense(
            [.. withCode.Select(run => new GeneratedSentences(run.Name, [.. run.Run.Searched.Where(sample => sample.Words > 0).Select(sample => new GeneratedSentence(sample.Text, sample.Words))]))],
            options));
    }

    private static void Write(string folder, string name, Func<Survey> make)
    {
        if (File.Exists(Path.Combine(folder, name + "-key.json")))
            return;
        Directory.CreateDirectory(folder);
        try
        {
            make().Save(folder, name);
        }
        catch (InputException)
        {
            // Beginners: models that say nothing, or all the same, leave nothing to ask.
        }
    }
}
