using System.Text.Json;
using Reprise.Checkpoints;

namespace Reprise.Tests.Cli;

/// <summary>The flags of the learning rate and of what else leads training.</summary>
public sealed class LearningFlagsTests(TinyWorld world) : IClassFixture<TinyWorld>
{
    [Fact]
    public void A_schedule_of_the_rate_is_mapped()
    {
        string run = Train("scheduled", "--warm-up", "2", "--decay", "0.25", "--decay-curve", "cosine");
        Training(run, "warmUpSteps", "decay", "decayCurve").ShouldBe("warmUpSteps=2 decay=0.25 decayCurve=cosine");
        Refusal("--decay", "2").ShouldContain("decay is 2; expected 0 to 1");
        Refusal("--warm-up", "-1").ShouldContain("warmUpSteps is -1");
    }

    [Theory]
    [InlineData("optimizer=adamW weightDecay=0.01", "--optimizer", "adamw")]
    [InlineData("optimizer=adamW weightDecay=0.2", "--optimizer", "adamw", "--weight-decay", "0.2")]
    [InlineData("optimizer=sgd momentum=0.9", "--optimizer", "sgd", "--momentum", "0.9")]
    [InlineData("averageDecay=0.99", "--average", "0.99")]
    public void An_optimizer_and_an_average_are_mapped(string expected, params string[] flags)
    {
        string[] names = [.. expected.Split(' ').Select(field => field.Split('=')[0])];
        Training(Train(string.Concat(flags), flags), names).ShouldBe(expected);
    }

    [Fact]
    public void A_run_can_be_led_by_its_validation_part()
    {
        string corpus = world.PathOf("validated"), run = world.PathOf("led");
        CliRun.Of("prepare", world.Text, "--format", "lines", "--out", corpus, "--test", "0.1", "--validation", "0.1").Done();
        string[] command = ["train", corpus, "--out", run, "--evaluate-every", "1", "--rate", "1", .. TinyWorld.TinySizes];
        CliRun ended = CliRun.Of([.. command, "--patience", "3", "--report-every", "1", "--steps", "400"]).Done();
        ended.Error.ShouldContain("ended: 3 evaluations brought no improvement (--patience)");
        ended.Error.ShouldMatch(@"validation: nll .*best: step \d");
        ended.Output.ShouldMatch(@"model +of step \d+, the best");
        ended.Output.ShouldContain("validation: nll");
        Training(run, "patience", "keepBest", "halveAfter").ShouldBe("patience=3 keepBest=True halveAfter=0");
        CliRun.Of("info", run).Done().Output.ShouldMatch(@"best on validation +step \d");
        CliRun again = CliRun.Of("train", corpus, "--out", run, "--resume").Done();
        again.Error.ShouldContain("give more --patience");
        JsonElement result = CliRun.Of([.. command, "--overwrite", "--halve-after", "2", "--keep-best", "--json", "--steps", "9"])
            .Done().Objects()[0];
        result.Names().ShouldBe(["folder", "interrupted", "step", "seconds", "validation", "m", "bestStep", "ranOutOfPatience"]);
        Training(run, "patience", "keepBest", "halveAfter").ShouldBe("patience=0 keepBest=True halveAfter=2");
        Refusal("--patience", "2").ShouldContain("training.patience goes by validation sentences, and the corpus has none");
    }

