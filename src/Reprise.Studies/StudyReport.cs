using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Inference;
using Reprise.Studies.Charts;
using Reprise.Studies.Documents;
using Reprise.Studies.Measuring;
using Reprise.Studies.Reports;
using Reprise.Text;

namespace Reprise.Studies;

/// <summary>The report of a study: its chapters in their order. A pure function of the files of the study.</summary>
internal sealed class StudyReport
{
    private const string QuestionnaireFolder = "questionnaires";

    private readonly Study _study;
    private readonly PublishedCurves? _published;
    private readonly IReadOnlyList<ReportRun> _runs;
    private readonly CorpusScores _corpus;
    private readonly IReadOnlyList<string> _oldQuestionnaires;
    private readonly List<Chart> _charts = [];

    private StudyReport(Study study, PublishedCurves? published)
    {
        (_study, _published) = (study, published);
        MeasuredFolder measured = new(study.FolderPath);
        _runs = MeasuredRuns.Of(
            study.Runs.Where(run => run.IsFinished).Select(run => (run.Run, run.Folder)), measured, study.Options.Measuring);
        _corpus = measured.ReadCorpus() is { } corpus && corpus.Options == study.Options.Measuring && _runs.Count > 0
            ? corpus
            : throw new InputException($"{study.FolderPath}: no run is trained and measured yet, so there is nothing to report");
        _oldQuestionnaires = Questionnaires.Write(Path.Combine(study.FolderPath, QuestionnaireFolder),
            [.. _runs.Select(run => (run.Name, run.First))], study.Options.Measuring.Seed);
    }

    /// <summary>Writes the report and its figures, as SVG and as CSV, into the folder of the study.</summary>
    public static void Write(Study study, PublishedCurves? published)
    {
        StudyReport report = new(study, published);
        report.Build().Write(study.FolderPath);
        foreach (Chart chart in report._charts)
            AtomicFile.WriteText(Path.Combine(study.FolderPath, "figures", chart.Name + ".csv"), chart.ToCsv());
    }

    private Document Build()
    {
        ReportTables tables = new(_runs, _corpus);
        BoundTables bounds = new(_runs);
        Document document = new("What the objective does: a study")
        {
            Summary = $"{_runs.Count} {(_runs.Count == 1 ? "objective" : "objectives")}, "
                + $"{ReportText.Count(_study.Options.Training.Steps!.Value)} {(_study.Options.Training.Steps == 1 ? "step" : "steps")} "
                + $"of {_study.Options.Training.BatchSize} sentences each"
                + $"{(_study.Options.Seeds > 1 ? $", {_study.Options.Seeds} seeds; of a seed" : ",")} the same batches, dropped words "
                + "and first weights for all."
                + (_study.Options.Seeds > 1
                    ? " Numbers are means over the seeds ± their standard deviation, sentences are the first seed's."
                    : ""),
        };
        document.Add(new Heading(2, "The paper's claims"));
        StudyOptions options = _study.Options;
        Claims claims = new(_runs, options.Claims, options.Training.Steps!.Value, options.Measuring.Seed);
        ulong[] seeds = [.. _runs.SelectMany(run => run.Seeds).Select(seed => seed.Seed).Distinct()];
        document.AddRange(ClaimTables.Of(claims.Test(), options.Claims, seeds));

        document.Add(new Heading(2, "Curves"));
        document.Add(new Paragraph("Fig. 2 of the paper: the share of KL in the objective, and the ELBO, through training; and the "
            + "parts of both."));
        CurveRun[] curves = [.. _runs.Select(run => run.Curves)];
        AddCharts(document, Fig2.HeldOut(curves, _published));
        document.Add(new Heading(3, "On training batches"));
        AddCharts(document, Fig2.Training(curves, _published));

        document.Add(new Heading(2, "Bounds"));
        document.AddRange(bounds.Bounds());
        if (_runs.Any(run => run.First.Reconstructions.Count > 0))
        {
            document.Add(new Heading(2, "Reconstruction"));
            document.AddRange(tables.Reconstructions());
        }

        document.Add(new Heading(2, "Generation"));
        document.AddRange(tables.Generation());
        if (_runs.Any(run => run.First.Paths.Count > 0))
        {
            document.Add(new Heading(2, "Interpolation"));
            document.AddRange(tables.Interpolation());
            document.Add(new Heading(2, "Latent space"));
            document.AddRange(bounds.LatentSpace());
            AddCharts(document, [ReportCharts.KlPerDimension([.. _runs.Where(run => run.First.Scores.Latent is not null)])]);
        }

        if (ReportCharts.TradeOff(_runs, options.Claims, options.Measuring.Seed) is { } tradeOff)
        {
            document.Add(new Heading(2, "Choosing m"));
            document.Add(new Paragraph(tradeOff.Text));
            AddCharts(document, [tradeOff.Chart]);
        }

        AddConditions(document);
        document.Add(new Heading(2, "Definitions"));
        document.Add(ReportDefinitions.All(_study.Options.Measuring));
        return document;
    }

