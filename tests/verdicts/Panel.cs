using Reprise.Studies.Surveys;

namespace Reprise.Verdicts;

/// <summary>People and the sheets that they answer.</summary>
/// <param name="Name">The way in which sheets are handed out.</param>
/// <param name="Questions">Questions for each pair, or for each model.</param>
/// <param name="Busy">Sheets of every fifth person; the others answer one.</param>
internal sealed record Panel(string Name, int Questions, int Busy)
{
    /// <summary>The share of questions that are left open or discarded.</summary>
    private const double Open = 0.1;

    /// <summary>
    /// Answers of all people: person p answers sheet p, from the first again after the last, and the busy the next ones too.
    /// </summary>
    public List<SurveyAnswer> Answers(Survey survey, int people, Draws draws, Func<int, int, string> answer)
    {
        int sheets = survey.Questions[^1].Sheet;
        ILookup<int, int> questions = Enumerable.Range(0, survey.Questions.Count).ToLookup(i => survey.Questions[i].Sheet - 1);
        List<SurveyAnswer> answers = [];
        for (int person = 0; person < people; person++)
        {
            for (int k = 0; k < (person % 5 == 0 ? Busy : 1); k++)
            {
                foreach (int question in questions[(person + k) % sheets])
                {
                    if (draws.Uniform() >= Open)
                        answers.Add(new SurveyAnswer($"p{person}", survey.Questions[question].Id, answer(person, question)));
                }
            }
        }

        return answers;
    }
}
