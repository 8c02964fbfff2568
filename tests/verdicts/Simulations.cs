namespace Reprise.Verdicts;

/// <summary>Verdicts of one kind: how many there were and how many rejected.</summary>
internal struct Tally
{
    private long _all, _rejected;

    public readonly double Rate => _all == 0 ? double.NaN : (double)_rejected / _all;

    public void Add(bool rejected)
    {
        _all++;
        _rejected += rejected ? 1 : 0;
    }

    public void Add(Tally other)
    {
        _all += other._all;
        _rejected += other._rejected;
    }
}

/// <summary>Simulations on all processors, with the same result for any number of them.</summary>
internal static class Simulations
{
    /// <summary>The level of all tests.</summary>
    public const double Level = 0.05;

    /// <summary>The rates of rejection by kind of verdict.</summary>
    /// <param name="kinds">Kinds of verdicts.</param>
    /// <param name="simulate">Simulates one experiment and adds its verdicts.</param>
    public static double[] Rates(int simulations, ulong seed, int kinds, Action<Draws, Tally[]> simulate)
    {
        Tally[] all = new Tally[kinds];
        Parallel.For(
            0,
            simulations,
            () => new Tally[kinds],
            (i, _, tallies) =>
            {
                simulate(new Draws(seed, i), tallies);
                return tallies;
            },
            tallies =>
            {
                lock (all)
                {
                    for (int kind = 0; kind < kinds; kind++)
                        all[kind].Add(tallies[kind]);
                }
            });
        return [.. all.Select(tally => tally.Rate)];
    }
}
