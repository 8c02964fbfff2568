using Reprise.Numerics;

namespace Reprise.Tests.Numerics;

public sealed class StepLayoutTests
{
    [Fact]
    public void Steps_hold_the_sentences_that_still_run()
    {
        StepLayout steps = new();
        steps.Set([4, 2, 2, 1]);

        (steps.Steps, steps.Rows, steps.Sequences).ShouldBe((4, 9, 4));
        Enumerable.Range(0, 4).Select(steps.Active).ShouldBe([4, 3, 1, 1]);
        Enumerable.Range(0, 4).Select(steps.Start).ShouldBe([0, 4, 7, 8]);
        (steps.LastRow(0, 4), steps.LastRow(1, 2), steps.LastRow(2, 2), steps.LastRow(3, 1)).ShouldBe((8, 5, 6, 3));
    }

    [Fact]
    public void Extra_steps_are_added_to_every_sentence()
    {
        (StepLayout longer, StepLayout same) = (new(), new());
        longer.Set([3, 1], extra: 1);
        same.Set([4, 2]);

        longer.Rows.ShouldBe(6);
        Enumerable.Range(0, 4).Select(longer.Active).ShouldBe(Enumerable.Range(0, 4).Select(same.Active));
    }

    [Fact]
    public void A_layout_is_refilled_without_allocating()
    {
        StepLayout steps = new();
        int[] longest = [30, 12, 5], shorter = [7, 7];
        steps.Set(longest);
        long before = GC.GetAllocatedBytesForCurrentThread();
        steps.Set(shorter);
        steps.Set(longest);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        steps.Set(shorter);
        (steps.Steps, steps.Rows, steps.Sequences, steps.Active(6)).ShouldBe((7, 14, 2, 2));
    }

    [Fact]
    public void No_sentences_make_no_steps()
    {
        StepLayout steps = new();
        steps.Set([3]);
        steps.Set([]);
        (steps.Steps, steps.Rows, steps.Sequences).ShouldBe((0, 0, 0));
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, 0)]
    [InlineData(new[] { 2, 0 }, 0)]
    [InlineData(new[] { -1 }, 1)]
    public void Lengths_that_rise_or_fall_below_one_are_refused_and_change_nothing(int[] lengths, int extra)
    {
        StepLayout steps = new();
        steps.Set([5, 1]);
        Should.Throw<ArgumentException>(() => steps.Set(lengths, extra)).Message.ShouldContain("lengths must descend");
        (steps.Steps, steps.Rows, steps.Sequences).ShouldBe((5, 6, 2));
    }

    [Fact]
    public void Every_word_of_every_sentence_has_one_row()
    {
        StepLayout steps = new();
        for (int layout = 0; layout < 300; layout++)
        {
            int[] lengths =
            [
                .. Enumerable.Range(0, 1 + (layout % 17)).Select(b => 1 + (int)(Philox.Word(1, RandomUse.Order, layout, b) % 9))
                    .OrderDescending(),
            ];
            steps.Set(lengths);
            IEnumerable<int> rows = lengths.SelectMany((length, b) => Enumerable.Range(0, length).Select(t => steps.Start(t) + b));
            rows.Order().ShouldBe(Enumerable.Range(0, lengths.Sum()));
            steps.Rows.ShouldBe(lengths.Sum());
        }
    }
}
