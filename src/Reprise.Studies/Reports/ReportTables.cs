using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Statistics;

namespace Reprise.Studies.Reports;

/// <summary>The tables of sentences and of their scores, all models side by side.</summary>
internal sealed class ReportTables(IReadOnlyList<ReportRun> runs, CorpusScores corpus)
{
    private const int Sentences = 8, Paths = 2;

    private readonly ReportRun[] _withCode = [.. runs.Where(run => run.First.Scores.Reconstruction is not null)];

    public IEnumerable<Block> Reconstructions()
    {
        yield return new Paragraph("Each sentence is encoded, one z is drawn from its posterior, and beam search reconstructs the "
            + "sentence. The first of a seeded order that have 4 to 20 words, all known; none was picked.");
        MeasuredReconstruction[] inputs = [.. _withCode[0].First.Reconstructions.Take(Sentences)];
        yield return SideBySide(
            "Reconstructions (the paper's Table 1)", "Input", [.. inputs.Select(line => line.Input)],
            i => run => run.First.Reconstructions[i].Output);
        yield return Numbers($"{ReportText.Count(_withCode[0].First.Reconstructions.Count)} reconstructions", _withCode,
            ("Exact", run => run.Percent(j => j.Reconstruction!.ExactMatch)),
            ("Word accuracy", run => run.Percent(j => j.Reconstruction!.WordAccuracy)),
            ("Word error rate", run => run.Percent(j => j.Reconstruction!.WordErrorRate)),
            ("BLEU-4", run => run.Cell(j => j.Reconstruction!.Bleu, "0.0", 100)),
            ("chrF", run => run.Cell(j => j.Reconstruction!.ChrF, "0.0", 100)),
            ("Own code nearest", run => run.Percent(j => j.Reconstruction!.Nearest)),
            ("Median rank", run => run.Cell(j => j.Reconstruction!.MedianRank, "0.#")));
        if (_withCode.Length > 1)
            yield return Preferences();
    }

    public IEnumerable<Block> Generation()
    {
        if (_withCode.Length > 0)
        {
            yield return new Paragraph("Codes are drawn from the prior, the same ones for all models, and decoded by beam search, the most "
                + "probable sentence of each code; or by drawing every word.");
            yield return Samples("Sentences of the prior by beam search (the paper's Table 3)", _withCode, run => run.First.Searched);
        }

        yield return Samples("Sentences of the prior, words drawn", runs, run => run.First.Drawn);
        if (_withCode.Length > 0)
            yield return SampleNumbers(
                $"{ReportText.Count(_withCode[0].First.Searched.Count)} samples by beam search", _withCode, j => j.Searched!);
        yield return SampleNumbers($"{ReportText.Count(runs[0].First.Drawn.Count)} samples, words drawn", runs, j => j.Drawn);
        yield return Naturals("Natural samples, words drawn: a metric in the place of the paper's Table 4", runs, j => j.Drawn,
            "In brackets the 95 % interval over the samples of one seed (Wilson 1927). Nine tenths of real sentences are natural by "
                + "definition. The most probable sentence of a code, below, is a usual one whatever the model.");
        if (_withCode.Length > 0)
            yield return Naturals("Natural samples by beam search: sentences such as the questionnaire shows", _withCode, j => j.Searched!);
        yield return ByLength("By length, words drawn", runs, run => run.Drawn, j => j.Drawn);
        if (_withCode.Length > 0)
            yield return ByLength("By length, by beam search", _withCode, run => run.Searched, j => j.Searched!);
    }

    public IEnumerable<Block> Interpolation()
    {
        for (int path = 0; path < Math.Min(Paths, _withCode[0].First.Paths.Count); path++)
        {
            MeasuredPath own = _withCode[0].First.Paths[path];
            int at = path;
            yield return SideBySide($"From “{own.From}” to “{own.To}” (the paper's Table 5)", "",
                [.. own.Said.Select((_, step) => ReportText.Number(step, "0"))], step => run => run.First.Paths[at].Said[step]);
        }

        yield return Numbers($"{_withCode[0].First.Paths.Count} paths of {_withCode[0].First.Paths[0].Said.Count} steps", _withCode,
            ("Neighbours that repeat", run => run.Percent(j => j.Paths!.Repeated)),
            ("Words changed from one to the next", run => run.Cell(j => j.Paths!.Edits)),
            ("Largest jump, of the way", run => run.Percent(j => j.Paths!.LargestJump)));
    }

