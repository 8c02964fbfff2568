using Reprise.Numerics;
using Reprise.Text;

namespace Reprise.Studies.Surveys;

/// <summary>
/// Makes blind questionnaires from sentences of models: as many questions for every pair of models, or for every model; the sides of a
/// pair balanced; sheets of the same mixture, each in its own order. A function of the texts and the seed.
/// </summary>
internal static class SurveyBuilder
{
    private enum Drawn
    {
        Items,
        Sides,
        Sheets,
    }

    /// <summary>
    /// Makes questions for all pairs of models: which reconstruction is closer (Table 2)? Pairs of equal texts are left out. Inputs are
    /// taken in a random order, by one pair after the other, and from the start again at its end.
    /// </summary>
    /// <exception cref="InputException">There are fewer than two models or no input, counts differ, a name stands twice, or no pair
    /// differs anywhere.</exception>
    public static Survey Preferences(IReadOnlyList<string> inputs, IReadOnlyList<Reconstructions> models, SurveyOptions? options = null)
    {
        options ??= new SurveyOptions();
        options.Validate();
        Check([.. models.Select(model => model.Model)], atLeast: 2);
        foreach (Reconstructions model in models)
        {
            if (model.Texts.Count != inputs.Count)
                throw new InputException($"{model.Model} has {model.Texts.Count} reconstructions of {inputs.Count} inputs; expected one "
                    + "each");
        }

        KeyedPermutation order = Permutation(inputs.Count, options.Seed, Drawn.Items, 0);
        List<Draft> drafts = [];
        long place = 0;
        for (int i = 0; i < models.Count; i++)
        {
            for (int j = i + 1; j < models.Count; j++)
            {
                for (int seen = 0, asked = 0; seen < inputs.Count && asked < options.Questions; seen++, place++)
                {
                    int item = (int)order[place % inputs.Count];
                    (string a, string b) = (models[i].Texts[item], models[j].Texts[item]);
                    if (a == b)
                        continue;
                    drafts.Add(new Draft([inputs[item], a, b], models[i].Model, models[j].Model, Words: 0));
                    asked++;
                }
            }
        }

        return Assemble(SurveyKind.Preference, [.. models.Select(model => model.Model)], drafts, options);
    }

    /// <summary>
    /// Makes questions for sentences of all models, the same number for each: does the sentence make sense (Table 4)?
    /// </summary>
    /// <exception cref="InputException">There is no model, a name stands twice or a model has no sentence.</exception>
    public static Survey Sense(IReadOnlyList<GeneratedSentences> models, SurveyOptions? options = null)
    {
        options ??= new SurveyOptions();
        options.Validate();
        Check([.. models.Select(model => model.Model)], atLeast: 1);
        int count = models.Min(model => Math.Min(options.Questions, model.Sentences.Count));
        List<Draft> drafts = [];
        for (int i = 0; i < models.Count; i++)
        {
            KeyedPermutation order = Permutation(models[i].Sentences.Count, options.Seed, Drawn.Items, i);
            for (int k = 0; k < count; k++)
            {
                GeneratedSentence sentence = models[i].Sentences[(int)order[k]];
                drafts.Add(new Draft([sentence.Text], models[i].Model, B: null, sentence.Words));
            }
        }

        return Assemble(SurveyKind.Sense, [.. models.Select(model => model.Model)], drafts, options);
    }

    // Questions of one pair or model are adjacent in the drafts, so dealing them out gives every sheet as many of each, up to one.
    private static Survey Assemble(SurveyKind kind, string[] models, List<Draft> drafts, SurveyOptions options)
    {
        if (drafts.Count == 0)
            throw new InputException("there are no questions: no sentences, or all models give the same ones");
        int sheets = (drafts.Count + options.QuestionsPerSheet - 1) / options.QuestionsPerSheet;
        List<(int Sheet, Draft Draft)> asked = [];
        Dictionary<(string, string), bool> isTurned = [];
        for (int sheet = 0; sheet < sheets; sheet++)
        {
            int count = (drafts.Count - sheet + sheets - 1) / sheets;
            KeyedPermutation order = Permutation(count, options.Seed, Drawn.Sheets, sheet);
            for (int k = 0; k < count; k++)
                asked.Add((sheet + 1, Sided(drafts[sheet + ((int)order[k] * sheets)])));
        }

        string hash = Fingerprint.Of(kind, asked.Select(question => (question.Sheet, question.Draft.Texts)));
        string[] ids = [.. asked.Select((_, i) => FormattableString.Invariant($"{hash[..Fingerprint.IdDigits]}-{i + 1:000}"))];
        SurveyKey key = new()
        {
            Kind = kind,
            Questionnaire = hash,
            Models = models,
            Questions = [.. asked.Select((question, i) =>
                new SurveyKeyQuestion(ids[i], question.Draft.A, question.Draft.B, question.Draft.Words))],
        };
        return new Survey(kind, [.. asked.Select((question, i) => new SurveyQuestion(ids[i], question.Sheet, question.Draft.Texts))], key);

        // The questions of a pair come in random order. Its sides alternate from a random first one, and so are balanced on each sheet too.
        Draft Sided(Draft draft)
        {
            if (draft.B is not { } b)
                return draft;
            if (!isTurned.TryGetValue((draft.A, b), out bool turn))
                turn = (Philox.Word(options.Seed, RandomUse.Survey, (long)Drawn.Sides, isTurned.Count) & 1) == 1;
            isTurned[(draft.A, b)] = !turn;
            return turn ? new Draft([draft.Texts[0], draft.Texts[2], draft.Texts[1]], b, draft.A, draft.Words) : draft;
        }
    }

    private static void Check(string[] names, int atLeast)
    {
        if (names.Length < atLeast)
            throw new InputException($"{names.Length} models; expected {atLeast} or more");
        if (names.Distinct().Count() != names.Length)
            throw new InputException($"a model's name stands twice: {string.Join(", ", names)}");
    }

    private static KeyedPermutation Permutation(int count, ulong seed, Drawn what, int index) =>
        new(count, Philox.Word(seed, RandomUse.Survey, (long)what, index));

    private sealed record Draft(IReadOnlyList<string> Texts, string A, string? B, int Words);
}
