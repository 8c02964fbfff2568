using Reprise.Studies.Statistics;

namespace Reprise.Tests.Statistics;

public sealed class CrossedEstimateTests
{
    private const double Rounding = 1e-12;

    // Five people with four questions each, no question twice: the variance between people is that of the mean of their five shares.
    [Fact]
    public void Of_people_with_questions_of_their_own_it_is_the_t_interval_of_their_shares()
    {
        int[] successes = [4, 1, 3, 0, 2];
        CrossedAnswer[] answers = [.. Enumerable.Range(0, 20).Select(i => new CrossedAnswer(i / 4, i, i % 4 < successes[i / 4]))];
        CrossedEstimate estimate = CrossedEstimate.Share(answers)!.Value;
        // Shares 1, .25, .75, 0, .5: mean 1/2, squares 0.25 + 0.0625 + 0.0625 + 0.25, by 4 · 5.
        estimate.Value.ShouldBe(0.5, Rounding);
        estimate.Error.ShouldBe(Math.Sqrt(0.625 / 20), Rounding);
        estimate.Df.ShouldBe(4);
        estimate.HalfWidth.ShouldBe(2.776445105 * estimate.Error, 1e-8);
        estimate.P(0.5).ShouldBe(1);
        estimate.P(0.5 + estimate.HalfWidth).ShouldBe(0.05, 1e-10);
    }

    // Everyone agrees on each question, and half of the questions succeed: eighty answers are four.
    [Fact]
    public void Answers_that_people_repeat_are_no_more_than_the_questions()
    {
        CrossedAnswer[] answers = [.. Enumerable.Range(0, 80).Select(i => new CrossedAnswer(i / 4, i % 4, i % 4 < 2))];
        CrossedEstimate estimate = CrossedEstimate.Share(answers)!.Value;
        estimate.Error.ShouldBe(Math.Sqrt(4 * 0.25 / (4 * 3)), Rounding);
        estimate.Df.ShouldBe(3);
    }

    [Fact]
    public void The_variance_is_that_of_values_without_one_person_one_question_and_one_answer()
    {
        (CrossedAnswer[] first, CrossedAnswer[] second) = Unbalanced();
        double people = Jackknife(answer => answer.Person, 4), questions = Jackknife(answer => answer.Question, 5);
        double answers = Jackknife(answer => (answer.Person * 100) + answer.Question, 17);
        double both = people + questions - answers;
        both.ShouldBeGreaterThan(Math.Max(people, questions));
        CrossedEstimate estimate = CrossedEstimate.Difference(first, second)!.Value;
        estimate.Value.ShouldBe(Difference(first, second), Rounding);
        estimate.Error.ShouldBe(Math.Sqrt(both), Rounding);
        CrossedEstimate opposite = CrossedEstimate.Difference(second, first)!.Value;
        (opposite.Value, opposite.Df).ShouldBe((-estimate.Value, estimate.Df));
        opposite.Error.ShouldBe(estimate.Error, Rounding);

        double Jackknife(Func<CrossedAnswer, int> unit, int units) => first.Concat(second).Select(unit).Distinct().Sum(one =>
        {
            double without = Difference([.. first.Where(a => unit(a) != one)], [.. second.Where(a => unit(a) != one)]);
            return Math.Pow(without - Difference(first, second), 2);
        }) * (units - 1) / units;

        static double Difference(CrossedAnswer[] a, CrossedAnswer[] b) => a.Average(One) - b.Average(One);

        static double One(CrossedAnswer answer) => answer.Success ? 1 : 0;
    }

    // Four people answer five questions of the first kind and six of the second; some stay open.
    private static (CrossedAnswer[] First, CrossedAnswer[] Second) Unbalanced()
    {
        string[] people = ["yyyyn nnnnny", "yyyn. .nnnyy", "yy.nn n.ynyy", "y.nnn nyyyyy"];
        CrossedAnswer[] all = [.. people.SelectMany((line, person) => line.Replace(" ", "")
            .Select((letter, question) => (letter, new CrossedAnswer(person, question, letter == 'y')))
            .Where(one => one.letter != '.').Select(one => one.Item2))];
        CrossedAnswer[] first = [.. all.Where(answer => answer.Question < 5)], second = [.. all.Where(answer => answer.Question >= 5)];
        return (first, second);
    }