    private Table Preferences()
    {
        List<IReadOnlyList<Inline>> rows = [];
        for (int b = 1; b < _withCode.Length; b++)
        {
            for (int a = 0; a < b; a++)
                rows.Add([_withCode[b].Title, _withCode[a].Title, .. Cells(b, a, line => line.ChrF), .. Cells(b, a, line => line.Bleu)]);
        }

        return new Table(
            [new("Of"), new("minus"), new("chrF, points", Alignment.Right), new("closer by chrF", Alignment.Right),
                new("BLEU, points", Alignment.Right), new("closer by BLEU", Alignment.Right)],
            rows)
        {
            Caption = "Reconstructions of the same sentences: a metric in the place of the paper's Table 2",
            Notes = [$"Mean difference of a sentence's score, with its 95 % interval: {IntervalNote}. Closer: the share of sentences whose "
                + "score is greater, among those where one is."],
        };

        Inline[] Cells(int of, int minus, Func<MeasuredReconstruction, double> closeness)
        {
            RunPair pair = new(_withCode[of], _withCode[minus], corpus.Options.Seed);
            PairedComparison? difference = pair.Crossed(run => ItemRatio.MeanOf(run.Reconstructions.Select(closeness)));
            return
            [
                difference is null ? "–" : new Comparison("", difference, 100, "0.0").Text,
                pair.Mean((a, b) => Preference.Of(a.Reconstructions, b.Reconstructions, closeness).First.Share) is { } share
                    ? ReportText.Percent(share)
                    : "–",
            ];
        }
    }

    private string IntervalNote => runs.Any(run => run.Seeds.Count > 1)
        ? "Student's t over seeds, with the sentences as a second source of error"
        : "bootstrap over the sentences; of one seed, and so of these weights only";

    private Table Samples(string caption, IReadOnlyList<ReportRun> of, Func<ReportRun, IReadOnlyList<MeasuredSample>> samples)
    {
        int count = Math.Min(Sentences, of.Min(run => samples(run).Count));
        IReadOnlyList<string> rows = [.. Enumerable.Range(1, count).Select(i => ReportText.Number(i, "0"))];
        return SideBySide(caption, "", rows, i => run => samples(run)[i].Text, of);
    }

    // Split as the paper's Table 4.
    private Table Naturals(
        string caption, IReadOnlyList<ReportRun> of, Func<RunScores, SampleScores> scores, params IReadOnlyList<Inline> notes)
    {
        return new Table(
            [new("Model"), new($"At most {CorpusMetrics.Short} words", Alignment.Right),
                new($"More than {CorpusMetrics.Short} words", Alignment.Right), new("All", Alignment.Right)],
            [.. of.Select(run => Row(run.Title, part => ShareOf(run, j => part(scores(j))))),
                Row(Inline.Emphasis("real sentences"), part => ReportText.Share(part(corpus.Real)))])
        { Caption = caption, Notes = notes, RowHeadings = true };

        static IReadOnlyList<Inline> Row(Inline title, Func<Func<SampleScores, Proportion>, Inline> of) =>
            [title, of(s => s.NaturalShort), of(s => s.NaturalLong), of(s => s.Natural)];

        // Counts of several seeds are not added: the seeds, not the samples, would be the units.
        static Inline ShareOf(ReportRun run, Func<RunScores, Proportion> part) =>
            run.Seeds.Count == 1 ? ReportText.Share(part(run.First.Scores)) : run.Percent(j => part(j).Share);
    }

