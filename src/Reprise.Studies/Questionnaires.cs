using Reprise.Studies.Measuring;
using Reprise.Studies.Surveys;

namespace Reprise.Studies;

/// <summary><c>questionnaires/</c> of a study: what to ask people, ready to be answered (the paper's Tables 2 and 4).</summary>
/// <remarks>
/// A questionnaire that is there stays, because people may have answered it; delete its files to have it made again. None is made of
/// beginners: models that all give the same, or of which one gives nothing, leave nothing to ask.
/// </remarks>
internal static class Questionnaires
{
    /// <returns>Those that were there before and ask about other sentences than they would now.</returns>
    /// <exception cref="InputException">A key that is there is unsound.</exception>
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

        GeneratedSentences[] spoken = [.. withCode.Select(run => new GeneratedSentences(
            run.Name, [.. run.Run.Searched.Where(sample => sample.Words > 0)
                .Select(sample => new GeneratedSentence(sample.Text, sample.Words))]))];
        if (spoken.All(model => model.Sentences.Count > 0))
            Write("table4", SurveyBuilder.Sense(spoken, options));
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