    [Fact]
    public void A_target_is_mapped_and_the_m_that_it_reached_is_told()
    {
        string run = world.PathOf("to-kl");
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "60", "--target-kl", "2.5", "--m", "0.5", .. TinyWorld.TinySizes]).Done()
            .ShouldSatisfyAllConditions(
                done => done.Error.ShouldContain("AutoGen (m = 0.5), m moved to kl 2.5, "),
                done => done.Error.ShouldMatch(@"train: nll .* m \d"),
                done => done.Output.ShouldMatch(@"m reached +\d"));
        CliRun.Of("info", run).Done().Output.ShouldMatch(@"m +\d.*, moved in training");
        double reached = RunFolder.ReadProgress(run)!.Control!.M;
        string[] evaluate = ["evaluate", run, "--importance-samples", "3", "--importance-sentences", "5", "--reconstruct", "0"];
        CliRun.Of([.. evaluate, "--json"]).Done().Objects()[0].GetProperty("m").GetDouble().ShouldBe(reached);
        CliRun.Of(evaluate).Done().Output.ShouldMatch(@"objective +AutoGen \(m = 0\.5\), m moved in training to \d");
        CliRun.Of("export", run, "--out", world.PathOf("reached")).Done();
        JsonElement exported = CliRun.Of("info", world.PathOf("reached"), "--json").Done().Objects()[0];
        exported.GetProperty("objective").GetProperty("m").GetDouble().ShouldBe(reached);
        Training(run, "targetKl", "targetAccuracy").ShouldBe("targetKl=2.5 targetAccuracy=");
        string corpus = world.PathOf("for-accuracy");
        CliRun.Of("prepare", world.Text, "--format", "lines", "--out", corpus, "--test", "0.1", "--validation", "0.1").Done();
        string[] flags = ["--overwrite", "--steps", "4", "--target-accuracy", "0.5", "--json", .. TinyWorld.TinySizes];
        JsonElement result = CliRun.Of(["train", corpus, "--out", run, .. flags]).Done().Objects()[0];
        result.GetProperty("m").GetDouble().ShouldBe(1);
        Training(run, "targetKl", "targetAccuracy").ShouldBe("targetKl= targetAccuracy=0.5");
        Refusal("--target-accuracy", "0.5").ShouldContain("training.targetAccuracy goes by validation sentences, and the corpus has none");
        Refusal("--target-kl", "3", "--beta", "0.5").ShouldContain("m is to reach a target, and the objective is beta-VAE (beta = 0.5)");
    }

    [Fact]
    public void Flags_of_another_optimizer_are_refused()
    {
        Refusal("--momentum", "0.9").ShouldContain("momentum is 0.9 with adam");
        Refusal("--weight-decay", "0.1").ShouldContain("weightDecay is 0.1 with adam");
        Refusal("--average", "1").ShouldContain("averageDecay is 1; expected");
    }

    [Fact]
    public void A_run_that_is_to_end_later_says_where_its_rate_goes_on()
    {
        string run = Train("longer", "--decay", "0.5");
        CliRun.Of("train", world.Corpus, "--out", run, "--resume").Done().Error.ShouldNotContain("rate");
        CliRun refused = CliRun.Of("train", world.Corpus, "--out", run, "--resume", "--steps", "8", "--batch", "9");
        refused.Complaint().ShouldContain("training.batchSize is");
        refused.Error.ShouldNotContain("the rate had begun to fall", Case.Sensitive, "nothing is announced that does not happen");
        CliRun.Of("train", world.Corpus, "--out", run, "--resume", "--steps", "8").Done().Error
            .ShouldContain("the rate had begun to fall: going on from step 3, before it fell, whose checkpoint was kept");
        string whole = Train("whole", "--decay", "1", "--rate", "0.001");
        CliRun.Of("train", world.Corpus, "--out", whole, "--resume", "--steps", "8").Done().Error
            .ShouldContain("the rate rises again, from 0 to 0.0005: there is no checkpoint from before its fall");
    }

    [Fact]
    public void A_start_as_an_autoencoder_is_mapped_and_named()
    {
        string run = Train("autoencoder", "--autoencoder-steps", "2", "--kl-warm-up", "1", "--free-bits", "0.25");
        Training(run, "autoencoderSteps", "klWarmUpSteps").ShouldBe("autoencoderSteps=2 klWarmUpSteps=1");
        CliRun.Of("info", run).Done().Output.ShouldContain("autoencoder start (2 steps)");
        Refusal("--autoencoder-steps", "-1").ShouldContain("autoencoderSteps is -1; expected at least 0");
        Refusal("--autoencoder-steps", "1", "--objective", "aggressive").ShouldContain("leave one of the two out");
        Refusal("--kl-warm-up", "1", "--anneal", "linear").ShouldContain("klWarmUpSteps is 1 with an annealed kl");
        Refusal("--autoencoder-steps", "1", "--objective", "language-model").ShouldContain("training.autoencoderSteps needs a code");
    }

    [Fact]
    public void Normalised_means_are_mapped_and_named()
    {
        string run = Train("normalised", "--mean-normalization", "0.6");
        CliRun.Of("info", run).Done().Output.ShouldContain("batch-normalised means (0.6)");
        CliRun.Of("reconstruct", run, world.Text, "--posterior-mean").Done();
        Refusal("--mean-normalization", "-1").ShouldContain("meanNormalization is -1; expected at least 0");
        string[] normalised = ["train", world.Corpus, "--steps", "1", "--mean-normalization", "0.6", "--embedding", "5", "--hidden", "6"];
        CliRun.Of([.. normalised, "--out", world.PathOf("refused"), "--batch", "1"]).Complaint()
            .ShouldContain("batchSize is 1, and model.meanNormalization needs");
        CliRun.Of([.. normalised, "--out", world.PathOf("language"), "--batch", "4", "--objective", "language-model"]).Done();
    }

    private string Train(string name, params string[] flags)
    {
        string run = world.PathOf(name);
        CliRun.Of(["train", world.Corpus, "--out", run, "--steps", "4", .. TinyWorld.TinySizes, .. flags]).Done();
        return run;
    }

    private string Refusal(params string[] flags) =>
        CliRun.Of(["train", world.Corpus, "--out", world.PathOf("refused"), "--steps", "4", .. TinyWorld.TinySizes, .. flags]).Complaint();

    private static string Training(string run, params string[] names)
    {
        JsonElement training = CliRun.Of("info", run, "--json").Done().Objects()[0].GetProperty("training");
        return string.Join(' ', names.Select(name => $"{name}={training.GetProperty(name)}"));
    }
}