    private void AddCharts(Document document, IEnumerable<Chart> charts)
    {
        foreach (Chart chart in charts)
        {
            _charts.Add(chart);
            document.Add(Figure.Of(chart));
        }
    }

    private void AddConditions(Document document)
    {
        StudyOptions options = _study.Options;
        document.Add(new Heading(2, "What was trained on what"));
        document.Add(new Definitions(
        [
            ("Corpus", $"{ReportText.Count(_study.Data.Train.Count)} sentences to train on, "
                + $"{ReportText.Count(_study.Data.Test?.Count ?? 0)} held out; "
                + $"{(_study.Data.Text.LowerCase ? "lower case" : "letters as they are")}, {WordsOf(_study.Data.Text)}; SHA-256 "
                + $"{_study.Data.Hash ?? "unknown"}"),
            ("Model", $"preset {options.Preset}: vocabulary {ReportText.Count(options.Model.VocabularySize)}, embedding "
                + $"{options.Model.EmbeddingSize}, hidden {options.Model.HiddenSize}, code {options.Model.LatentSize}, "
                + $"{(options.Model.TieEmbeddings ? "one table of words" : "separate tables of words")}, "
                + $"encoder: {options.Model.EncoderText}; {options.Model.PosteriorLayers} posterior layers, z in the decoder: "
                + $"{JsonNamingPolicy.CamelCase.ConvertName(options.Model.LatentInput.ToString())}"),
            ("Training", $"{ReportText.Count(options.Training.Steps!.Value)} steps of {options.Training.BatchSize} sentences, "
                + FormattableString.Invariant($"Adam at {options.Training.LearningRate}, ")
                + (options.Training.ClipNorm is { } clip ? FormattableString.Invariant($"gradients clipped at {clip}, ") : "no clipping, ")
                + FormattableString.Invariant($"word drop {options.Training.WordDropRate}")),
            ("Metrics", $"{ReportText.Count(options.Measuring.Reconstructions)} reconstructions, "
                + $"{ReportText.Count(options.Measuring.Samples)} samples of each kind, {options.Measuring.Paths} paths; beams of "
                + $"{options.Measuring.BeamWidth}, at most {new DecodingOptions().Of(_study.Data.Text).MostWords} "
                + $"{_study.Data.Text.Units}; seed {options.Measuring.Seed}"),
            ("Programs", string.Join("; ", _runs.SelectMany(run => run.Seeds).Select(seed => Versions(seed.Config)).Distinct())),
        ]));
        document.Add(new Table(
            [new("Run"), new("Objective"), new("m", Alignment.Right),
                new("Seed", Alignment.Right), new("Weights (SHA-256, its first 16 digits)")],
            [.. _runs.SelectMany(run => run.Seeds.Select(seed => (IReadOnlyList<Inline>)
                [
                    Inline.Code(seed.Name), run.ObjectiveName, ReportText.Number(run.Objective.M, "0.###"),
                    seed.Seed.ToString(CultureInfo.InvariantCulture),
                    Inline.Code(seed.Measured.Scores.Model[..16]),
                ]))])
        { Caption = "Runs" });
        document.Add(new Heading(3, "Times"));
        document.Add(new Table(
            [new("Run"), new("Training", Alignment.Right), new("On")],
            [.. _runs.SelectMany(run => run.Seeds).Select(seed =>
                (IReadOnlyList<Inline>)[Inline.Code(seed.Name), ReportText.Duration(seed.Seconds), seed.Device ?? "–"])])
        { Caption = $"Times; this report was made on {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} processors" });
        if (_oldQuestionnaires.Count > 0)
            document.Add(new Paragraph($"{string.Join(" and ", _oldQuestionnaires)} in {QuestionnaireFolder}/ were made before, of "
                + "other sentences than this report's, and were left as they are, because people may have answered them; delete their "
                + "files and give the command again for new ones."));
    }

    private static string WordsOf(TextOptions text) => text.Tokenizer switch
    {
        TokenizerKind.Penn => "words as in the Penn Treebank",
        TokenizerKind.Whitespace => "words between white space",
        TokenizerKind.Bpe => "pieces of words by byte pairs; metrics count words as in the Penn Treebank",
        _ => "characters; metrics count words as in the Penn Treebank",
    };

    private static string Versions(ModelConfig config) => config.Versions is { Count: > 0 } versions
        ? string.Join(", ", versions.Select(program => $"{program.Key} {program.Value}"))
        : "unknown";
}
