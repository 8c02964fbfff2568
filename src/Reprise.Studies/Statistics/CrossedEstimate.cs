namespace Reprise.Studies.Statistics;

/// <summary>An answer of a person to a question: a success or not. Numbers distinguish people and questions.</summary>
internal readonly record struct CrossedAnswer(int Person, int Question, bool Success);

/// <summary>
/// A share of answers, or the difference of two, with the uncertainty of both who was asked and what was asked: people and questions are
/// samples, crossed in any unbalanced way.
/// </summary>
/// <remarks>
/// <para>The variance is robust to clusters of two kinds (Cameron, Gelbach and Miller 2011): V = V_people + V_questions - V_answers, at
/// least V_people and V_questions. Each is a jackknife, (G - 1)/G Σ d², where d is the change of the value without one of the G people
/// (questions, answers). Answers that all agree do not make V zero, because it is also at least Σ p (1 - p)/n over the groups of answers,
/// with p = (successes + 1)/(n + 2).</para>
/// <para>The value by √V has Student's t distribution with one less degree of freedom than people or questions, the fewer of the two.
/// People who give unequal numbers of answers c count as (Σ c)²/Σ c² (Kish 1965), questions likewise. Of two groups the fewer count,
/// although questions of different groups are different. docs/power.md has the error rates.</para>
/// </remarks>
/// <param name="Value">The share of successes, or the first less the second share.</param>
/// <param name="Error">The standard error √V.</param>
/// <param name="Df">Degrees of freedom.</param>
internal readonly record struct CrossedEstimate(double Value, double Error, int Df)
{
    /// <summary>The half width of the 95% interval that agrees with <see cref="P"/>.</summary>
    public double HalfWidth => Error * StudentT.Quantile(0.975, Df);

    /// <summary>The share of successes; null where there are fewer than two people or questions, in effect.</summary>
    public static CrossedEstimate? Share(IReadOnlyList<CrossedAnswer> answers) => Sum(answers, []);

    /// <summary>
    /// The share of successes of <paramref name="first"/> less that of <paramref name="second"/>; null where one of them has fewer than
    /// two people or questions, in effect.
    /// </summary>
    public static CrossedEstimate? Difference(IReadOnlyList<CrossedAnswer> first, IReadOnlyList<CrossedAnswer> second) =>
        first.Count == 0 || second.Count == 0 ? null : Sum(first, second);

    /// <summary>The p value, two-sided, of the hypothesis that the true value is this one.</summary>
    public double P(double hypothesis) => StudentT.TwoSided((Value - hypothesis) / Error, Df);

    /// <summary>
    /// The 95% interval of a share by Wilson's (1927) formula, with t for z and as many answers as would have this variance if they were
    /// independent. Near 0 and 1, where <see cref="HalfWidth"/> is too small, it misses the share in less than 5% of the cases.
    /// </summary>
    /// <param name="answers">The number of answers.</param>
    public (double Low, double High) Wilson(int answers)
    {
        double smoothed = ((Value * answers) + 1) / (answers + 2), t = HalfWidth / Error;
        double weight = t * t * Error * Error / (smoothed * (1 - smoothed)); // t² by the independent answers
        double centre = (Value + (weight / 2)) / (1 + weight);
        double half = Math.Sqrt((weight * Value * (1 - Value)) + (weight * weight / 4)) / (1 + weight);
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    private static CrossedEstimate? Sum(IReadOnlyList<CrossedAnswer> plus, IReadOnlyList<CrossedAnswer> minus)
    {
        Deletions people = new(), questions = new(), answers = new();
        double value = 0, floor = 0;
        int place = 0;
        foreach ((int sign, IReadOnlyList<CrossedAnswer> group) in ((int, IReadOnlyList<CrossedAnswer>)[])[(1, plus), (-1, minus)])
        {
            if (group.Count == 0)
                continue;
            int successes = group.Count(answer => answer.Success);
            double n = group.Count, share = successes / n, smoothed = (successes + 1) / (n + 2);
            value += sign * share;
            floor += smoothed * (1 - smoothed) / n;
            people.Add(group.Select(answer => (answer.Person, sign * (share - (answer.Success ? 1 : 0)))));
            questions.Add(group.Select(answer => (answer.Question, sign * (share - (answer.Success ? 1 : 0)))));
            answers.Add(group.Select(answer => (place++, sign * (share - (answer.Success ? 1 : 0)))));
        }

        int df = Math.Min(people.Effective, questions.Effective) - 1;
        if (df < 1)
            return null;
        double byPeople = people.Variance(), byQuestions = questions.Variance();
        double both = byPeople + byQuestions - answers.Variance();
        double variance = Math.Max(Math.Max(byPeople, byQuestions), Math.Max(both, floor));
        return new CrossedEstimate(value, Math.Sqrt(variance), df);
    }

    // The changes of the value without one unit each (a person, a question or an answer), which may have answers in two groups.
    private sealed class Deletions
    {
        private readonly Dictionary<int, double> _changes = [];
        private int _units = int.MaxValue;
        private double _effective = double.PositiveInfinity;

        // People or questions of equal numbers of answers, the fewest of a group.
        public int Effective => double.IsFinite(_effective) ? (int)Math.Round(_effective, MidpointRounding.AwayFromZero) : 0;

        // Residuals with the sign of a deletion: a share without k of its n answers changes by Σ (share - answer)/(n - k).
        public void Add(IEnumerable<(int Unit, double Residual)> group)
        {
            Dictionary<int, (int Count, double Sum)> units = [];
            int n = 0;
            foreach ((int unit, double residual) in group)
            {
                (int count, double sum) = units.GetValueOrDefault(unit);
                units[unit] = (count + 1, sum + residual);
                n++;
            }

            double squares = 0;
            foreach ((int unit, (int count, double sum)) in units)
            {
                squares += (double)count * count;
                _changes[unit] = _changes.GetValueOrDefault(unit) + (sum / Math.Max(1, n - count));
            }

            _units = Math.Min(_units, units.Count);
            _effective = Math.Min(_effective, (double)n * n / squares);
        }

        public double Variance() => _changes.Values.Sum(change => change * change) * (_units - 1) / _units;
    }
}
