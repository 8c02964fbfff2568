using Reprise.Studies.Measuring;
using Reprise.Studies.Surveys;

namespace Reprise.Studies;

/// <summary>The folder <c>questionnaires/</c> of a study: questions for people (the paper's Tables 2 and 4).</summary>
/// <remarks>
/// An existing questionnaire stays, because people may have answered it; delete its files for a new one. None is made where all models
/// give the same sentences or one gives none.
/// </remarks>
internal static class Questionnaires
{
    /// <returns>The names of existing ones about other sentences than a new one would have.</returns>
    /// <exception cref="InputException">An existing key is unsound.</exception>
    public static IReadOnlyList<string> Write(string folder, IReadOnlyList<(string Name, MeasuredRun Run)> runs, ulong seed)
    {
        List<string> old = [];
        (string Name, MeasuredRun Run)[] withCode = [.. runs.Where(run => run.Run.Reconstructions.Count > 0)];
        if (withCode.Length < 2)
            return old;
        SurveyOptions options = new() { Seed = seed };
        int inputs = withCode[0].Run.Reconstructions.Count;
        if (Enumerable.Range(0, inputs).Any(i => withCode.DistinctBy(run => run.Run.Reconstructions[i].Output).Count() > 1))
        {
            Write("table2", SurveyBuilder.Preferences(
                [.. withCode[0].Run.Reconstructions.Select(line => line.Input)],
                [.. withCode.Select(run => new Reconstructions(run.Name, [.. run.Run.Reconstructions.Select(line => line.Output)]))],
                options));
        }

        GeneratedSentences[] generated = [.. withCode.Select(run => new GeneratedSentences(
            run.Name, [.. run.Run.Searched.Where(sample => sample.Words > 0)
                .Select(sample => new GeneratedSentence(sample.Text, sample.Words))]))];
        if (generated.All(model => model.Sentences.Count > 0))
            Write("table4", SurveyBuilder.Sense(generated, options));
        return old;

        void Write(string name, Survey survey)
        {
            string key = Path.Combine(folder, name + "-key.json");
            if (!File.Exists(key))
                survey.Save(Directory.CreateDirectory(folder).FullName, name);
            else if (SurveyKey.Load(key).Questionnaire != survey.Key.Questionnaire)
                old.Add(name);
        }
    }
}
