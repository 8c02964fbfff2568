using Reprise.Studies.Charts;

namespace Reprise.Tests.Charts;

public sealed class TerminalChartTests
{
    [Fact]
    public void A_rising_line_rises()
    {
        // 40 columns: 3 for labels, 1 for the axis, 7 for the name, 29 for the plot, which is 58 x 16 dots. At dot x the line is at
        // dot 15 - 15x/57, so it leaves the lowest row, dots 12 to 15, after x = 13, the next after 28, the next after 43.
        TerminalCurve curve = new("rise", [new(0, 0), new(10, 10)]);
        string[] lines =
        [
            .. TerminalChart.Draw([curve], new() { Title = "Title", Width = 40, Height = 4 }).Select(line => line.ToString()),
        ];
        lines.ShouldBe(
        [
            "Title",
            "10╶│                      ⣀⣀⠤⠤⠒⠒a a rise",
            "   │              ⢀⣀⡠⠤⠔⠒⠉⠉",
            "   │       ⣀⣀⠤⠔⠒⠊⠉⠁",
            " 0╶│⣀⠤⠤⠒⠒⠉⠉",
            "   └┴─────────────┴─────────────┴",
            "    0             5            10",
        ]);
    }

    [Fact]
    public void Braille_holds_two_by_four_dots_a_character()
    {
        TerminalCurve high = new("h", [new(0, 8), new(1, 8)]), low = new("l", [new(0, 0), new(1, 0)]);
        string[] lines = [.. TerminalChart.Draw([high, low], new() { Width = 40, Height = 3 }).Select(line => line.ToString())];
        lines[0].ShouldStartWith("10╶│");
        lines[0].ShouldContain("⠤⠤⠤⠤⠤"); // 8 of 10 is 2.2 dots below the top: the third row of dots
        lines[2].ShouldContain("⣀⣀⣀⣀⣀");
        lines[0].ShouldEndWith("a a h");
        lines[2].ShouldEndWith("b b l");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void Any_number_of_curves_stays_within_the_width(int count)
    {
        TerminalCurve[] curves = [.. Enumerable.Range(0, count).Select(c => new TerminalCurve($"a curve with a long name, number {c}",
            [.. Enumerable.Range(0, 300).Select(i => new ChartPoint(i, i % 50 == 3 ? double.NaN : Math.Sin((i + c) / 20.0)))]))];
        IReadOnlyList<TerminalLine> lines = TerminalChart.Draw(curves, new() { Width = 60, Height = 8 });
        lines.Count.ShouldBe(10);
        lines.ShouldAllBe(line => line.ToString().Length <= 60);
    }

    [Fact]
    public void Each_run_of_characters_names_its_curve()
    {
        TerminalCurve[] curves = [new("up", [new(0, 0), new(1, 1)]), new("down", [new(0, 1), new(1, 0)])];
        IReadOnlyList<TerminalLine> lines = TerminalChart.Draw(curves, new());
        foreach (TerminalRun run in lines.SelectMany(line => line.Runs))
        {
            if (run.Text.Contains("up", StringComparison.Ordinal))
                run.Curve.ShouldBe(0);
            else if (run.Text.Contains("down", StringComparison.Ordinal))
                run.Curve.ShouldBe(1);
            else if (run.Curve >= 0)
                run.Text.ShouldMatch(run.Curve == 0 ? "^[\u2801-\u28ff]*a?$" : "^[\u2801-\u28ff]*b?$");
        }

        lines.SelectMany(line => line.Runs).Select(run => run.Curve).Distinct().Order().ShouldBe([-1, 0, 1]);
    }

    [Fact]
    public void A_name_cannot_command_the_terminal()
    {
        IReadOnlyList<TerminalLine> lines = TerminalChart.Draw([new("\u001b[31m\nred", [new(1, 1)])], new() { Title = "\u001b]0;title\a" });
        string.Concat(lines).ShouldNotContain(c => char.IsControl(c));
        lines[0].ToString().ShouldBe("\ufffd]0;title\ufffd");
    }

    [Fact]
    public void Too_little_room_is_refused() =>
        Should.Throw<ArgumentException>(() => TerminalChart.Draw([], new() { Width = 39 }));
}