    [Fact]
    public void People_with_most_of_the_answers_count_as_fewer()
    {
        // 12 + 6 · 2 answers of seven people: 24² / (144 + 24) = 3.4.
        CrossedAnswer[] answers = [.. Enumerable.Range(0, 24).Select(i => new CrossedAnswer(i < 12 ? 0 : i / 2, i, i % 3 == 0))];
        CrossedEstimate.Share(answers)!.Value.Df.ShouldBe(2);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Answers_that_all_agree_are_not_certain(bool success)
    {
        CrossedAnswer[] answers = [.. Enumerable.Range(0, 20).Select(i => new CrossedAnswer(i / 4, i % 4, success))];
        CrossedEstimate estimate = CrossedEstimate.Share(answers)!.Value;
        estimate.Error.ShouldBe(Math.Sqrt(21.0 / 22 * (1.0 / 22) / 20), Rounding);
        estimate.P(success ? 1 : 0).ShouldBe(1);
        CrossedEstimate.Difference(answers, answers)!.Value.Error.ShouldBe(Math.Sqrt(2) * estimate.Error, Rounding);
    }

    // With as many people as answers, all of their own, the formula is Wilson's but for t and the two answers more in the variance.
    [Fact]
    public void Wilsons_interval_is_his_for_independent_answers_of_many_people()
    {
        CrossedAnswer[] answers = [.. Enumerable.Range(0, 2630).Select(i => new CrossedAnswer(i, i, i % 263 < 81))];
        (double low, double high) = CrossedEstimate.Share(answers)!.Value.Wilson(answers.Length);
        Proportion wilson = new(810, 2630);
        low.ShouldBe(wilson.Low!.Value, 1e-4);
        high.ShouldBe(wilson.High!.Value, 1e-4);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    [InlineData(20)]
    public void Wilsons_interval_lies_within_0_and_1_around_the_share(int successes)
    {
        CrossedAnswer[] answers = [.. Enumerable.Range(0, 20).Select(i => new CrossedAnswer(i / 4, i % 4, i < successes))];
        (double low, double high) = CrossedEstimate.Share(answers)!.Value.Wilson(20);
        low.ShouldBeInRange(0, (successes / 20.0) + Rounding);
        high.ShouldBeInRange((successes / 20.0) - Rounding, 1);
        (high - low).ShouldBeGreaterThan(0.2);
    }

    [Fact]
    public void One_person_or_one_question_or_nothing_is_not_tested()
    {
        CrossedAnswer[] onePerson = [.. Enumerable.Range(0, 9).Select(i => new CrossedAnswer(3, i, i < 5))];
        CrossedAnswer[] oneQuestion = [.. Enumerable.Range(0, 9).Select(i => new CrossedAnswer(i, 3, i < 5))];
        CrossedAnswer[] almostOne = [.. onePerson, new CrossedAnswer(4, 0, true)];
        CrossedAnswer[] sound = [.. Enumerable.Range(0, 16).Select(i => new CrossedAnswer(i / 4, i % 4, i % 3 == 0))];
        foreach (CrossedAnswer[] answers in (CrossedAnswer[][])[onePerson, oneQuestion, almostOne, []])
        {
            CrossedEstimate.Share(answers).ShouldBeNull();
            CrossedEstimate.Difference(sound, answers).ShouldBeNull();
            CrossedEstimate.Difference(answers, sound).ShouldBeNull();
        }
    }

    // tests/verdicts simulates surveys in full; its tables are in docs/power.md. Here 400 surveys without a preference, of ten people
    // and twelve questions with effects of one logit: a test at 5% rejects 20 ± 4.4. With the variance of independent answers it
    // rejects 72.
    [Fact]
    public void Without_a_preference_one_of_twenty_surveys_is_rejected()
    {
        const int Simulations = 400, People = 10, Questions = 12, Most = 20 + (3 * 5);
        Random random = new(7);
        int rejected = 0;
        for (int i = 0; i < Simulations; i++)
        {
            double[] people = Normal(People), questions = Normal(Questions);
            CrossedAnswer[] answers = [.. Enumerable.Range(0, People * Questions)
                .Select(k => (Person: k / Questions, Question: k % Questions))
                .Select(one => new CrossedAnswer(one.Person, one.Question,
                    random.NextDouble() < 1 / (1 + Math.Exp(people[one.Person] + questions[one.Question]))))];
            rejected += CrossedEstimate.Share(answers)!.Value.P(0.5) <= 0.05 ? 1 : 0;
        }

        rejected.ShouldBeInRange(5, Most);

        double[] Normal(int count) => [.. Enumerable.Range(0, count).Select(_ =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }
}
