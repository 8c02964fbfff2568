using System.Diagnostics;
using Reprise.Numerics;
using Reprise.Tests.Cli;
using Reprise.Tests.House;
using Reprise.Tests.Training;
using Reprise.Text;
using Reprise.Training;
using Engine = Reprise.Numerics.Kernels;

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
        string[] options =
        [
            "--steps", "40", "--batch", "8", "--embedding", "12", "--hidden", "24", "--latent", "6", "--threads", "1",
            "--checkpoint-every", "1", "--evaluate-every", "1", "--evaluate-on", "3", "--report-every", "3", "--seed", "11",
        ];
        string[] arguments = ["train", corpus, "--out", _temp["killed"], .. options];
        foreach (int reports in ReportsBeforeAKill)
        {
            KillAfter(reports, arguments);
            // Killed before its first checkpoint could end, a run starts again from its config.json.
            arguments = ["train", corpus, "--out", _temp["killed"], "--resume", "--threads", "1"];
        }

        Dotnet.Run(_temp.FolderPath, new Dictionary<string, string>(), [CliRun.CommandPath, .. arguments, "--quiet"]);

        (Reprise.Model.ModelOptions model, TrainingOptions training) = Trainer.OptionsOf(_temp["killed"]);
        using Corpus opened = Corpus.Open(corpus);
        using IKernels<float> kernels = Engine.Create(2, "cpu");
        Trainer.Train(opened, model, training, _temp["straight"], kernels: kernels, cancellationToken: TestContext.Current.CancellationToken).Step.ShouldBe(40);
        _temp["killed"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    /// <summary>Starts the command and kills it when it has said something about its steps so often.</summary>
    private static void KillAfter(int reports, string[] arguments)
    {
        ProcessStartInfo start = new(Dotnet.Program, [CliRun.CommandPath, .. arguments]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        List<string> said = [];
        while (said.Count(line => line.StartsWith("step ", StringComparison.Ordinal)) < reports)
        {
            string? line = process.StandardError.ReadLine();
            line.ShouldNotBeNull($"ended too early: {string.Join('\n', said)}");
            said.Add(line);
        }

        process.Kill();
        process.WaitForExit();
        process.ExitCode.ShouldNotBe(0);
    }
}
