using System.Diagnostics;
using Reprise.Training;
using Spectre.Console;
using Spectre.Console.Rendering;
using Literal = Spectre.Console.Text;

namespace Reprise.Cli.Rendering;

/// <summary>The progress of training, on standard error: lines that are redrawn on a terminal, a line every 10 s elsewhere.</summary>
internal sealed class TrainingDisplay
{
    private const int BarWidth = 40;
    private const int HistoryWidth = 48;
    private static readonly TimeSpan TerminalPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PlainPause = TimeSpan.FromSeconds(10);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<double> _kls = [];
    private TimeSpan _next;
    private TrainingReport? _train, _heldOut;

    private TrainingDisplay()
    {
    }

    /// <summary>Trains and shows the progress.</summary>
    public static TrainingResult Show(Session session, Func<IProgress<TrainingReport>?, TrainingResult> train)
    {
        TrainingDisplay display = new();
        if (session.Quiet)
            return train(null);
        if (!session.CanRedraw)
            return train(new Callback<TrainingReport>(report => display.WriteLine(session.Terminal.Error, report)));
        return session.ErrorConsole.Live(new Literal("starting")).Start(live =>
            train(new Callback<TrainingReport>(report => display.Redraw(live, report))));
    }

    private void WriteLine(TextWriter writer, TrainingReport report)
    {
        if (report.Split == ReportSplit.Train && _clock.Elapsed < _next)
            return;
        if (report.Split == ReportSplit.Train)
            _next = _clock.Elapsed + PlainPause;
        string speed = report.Split == ReportSplit.Train ? $"  {Format.Count((long)report.TokensPerSecond)} tokens/s" : "";
        string left = report.TimeLeft is { } time ? $"  {Format.Duration(time)} left" : "";
        string place = $"step {Format.Count(report.Step)}  epoch {Format.Number(report.Epoch)}";
        writer.WriteLine($"{place}  {Describe.Split(report.Split)}: {Losses(report)}{Best(report)}{speed}{left}");
    }

    private void Redraw(LiveDisplayContext live, TrainingReport report)
    {
        if (report.Split != ReportSplit.Train)
            _heldOut = report;
        else
            _kls.Add((_train = report).Kl);
        if (_clock.Elapsed < _next && report.Split == ReportSplit.Train)
            return;
        _next = _clock.Elapsed + TerminalPause;
        live.UpdateTarget(Draw(report));
    }

    private Rows Draw(TrainingReport latest)
    {
        double seconds = latest.Seconds, left = latest.TimeLeft?.TotalSeconds ?? double.PositiveInfinity;
        double share = seconds + left > 0 ? seconds / (seconds + left) : 0;
        int full = (int)Math.Round(share * BarWidth);
        (string done, string rest) = (new string('━', full), new string('─', BarWidth - full));
        string of = latest.TotalSteps is { } total ? $" of {Format.Count(total)}" : "";
        string steps = $"step {Format.Count(latest.Step)}{of}";
        string time = latest.TimeLeft is { } t ? $"{Format.Duration(t)} left" : Format.Duration(TimeSpan.FromSeconds(seconds));
        List<IRenderable> lines =
        [
            new Columns(
                new Markup($"[green]{done}[/][grey]{rest}[/] {Format.Percent(share, 0)}"),
                new Literal($"{steps}, epoch {Format.Number(latest.Epoch)}, {time}")) { Expand = false },
        ];
        if (_train is { } train)
            lines.Add(Line("train", $"{Losses(train)}  objective {Format.Number(train.Objective)}"));
        if (_heldOut is { } heldOut)
            lines.Add(Line(Describe.Split(heldOut.Split), Losses(heldOut) + Best(heldOut)));
        lines.Add(Line("kl so far", Sparkline.Of(_kls, HistoryWidth)));
        (double? tokens, double? sentences) = (_train?.TokensPerSecond, _train?.SentencesPerSecond);
        lines.Add(Line("speed", $"{Format.Count((long)(tokens ?? 0))} tokens/s, {Format.Count((long)(sentences ?? 0))} sentences/s"));
        return new Rows(lines);
    }

    private static Markup Line(string name, string text) => new($"[grey]{name,-10}[/] {Markup.Escape(text)}");

    internal static string Losses(TrainingReport report) =>
        $"nll {Format.Number(report.Nll)}  kl {Format.Number(report.Kl)}  elbo {Format.Number(report.Elbo)}  "
        + $"kl share {Format.Percent(report.KlShare)}"
        + (report.M is { } m ? $"  m {Format.Number(m)}" : "");

    private static string Best(TrainingReport report) => report.BestStep is { } step ? $"  best: step {Format.Count(step)}" : "";
}
