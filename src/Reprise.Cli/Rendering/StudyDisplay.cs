using System.Diagnostics;
using Reprise.Studies;
using Reprise.Studies.Charts;
using Reprise.Studies.Reports;
using Reprise.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using Literal = Spectre.Console.Text;
using Markup = Spectre.Console.Markup;

namespace Reprise.Cli.Rendering;

/// <summary>The progress of a study, on standard error: a line for each run on a terminal, a line every 10 s elsewhere.</summary>
internal sealed class StudyDisplay
{
    private const int BarWidth = 40;
    private const int NarrowestChart = 60, WidestChart = 100, ChartHeight = 8;
    private static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PlainPause = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private static readonly string[] Colours = ["deepskyblue1", "orange1", "green", "magenta1", "yellow", "red", "turquoise2", "grey"];

    private readonly Row[] _rows;
    private readonly int _width;
    private TimeSpan _next;

    private StudyDisplay(IReadOnlyList<StudyRunState> runs, int width) => (_rows, _width) = ([.. runs.Select(run => new Row(run))], width);

    /// <summary>Trains and shows the progress.</summary>
    public static bool Show(Session session, IReadOnlyList<StudyRunState> runs, Func<IProgress<StudyProgress>?, bool> train)
    {
        StudyDisplay display = new(runs, session.Terminal.Width);
        if (session.Quiet)
            return train(null);
        if (!session.CanRedraw)
            return train(new Callback<StudyProgress>(progress => display.WriteLine(session.Terminal.Error, progress)));
        return session.ErrorConsole.Live(new Literal("starting")).Start(live =>
            train(new Callback<StudyProgress>(progress => display.Redraw(live, progress))));
    }

    private void WriteLine(TextWriter writer, StudyProgress progress)
    {
        TrainingReport report = progress.Report;
        bool isLast = report.Split != ReportSplit.Train && report.Step == report.TotalSteps;
        if (_clock.Elapsed < _next && !isLast)
            return;
        _next = _clock.Elapsed + PlainPause;
        string losses = $"{Describe.Split(report.Split)}: {TrainingDisplay.Losses(report)}";
        writer.WriteLine($"{ShareOf(progress)}  {progress.Run.Name}: step {Format.Count(report.Step)}  {losses}{Left(progress)}");
    }

    private void Redraw(LiveDisplayContext live, StudyProgress progress)
    {
        Array.Find(_rows, row => row.Name == progress.Run.Name)!.Take(progress.Report);
        if (_clock.Elapsed < _next)
            return;
        _next = _clock.Elapsed + TerminalPause;
        live.UpdateTarget(Draw(progress));
    }

    private Rows Draw(StudyProgress progress)
    {
        int full = (int)Math.Round((double)progress.Step / progress.TotalSteps * BarWidth);
        (string done, string left) = (new string('━', full), new string('─', BarWidth - full));
        string steps = $"step {Format.Count(progress.Step)} of {Format.Count(progress.TotalSteps)}";
        Table table = Tables.Columns("run", "#step", "#nll", "#kl", "#elbo", "#kl share");
        foreach (Row row in _rows)
            row.AddTo(table);
        List<IRenderable> lines =
        [
            new Columns(
                new Markup($"[green]{done}[/][grey]{left}[/] {ShareOf(progress).Trim()}"),
                new Literal($"{steps}{Left(progress)}")) { Expand = false },
            table,
            .. Chart("KL, % of the objective, held out", point => 100 * point.KlShare),
            .. Chart("ELBO, nats a sentence, held out", point => point.Elbo),
        ];
        return new Rows(lines);
    }

    /// <summary>A chart of Fig. 2 of the paper, up to the present step.</summary>
    private IEnumerable<IRenderable> Chart(string title, Func<CurvePoint, double> of)
    {
        TerminalCurve[] curves =
        [
            .. _rows.Select(row => new TerminalCurve(row.Name, [.. row.Points.Select(point => new ChartPoint(point.Step, of(point)))])),
        ];
        if (_width < NarrowestChart || curves.All(curve => curve.Points.Count < 2))
            return [];
        TerminalChartOptions options = new() { Title = title, Width = Math.Min(_width - 1, WidestChart), Height = ChartHeight };
        return TerminalChart.Draw(curves, options)
            .Select(line => new Markup(string.Concat(line.Runs.Select(run => run.Curve < 0
                ? Markup.Escape(run.Text)
                : $"[{Colours[run.Curve % Colours.Length]}]{Markup.Escape(run.Text)}[/]"))));
    }

    private static string ShareOf(StudyProgress progress) => $"{Format.Percent((double)progress.Step / progress.TotalSteps, 0),5}";

    private static string Left(StudyProgress progress) => progress.TimeLeft is { } time ? $"  {Format.Duration(time)} left" : "";

    /// <summary>A run with its latest evaluation on held-out sentences.</summary>
    private sealed class Row(StudyRunState state)
    {
        // Points after the last checkpoint are measured again.
        private readonly List<CurvePoint> _points =
            [.. RunCurve.HeldOut(state.Folder).Where(point => point.Step <= state.Step)];

        private long _step = state.Step;
        private TrainingReport? _test;

        public string Name => state.Run.Name;

        public IReadOnlyList<CurvePoint> Points => _points;

        public void Take(TrainingReport report)
        {
            _step = report.Step;
            if (report.Split == ReportSplit.Train)
                return;
            _test = report;
            _points.Add(new CurvePoint(report.Step, report.Nll, report.Kl, report.Elbo, report.KlShare));
        }

        public void AddTo(Table table) => table.Row(
            Name,
            Format.Count(_step),
            Number(t => t.Nll),
            Number(t => t.Kl),
            Number(t => t.Elbo),
            _test is { } test ? Format.Percent(test.KlShare) : "");

        private string Number(Func<TrainingReport, double> part) => _test is { } test ? Format.Number(part(test)) : "";
    }
}
