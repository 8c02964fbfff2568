using Reprise.Numerics;

namespace Reprise.Tests.Threads;

public sealed class ThreadTeamTests
{
    [Theory, InlineData(1), InlineData(2), InlineData(3), InlineData(9)]
    public void Every_worker_does_its_share_once_in_every_run(int workers)
    {
        using ThreadTeam team = new(workers);
        int[] counts = new int[workers];
        for (int run = 1; run <= 2000; run++)
        {
            CountJob job = new() { Counts = counts };
            team.Run(ref job);
            counts.ShouldAllBe(count => count == run);
        }
    }

    [Fact]
    public void A_team_that_has_parked_wakes_up()
    {
        using ThreadTeam team = new(3);
        int[] counts = new int[3];
        for (int run = 1; run <= 3; run++)
        {
            CountJob job = new() { Counts = counts };
            team.Run(ref job);
            SpinWait.SpinUntil(() => team.Parked == 2, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        }

        counts.ShouldBe([3, 3, 3]);
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2)]
    public void An_exception_of_any_worker_reaches_the_caller_and_the_team_works_on(int failing)
    {
        using ThreadTeam team = new(3);
        FailingJob failure = new() { Failing = failing };
        Should.Throw<InvalidOperationException>(() => team.Run(ref failure)).Message.ShouldBe($"worker {failing}");

        int[] counts = new int[3];
        CountJob job = new() { Counts = counts };
        team.Run(ref job);
        counts.ShouldBe([1, 1, 1]);
    }

    [Fact]
    public void Dispose_ends_the_threads_and_a_run_afterwards_is_refused()
    {
        ThreadTeam team = new(4);
        team.Dispose();
        team.Dispose();
        team.Alive.ShouldBe(0);
        CountJob job = new() { Counts = new int[4] };
        Should.Throw<ObjectDisposedException>(() => team.Run(ref job));
    }

    [Fact]
    public void A_team_without_workers_is_refused() => Should.Throw<ArgumentOutOfRangeException>(() => new ThreadTeam(0));

    [Theory, InlineData(0, 3), InlineData(2, 3), InlineData(3, 3), InlineData(79, 2), InlineData(1_000_000_007, 64)]
    public void Shares_cover_everything_once_and_differ_by_one_at_most(int pieces, int workers)
    {
        int next = 0;
        for (int worker = 0; worker < workers; worker++)
        {
            (int start, int end) = Share.Of(pieces, worker, workers);
            start.ShouldBe(next);
            (end - start).ShouldBeInRange(pieces / workers, (pieces / workers) + 1);
            next = end;
        }

        next.ShouldBe(pieces);
    }

    private struct CountJob : ITeamJob
    {
        public int[] Counts;

        public readonly void Execute(int worker, int workers) => Counts[worker]++;
    }

    private struct FailingJob : ITeamJob
    {
        public int Failing;

        public readonly void Execute(int worker, int workers)
        {
            if (worker == Failing)
                throw new InvalidOperationException($"worker {worker}");
        }
    }
}
