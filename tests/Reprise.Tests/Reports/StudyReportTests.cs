using System.Text.RegularExpressions;
using Reprise.Numerics;
using Reprise.Studies;
using Reprise.Studies.Measuring;
using Reprise.Tests.Training;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Reports;

/// <summary>Whole studies, trained, measured and reported, of models that see a few steps.</summary>
public sealed partial class StudyReportTests : IDisposable
{
    internal static readonly MeasuringOptions Few = new()
    {
        Sentences = 9,
        Reconstructions = 9,
        Samples = 12,
        Paths = 2,
        PathSteps = 3,
        BeamWidth = 2,
        ImportanceSentences = 2,
        LatentSentences = 4,
    };

    internal static readonly StudyOptions Four =
        StudyOptions.Of(Presets.Small, Toys.Words) with { Model = Toys.Model, Training = Toys.Options, Measuring = Few };

    // Enough for models that generate different sentences.
    internal static readonly TrainingOptions Learning = Toys.Options with { Steps = 60, LearningRate = 0.05, WordDropRate = 0.9 };

    private static readonly StudyOptions Two = Four with { Runs = [Four.Runs[0], Four.Runs[2]] };
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_model_without_a_code_is_measured_by_its_samples()
    {
        string report = Report("study", Two with { Runs = [StudyRun.Named("language-model", Presets.Small, 7)] });
        Chapter().Matches(report).Select(match => match.Groups[1].Value).ShouldBe(
            ["The paper's claims", "Curves", "Bounds", "Generation", "What was trained on what", "Definitions"]);
        report.ShouldContain("12 samples, words drawn");
        report.ShouldNotContain("NaN");
        Directory.Exists(_temp["study/questionnaires"]).ShouldBeFalse();
    }

    [Fact]
    public void A_study_of_one_run_and_of_one_step_is_reported()
    {
        string report = Report("study", Two with { Runs = [Two.Runs[0]], Training = Toys.Options with { Steps = 1 } });
        report.ShouldContain("1 objective, 1 step of 8 sentences");
        report.ShouldNotContain("Table 2");
        report.ShouldNotContain("NaN");
        report.ShouldNotContain("±");
        Directory.Exists(_temp["study/questionnaires"]).ShouldBeFalse();
    }

    [Fact]
    public void A_wild_model_is_reported_too()
    {
        // Weights of several hundreds make a word so improbable that its perplexity is beyond all numbers.
        string report = Report(
            "study",
            Two with { Runs = [StudyRun.Named("language-model", Presets.Small, 7)], Training = Toys.Options with { LearningRate = 300 } });
        report.ShouldContain("∞");
        report.ShouldNotContain("NaN");
    }

    [Fact]
    public void Models_with_empty_output_are_reported_too()
    {
        string report = Report("study", Two);
        report.ShouldContain("| *nothing* |");
        report.ShouldContain("– |");
        report.ShouldNotContain("– %");
    }

    [Fact]
    public void Seeds_give_a_mean_and_a_deviation()
    {
        string report = Report("study", Two with { Seeds = 2 });
        string[] cells = [.. Row(report, "VAE").Split('|', StringSplitOptions.TrimEntries)];
        double[] elbos =
        [
            .. ((string[])["vae", "vae-seed2"])
                .Select(name => JsonFileOf($"judged/{name}.json").GetProperty("evaluation").GetProperty("elbo").GetDouble()),
        ];
        double mean = elbos.Average(), deviation = Math.Abs(elbos[0] - elbos[1]) / Math.Sqrt(2); // of two: √(2 (d/2)²)
        Plain(cells[2]).ShouldBe(FormattableString.Invariant($"{mean:0.00} ± {deviation:0.00}"));
        report.ShouldContain("2 seeds");
        report.ShouldContain("`autogen-m1-seed2`");
    }

