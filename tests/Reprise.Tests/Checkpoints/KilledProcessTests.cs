using System.Diagnostics;
using Reprise.Checkpoints;
using Reprise.Numerics;
using Reprise.Tests.Cli;
using Reprise.Tests.House;
using Reprise.Tests.Reports;
using Reprise.Tests.Training;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Checkpoints;

/// <summary>The command itself, killed by the system in the middle of its work.</summary>
public sealed class KilledProcessTests : IDisposable
{
    private static readonly int[] ReportsBeforeAKill = [3, 1, 5, 2];

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_training_process_that_is_killed_again_and_again_ends_as_one_that_was_not()
    {
        string corpus = Toys.MakeCorpus(_temp, sentences: 200);
        string[] options = // far more steps than are made before the last kill, however late that comes
        [
            "--steps", "160", "--batch", "8", "--embedding", "12", "--hidden", "24", "--latent", "6", "--threads", "1",
            "--checkpoint-every", "1", "--evaluate-every", "1", "--evaluate-on", "3", "--report-every", "3", "--seed", "11",
        ];
        string[] arguments = ["train", corpus, "--out", _temp["killed"], .. options];
        foreach (int reports in ReportsBeforeAKill)
        {
            KillAfter(reports, arguments);
            // Killed before its first checkpoint could end, a run starts again from its config.json.
            arguments = ["train", corpus, "--out", _temp["killed"], "--resume", "--threads", "1"];
        }

        Dotnet.Run(_temp.Path, new Dictionary<string, string>(), [CliRun.CommandPath, .. arguments, "--quiet"]);

        (Reprise.Model.ModelOptions model, TrainingOptions training) = Trainer.OptionsOf(_temp["killed"]);
        using Corpus opened = Corpus.Open(corpus);
        using ComputeDevice device = ComputeDevice.Open("cpu", 2);
        Trainer.Train(opened, model, training, _temp["straight"], device: device, cancellationToken: TestContext.Current.CancellationToken)
            .Step.ShouldBe(160);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Fact]
    public void A_study_that_is_killed_again_and_again_ends_as_one_that_was_not()
    {
        string corpus = Toys.MakeCorpus(_temp, sentences: 200);
        string[] sizes = ["--steps", "120", "--batch", "8", "--embedding", "12", "--hidden", "24", "--latent", "6"];
        string[] options =
        [
            .. sizes, "--threads", "1", "--judge", "40", "--runs", "vae,autogen-m1", "--checkpoint-every", "1", "--report-every", "3",
            "--evaluate-every", "5",
        ];
        foreach (int steps in (int[])[1, 12, 40])
            KillAtStep(steps, ["study", corpus, "--out", _temp["killed"], .. options]);
        foreach (string stage in (string[])["measuring vae (1 of 2): latent space", "measuring autogen-m1 (2 of 2): samples"])
            KillWhen(lines => lines[^1] == stage, ["study", corpus, "--out", _temp["killed"], .. options]);
        Dotnet.Run(
            _temp.Path, new Dictionary<string, string>(), [CliRun.CommandPath, "study", corpus, "--out", _temp["killed"], "--quiet"]);
        CliRun.Of(["study", corpus, "--out", _temp["straight"], "--runs-at-once", "2", .. options, "--quiet"]).Done();

        File.ReadAllText(_temp["killed/study.json"]).ShouldBe(File.ReadAllText(_temp["straight/study.json"]));
        foreach (string run in (string[])["vae", "autogen-m1"])
            _temp[$"killed/runs/{run}"].ShouldBeTheSameRunAs(_temp[$"straight/runs/{run}"]);
        foreach (string report in (string[])["report.md", "report.html"])
            StudyReportTests.WithoutTimes(_temp["killed"], report).ShouldBe(StudyReportTests.WithoutTimes(_temp["straight"], report));
    }

    /// <summary>Starts a study and kills it when its runs have so many steps together, by their checkpoints.</summary>
    private void KillAtStep(long steps, string[] arguments)
    {
        using Child process = Start(arguments);
        while (Steps("vae") + Steps("autogen-m1") < steps)
        {
            if (process.HasExited)
                Steps("vae").ShouldBe(120, "it ended too early");
            process.CheckTime();
            Thread.Yield();
        }

        process.Kill();

        long Steps(string run) => RunFolder.ReadProgress(_temp[$"killed/runs/{run}"])?.Step ?? 0;
    }

    /// <summary>Starts the command and kills it after this many reports of its steps.</summary>
    private static void KillAfter(int reports, string[] arguments) =>
        KillWhen(lines => lines.Count(line => line.StartsWith("step ", StringComparison.Ordinal)) == reports, arguments).ShouldNotBe(0);

    /// <summary>Starts the command and kills it when its lines satisfy a condition.</summary>
    /// <returns>Its exit code.</returns>
    private static int KillWhen(Func<List<string>, bool> isTime, string[] arguments)
    {
        using Child process = Start(arguments);
        List<string> lines = [];
        do
            lines.Add(process.NextErrorLine());
        while (!isTime(lines));
        return process.Kill();
    }

    private static Child Start(string[] arguments) => new(new ProcessStartInfo(Dotnet.Program, [CliRun.CommandPath, .. arguments]));
}