    private static Table ByLength(string caption, IReadOnlyList<ReportRun> of,
        Func<MeasuredRun, IReadOnlyList<MeasuredSample>> samples, Func<RunScores, SampleScores> scores)
    {
        return new Table(
            [
                new("Model"), new("No word", Alignment.Right),
                new($"At most {CorpusMetrics.Short} words", Alignment.Right),
                new("Perplexity, forward", Alignment.Right), new("Different", Alignment.Right),
                new($"More than {CorpusMetrics.Short} words", Alignment.Right),
                new("Perplexity, forward", Alignment.Right), new("Different", Alignment.Right),
                new("Cut off", Alignment.Right),
            ],
            [.. of.Select(run => (IReadOnlyList<Inline>)[
                run.Title,
                run.Percent(j => scores(j).Silent),
                .. Cells(run, words => words <= CorpusMetrics.Short),
                .. Cells(run, words => words > CorpusMetrics.Short),
                run.Percent(j => scores(j).Cut)])])
        { Caption = caption, RowHeadings = true };

        Inline[] Cells(ReportRun run, Func<int, bool> isChosen)
        {
            return
            [
                run.CellOfLines(seed => Chosen(seed).Length, "#,0"),
                run.CellOfLines(seed => Chosen(seed) is { Length: > 0 } chosen
                    ? Math.Exp(-chosen.Sum(sample => sample.LogProbability) / chosen.Sum(sample => sample.Words + 1))
                    : null, "0.0"),
                run.CellOfLines(seed => Chosen(seed) is { Length: > 0 } chosen
                    ? (double)chosen.Select(sample => sample.Text).Distinct(StringComparer.Ordinal).Count() / chosen.Length
                    : null, "0.0", 100, " %"),
            ];

            MeasuredSample[] Chosen(MeasuredRun seed) => [.. samples(seed).Where(sample => isChosen(sample.Words))];
        }
    }

    private Table SampleNumbers(string caption, IReadOnlyList<ReportRun> of, Func<RunScores, SampleScores> scores) => new(
        [
            new("Model"), new("Words", Alignment.Right), new("Lengths off by", Alignment.Right),
            new("Perplexity, forward", Alignment.Right), new("reverse", Alignment.Right), new("Self-BLEU", Alignment.Right),
            new("Distinct-1", Alignment.Right), new("-2", Alignment.Right), new("-4", Alignment.Right),
            new("Different", Alignment.Right), new("Copies", Alignment.Right),
        ],
        [
            .. of.Select(run => Row(run.Title, (value, format, scale) => run.Cell(j => value(scores(j)), format, scale))),
            Row(Inline.Emphasis("real sentences"), (value, format, scale) => value(corpus.Real) is { } number
                ? ReportText.Number(scale * number, format)
                : "–"),
        ])
    { Caption = caption, RowHeadings = true };

    private static IReadOnlyList<Inline> Row(Inline title, Func<Func<SampleScores, double?>, string, double, string> cell) =>
    [
        title, cell(s => s.MeanLength, "0.0", 1), cell(s => s.LengthDistance, "0.0", 100) + " %",
        cell(s => s.Forward, "0.0", 1), cell(s => s.Reverse, "0.0", 1), cell(s => s.SelfBleu, "0.0", 100),
        cell(s => s.Distinct[0], "0.000", 1), cell(s => s.Distinct[1], "0.000", 1), cell(s => s.Distinct[3], "0.000", 1),
        cell(s => s.Different, "0.0", 100) + " %", cell(s => s.Copies, "0.0", 100) + " %",
    ];

    /// <summary>A table of numbers with a row for each model.</summary>
    internal static Table Numbers(string caption, IReadOnlyList<ReportRun> of,
        params IReadOnlyList<(Inline Header, Func<ReportRun, Inline> Cell)> columns) => new(
        [new("Model"), .. columns.Select(column => new Column(column.Header, Alignment.Right))],
        [.. of.Select(run => (IReadOnlyList<Inline>)[run.Title, .. columns.Select(column => column.Cell(run))])])
        { Caption = caption, RowHeadings = true };

    private Table SideBySide(string caption, string header, IReadOnlyList<string> rows,
        Func<int, Func<ReportRun, string>> sentence, IReadOnlyList<ReportRun>? of = null) => new(
        [new(header), .. (of ?? _withCode).Select(run => new Column(run.Title))],
        [.. rows.Select((row, i) => (IReadOnlyList<Inline>)[row, .. (of ?? _withCode).Select(run => Shown(sentence(i)(run)))])])
        { Caption = caption, RowHeadings = true };

    private static Inline Shown(string text) => text.Length > 0 ? text : Inline.Emphasis("nothing");
}