    [Fact]
    public void An_estimate_of_information_below_zero_is_shown_as_zero()
    {
        StudyOptions one = Two with { Runs = [Two.Runs[0]] };
        Report("study", one);
        double estimate = JsonFileOf("judged/vae.json").GetProperty("latent").GetProperty("mutualInformation").GetDouble();
        string file = _temp["study/judged/vae.json"], digits = System.Text.Json.JsonSerializer.Serialize(estimate);
        File.WriteAllText(file, File.ReadAllText(file).Replace($"\"mutualInformation\": {digits}", "\"mutualInformation\": -0.0123"));
        JsonFileOf("judged/vae.json").GetProperty("latent").GetProperty("mutualInformation").GetDouble().ShouldBe(-0.0123);
        string[] lines = Plain(Report("study", one)).Split('\n');
        int header = Array.FindIndex(lines, line => line.Contains("Mutual information, nats"));
        int column = Array.FindIndex(lines[header].Split('|'), cell => cell.Contains("Mutual information, nats"));
        (column > 1 ? lines[header + 2].Split('|')[column] : lines[header].Split('|')[2]).Trim().ShouldBe("0.00");
    }

    [Fact]
    public void Measurements_stay_until_weights_or_options_change()
    {
        Report("study", Two);
        Dictionary<string, (DateTime, string)> before = Measured();
        before.Count.ShouldBe(2 * 7 + 1);
        Report("study", Two);
        Measured().ShouldBe(before, ignoreOrder: true);

        using (Study more = Study.Open(_temp["study"], Two with { Training = Toys.Options with { Steps = 13 } }, Toys.Data))
        {
            more.Train(1, 1, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
            Measure(more).ShouldBe(["vae", "autogen-m1"]);
        }

        File.Copy(_temp["study/runs/vae/model.safetensors"], _temp["study/runs/autogen-m1/model.safetensors"], overwrite: true);
        using Study swapped = Study.Open(_temp["study"], Two with { Training = Toys.Options with { Steps = 13 } }, Toys.Data);
        Measure(swapped).ShouldBe(["autogen-m1"]);
        Measure(swapped).ShouldBeEmpty();

        using (swapped)
        {
        }

        using Study other = Study.Open(
            _temp["study"], Two with { Training = Toys.Options with { Steps = 13 }, Measuring = Few with { Samples = 11 } }, Toys.Data);
        Should.Throw<InputException>(() => other.Report()).Message.ShouldContain("no run is trained and measured yet");
        Measure(other).ShouldBe(["vae", "autogen-m1"]);
        other.Report();
        File.ReadAllText(_temp["study/report.md"]).ShouldContain("11 samples by beam search");

        Dictionary<string, (DateTime, string)> Measured() => Directory.GetFiles(_temp["study/judged"], "*", SearchOption.AllDirectories)
            .ToDictionary(path => path, path => (File.GetLastWriteTimeUtc(path), Convert.ToHexString(File.ReadAllBytes(path))));
    }

    [Fact]
    public void Measurements_of_another_version_are_made_again()
    {
        Report("study", Two);
        foreach (string file in (string[])["vae", "_corpus"])
        {
            string path = _temp[$"study/judged/{file}.json"];
            string now = File.ReadAllText(path);
            string before = now.Replace($"  \"judges\": {MeasuredFolder.Version},\n", "", StringComparison.Ordinal);
            before.Length.ShouldBeLessThan(now.Length);
            File.WriteAllText(path, before);
            using Study study = Study.Open(_temp["study"], Two, Toys.Data);
            Measure(study).ShouldBe(file == "vae" ? ["vae"] : []);
            File.ReadAllText(path).ShouldBe(now);
        }
    }

    [Fact]
    public void An_interruption_anywhere_changes_nothing_of_the_report()
    {
        StudyOptions options = Two with { Training = Learning };
        Report("straight", options, threads: 2);
        using (Study study = Study.Open(_temp["stopped"], options, Toys.Data))
        {
            using CancellationTokenSource training = new();
            study.Train(1, 1, progress: new Callback<StudyProgress>(p => Cancel(training, p.Step >= 8)), cancellationToken: training.Token)
                .ShouldBeFalse();
            study.Runs.Any(run => run.Step > 0 && !run.IsFinished).ShouldBeTrue();
        }

        using (Study study = Study.Open(_temp["stopped"], options, Toys.Data))
        {
            study.Train(1, 1, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
            (string? Run, string Name)[] stages =
            [
                (null, "the corpus"), ("vae", "bounds"), ("vae", "reconstructions"), ("vae", "paths"), ("autogen-m1", "samples"),
            ];
            foreach ((string? run, string stage) in stages)
            {
                using CancellationTokenSource measuring = new();
                study.Measure(
                    () => ComputeDevice.Open(threads: 1),
                    new Callback<MeasuringProgress>(p => Cancel(measuring, (p.Run?.Name, p.Stage) == (run, stage))), measuring.Token)
                    .ShouldBeFalse();
            }

            File.Exists(_temp["stopped/judged/vae.json"]).ShouldBeTrue();
            File.Exists(_temp["stopped/judged/autogen-m1.json"]).ShouldBeFalse();
        }

        Report("stopped", options);
        string[] files = FilesOf("straight");
        FilesOf("stopped").ShouldBe(files);
        files.Length.ShouldBeGreaterThan(30);
        foreach (string file in files)
            WithoutTimes(_temp["stopped"], file).ShouldBe(WithoutTimes(_temp["straight"], file), file);

        string[] FilesOf(string study) => [.. Directory.GetFiles(_temp[study], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_temp[study], path))
            .Where(path => !path.StartsWith("runs", StringComparison.Ordinal) && path != "study.lock")
            .Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Held_out_sentences_that_no_run_can_be_measured_by_are_refused()
    {
        Refused(null).ShouldBe("the corpus has no held-out sentences, and so nothing to measure the runs by; prepare one with a test part");
        Refused(new SentenceList([[3, 4, 5, 6], [3, 4], [0, 3, 4, 5]]))
            .ShouldStartWith("1 held-out sentences have 4 to 20 words that are all known; expected at least 2");

        string Refused(ISentences? test)
        {
            TrainingData data = Toys.Data with { Test = test, Hash = null };
            using TempFolder folder = new();
            using Study study = Study.Open(folder["study"], Two, data);
            string before = Should.Throw<InputException>(study.CheckHeldOut).Message;
            Should.Throw<InputException>(
                () => study.Measure(
                    () => ComputeDevice.Open(threads: 1),
                    cancellationToken: TestContext.Current.CancellationToken)).Message.ShouldBe(before);
            return before;
        }
    }

    [Fact]
    public void An_unsound_file_is_named_with_what_to_do()
    {
        Report("study", Two);
        Spoilt("judged/vae.json", text => text[..^20]).ShouldContain("delete the file and run the study again");
        Spoilt("judged/vae.json", text => text.Replace("\"evaluation\"", "\"valuation\"", StringComparison.Ordinal))
            .ShouldContain("evaluation");
        Spoilt("judged/_corpus.json", _ => "null").ShouldContain("not what a study wrote");
        Spoilt("judged/vae/drawn.jsonl", text => "{}\n" + text).ShouldContain("line 1: not what a study wrote");
        Spoilt("judged/vae/reconstructions.jsonl", text => text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..])
            .ShouldContain("lines; expected");
        Spoilt("judged/vae/bounds.jsonl", text => text + text).ShouldContain("lines; expected 9");
        const string ten = "{\"k\":10,", nine = "{\"k\":9,\"nll\":0,\"logLikelihood\":0,\"logIntegral\":0},";
        Spoilt("judged/vae/importance.jsonl", text => text.Replace(ten, nine + ten)).ShouldContain("4 numbers of draws; expected 3");
        Spoilt("judged/vae/paths.jsonl", text => text.Replace("\"changes\":[", "\"changes\":[0,"))
            .ShouldContain("3 changes; expected 2");
        Spoilt("judged/vae/paths.jsonl", _ => null).ShouldContain("no such file");
        Spoilt("runs/vae/log.jsonl", text => "{\"step\": 1}\n" + text).ShouldContain("line 1 is no report of training");

        string Spoilt(string file, Func<string, string?> change)
        {
            string path = _temp[$"study/{file}"], sound = File.ReadAllText(path);
            if (change(sound) is { } text)
                File.WriteAllText(path, text);
            else
                File.Delete(path);
            using Study study = Study.Open(_temp["study"], Two, Toys.Data);
            string message = Should.Throw<InputException>(() => study.Report()).Message;
            message.ShouldStartWith(path);
            File.WriteAllText(path, sound);
            return message;
        }
    }

    [Theory, InlineData("judged"), InlineData("figures")]
    public void A_folder_that_cannot_be_written_to_is_named_and_the_study_goes_on_once_it_can(string inTheWay)
    {
        using Study study = Study.Open(_temp["study"], Two, Toys.Data);
        study.Train(1, 1, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        string path = _temp[$"study/{inTheWay}"];
        File.WriteAllText(path, "");

        string message = Should.Throw<InputException>(MeasureAndReport).Message;
        message.ShouldStartWith(_temp["study"]);
        message.ShouldContain(inTheWay);
        message.ShouldEndWith("give the same command again");

        File.Delete(path);
        Should.NotThrow(MeasureAndReport);

        void MeasureAndReport()
        {
            Measure(study);
            study.Report();
        }
    }

    [Fact]
    public void Questionnaires_stay_because_people_may_have_answered_them()
    {
        Report("study", Two with { Training = Learning });
        string path = _temp["study/questionnaires/table2-key.json"], before = File.ReadAllText(path);
        File.Delete(_temp["study/questionnaires/table4-key.json"]);
        Report("study", Two with { Training = Learning, Measuring = Few with { Seed = 2 } });
        File.ReadAllText(path).ShouldBe(before);
        File.Exists(_temp["study/questionnaires/table4-key.json"]).ShouldBeTrue();
        File.ReadAllText(_temp["study/report.md"])
            .ShouldContain("table2 in questionnaires/ were made before, of other sentences than this report's");
    }

    private string Report(string name, StudyOptions options, int threads = 1)
    {
        using Study study = Study.Open(_temp[name], options, Toys.Data);
        study.Train(1, threads, cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        study.Measure(() => ComputeDevice.Open(threads: threads), cancellationToken: TestContext.Current.CancellationToken).ShouldBeTrue();
        study.Report();
        return File.ReadAllText(_temp[$"{name}/report.md"]);
    }

    /// <summary>Measures the runs, and gives the names of those that were.</summary>
    private static string[] Measure(Study study)
    {
        List<string> measured = [];
        study.Measure(
            () => ComputeDevice.Open(threads: 1), new Callback<MeasuringProgress>(p => measured.Add(p.Run?.Name ?? "")),
            TestContext.Current.CancellationToken).ShouldBeTrue();
        return [.. measured.Where(name => name.Length > 0).Distinct()];
    }

    private System.Text.Json.JsonElement JsonFileOf(string name) =>
        System.Text.Json.JsonDocument.Parse(File.ReadAllText(_temp[$"study/{name}"])).RootElement;

    private static string Row(string report, string title) =>
        report.Split('\n').First(line => Plain(line).StartsWith($"| {title} |", StringComparison.Ordinal));

    internal static string Plain(string markdown) =>
        markdown.Replace("*", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);

    internal static string WithoutTimes(string study, string file) => Times().Replace(File.ReadAllText(Path.Combine(study, file)), "");

    private static void Cancel(CancellationTokenSource source, bool now)
    {
        if (now)
            source.Cancel();
    }

    [GeneratedRegex("^## (.*)$", RegexOptions.Multiline)]
    private static partial Regex Chapter();

    [GeneratedRegex("### Times\n.*?(?=\n## )|<h3 id=\"times\">.*?(?=<h2)", RegexOptions.Singleline)]
    private static partial Regex Times();

    private sealed class Callback<T>(Action<T> action) : IProgress<T>
    {
        public void Report(T value) => action(value);
    }
}
