using Reprise.Checkpoints;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;
using Reprise.Tests.Formats;
using Reprise.Tests.Training;
using Reprise.Training;

namespace Reprise.Tests.Checkpoints;

/// <summary>A run killed at any file operation, or on a full disk, has a whole checkpoint.</summary>
public sealed class RunFolderTests : IDisposable
{
    private const int Enough = 1000;

    private static readonly ReferenceKernels<float> Kernels = new(); // for its memory

    private readonly TempFolder _temp = new();
    private readonly ParameterSlab<float> _weights = Slab(), _mean = Slab(), _variance = Slab();

    public void Dispose()
    {
        _weights.Dispose();
        _mean.Dispose();
        _variance.Dispose();
        _temp.Dispose();
    }

    [Fact]
    public void A_kill_at_any_operation_of_a_checkpoint_leaves_the_old_one_or_the_new_one()
    {
        bool sawOld = false, sawNew = false;
        int operations = 1;
        for (bool killed = true; killed && operations < Enough; operations++)
        {
            string path = _temp[$"run{operations}"];
            using (RunFolder run = Create(path))
                Save(run, 1);
            killed = IsKilled(() =>
            {
                using RunFolder run = RunFolder.Resume(path, new FaultyFolderFiles(operations));
                Save(run, 2);
            });

            using RunFolder after = RunFolder.Resume(path);
            long step = LoadedStep(after);
            (sawOld, sawNew) = (sawOld || step == 1, sawNew || step == 2);
            if (sawNew)
                step.ShouldBe(2, $"killed at operation {operations}, after the point of no return");
            Save(after, 3); // and the run goes on
            LoadedStep(after).ShouldBe(3);
            Directory.GetDirectories(path).ShouldBeEmpty();
        }

        operations.ShouldBeInRange(40, Enough - 1);
        sawOld.ShouldBeTrue();
        sawNew.ShouldBeTrue();
    }

    [Fact]
    public void A_kill_at_any_operation_of_continuing_loses_nothing()
    {
        for (int operations = 1; operations < Enough; operations++)
        {
            string path = _temp[$"run{operations}"];
            using (RunFolder run = Create(path))
                Save(run, 1);
            // Killed between the instant that makes the checkpoint valid and its move into place.
            Directory.CreateDirectory(Path.Combine(path, "checkpoint.new"));
            foreach (string name in (string[])["model.safetensors", "optimizer.safetensors", "progress.json"])
                File.Move(Path.Combine(path, name), Path.Combine(path, "checkpoint.new", name));

            bool killed = IsKilled(() => RunFolder.Resume(path, new FaultyFolderFiles(operations)).Dispose());
            using RunFolder after = RunFolder.Resume(path);
            LoadedStep(after).ShouldBe(1);
            if (!killed)
                return;
        }
    }

    [Fact]
    public void A_kill_at_any_operation_of_keeping_and_going_back_leaves_a_whole_checkpoint()
    {
        HashSet<(long Last, long? Kept)> seen = [];
        int operations = 1;
        for (bool killed = true; killed && operations < Enough; operations++)
        {
            string path = _temp[$"run{operations}"];
            using (RunFolder run = Create(path))
            {
                Save(run, 1);
                run.Keep(Filled(2), Slabs(_weights, _mean, _variance));
                Save(run, 3);
            }

            killed = IsKilled(() =>
            {
                using RunFolder run = RunFolder.Resume(path, new FaultyFolderFiles(operations));
                run.GoBack();
                run.Begin();
                run.Keep(Filled(4), Slabs(_weights, _mean, _variance));
            });

            using RunFolder after = RunFolder.Resume(path);
            seen.Add((LoadedStep(after), after.Kept?.Step));
            Directory.GetDirectories(path).Select(folder => Path.GetFileName(folder)).Except(["before-decay"]).ShouldBeEmpty();
        }

        operations.ShouldBeInRange(30, Enough - 1);
        seen.ShouldBe([(3, 2), (2, null), (2, 4)]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_kill_while_a_run_is_made_leaves_a_folder_that_can_be_used(bool overwrite)
    {
        int operations = 1;
        for (bool killed = true; killed && operations < Enough; operations++)
        {
            string path = _temp[$"run{operations}"];
            if (overwrite)
            {
                using RunFolder old = Create(path);
                Save(old, 1);
            }

            killed = IsKilled(
                () => RunFolder.Create(path, Config, Toys.Vocabulary, overwrite, new FaultyFolderFiles(operations)).Dispose());
            using RunFolder after = File.Exists(Path.Combine(path, "config.json")) ? RunFolder.Resume(path) : Create(path, overwrite);
            if (after.Checkpoint is not null)
                LoadedStep(after).ShouldBe(1); // the old run, not yet touched
        }

        operations.ShouldBeInRange(5, Enough - 1);
    }

    [Fact]
    public void A_full_disk_leaves_the_checkpoint_before_and_is_reported_in_one_line()
    {
        long size = 0;
        for (long room = 0; room < 200_000; room += 997)
        {
            using TempFolder temp = new();
            FullDisk disk = new(long.MaxValue);
            using RunFolder run = RunFolder.Create(temp["run"], Config, Toys.Vocabulary, overwrite: false, disk);
            Save(run, 1);
            disk.HasRoomFor(room);
            if (size > 0 && room > size)
                break;
            try
            {
                Save(run, 2);
                size = room;
            }
            catch (InputException e)
            {
                e.Message.ShouldContain(
                    "the checkpoint of step 2 cannot be written: No space left on device; the checkpoint of step 1 is whole");
                e.Message.ShouldNotContain('\n');
                LoadedStep(run).ShouldBe(1);
                Directory.GetDirectories(temp["run"]).ShouldBeEmpty(); // the room is given back
            }
        }

        size.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void A_disk_that_is_full_while_training_stops_the_run_which_then_goes_on()
    {
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        TrainingOptions options = Toys.Options with { CheckpointEvery = 5 };
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp["straight"], device: new ComputeDevice(kernels),
            cancellationToken: TestContext.Current.CancellationToken);

        FullDisk disk = new(long.MaxValue);
        (string folder, TimeProvider clock) = (_temp["full"], TimeProvider.System);
        using (TrainingRun run = TrainingRun.Open(Toys.Data, Toys.Model, options, folder, RunMode.New, kernels, clock, disk))
        {
            Listener fill = new(report => disk.HasRoomFor(report.Step < 6 ? long.MaxValue : 1000));
            Should.Throw<InputException>(() => run.Train(fill, CancellationToken.None))
                .Message.ShouldContain("the checkpoint of step 5 is whole");
        }

        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp["full"], RunMode.Resume, new ComputeDevice(kernels),
            cancellationToken: TestContext.Current.CancellationToken);
        _temp["full"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("optimizer.safetensors")]
    [InlineData("progress.json")]
    [InlineData("log.jsonl")]
    [InlineData("events.out.tfevents.1.reprise")]
    public void A_new_run_never_deletes_what_a_run_made_though_its_config_is_gone(string name)
    {
        Directory.CreateDirectory(_temp["run"]);
        File.WriteAllText(_temp[$"run/{name}"], "days of work");
        Should.Throw<InputException>(() => Create(_temp["run"])).Message.ShouldContain($"holds {name} but no config.json");
        File.ReadAllText(_temp[$"run/{name}"]).ShouldBe("days of work");
        Create(_temp["run"], overwrite: true).Dispose();
        File.Exists(_temp[$"run/{name}"]).ShouldBeFalse();
    }

    [Fact]
    public void A_new_run_never_deletes_a_whole_checkpoint_though_its_config_is_gone()
    {
        Directory.CreateDirectory(_temp["run/checkpoint.new"]);
        Should.Throw<InputException>(() => Create(_temp["run"])).Message.ShouldContain("holds checkpoint.new but no config.json");
        Directory.Exists(_temp["run/checkpoint.new"]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("model.safetensors", "optimizer.safetensors")]
    [InlineData("optimizer.safetensors", "model.safetensors")]
    public void A_model_without_progress_is_no_run_to_continue(string left, string gone)
    {
        using (RunFolder run = Create(_temp["run"]))
            Save(run, 1);
        File.Delete(_temp["run/progress.json"]);
        File.Delete(_temp[$"run/{gone}"]);
        byte[] before = File.ReadAllBytes(_temp[$"run/{left}"]);
        Should.Throw<InputException>(() => RunFolder.Resume(_temp["run"]))
            .Message.ShouldContain($"{left} is there but progress.json is missing: this is a model, not a run");
        File.ReadAllBytes(_temp[$"run/{left}"]).ShouldBe(before);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"step": -1, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {}}""")]
    [InlineData("""{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 1e999, "sinceReport": {}}""")]
    [InlineData("""{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {"steps": -1}}""")]
    [InlineData(
        """{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {"steps": 10, "sentences": 10, "tokens": 10}}""")]
    [InlineData(
        """{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {"steps": 2, "sentences": 1, "tokens": 9}}""")]
    [InlineData(
        """{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {"steps": 2, "sentences": 9, "tokens": 8}}""")]
    [InlineData(
        """{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {"steps": 2, "sentences": 9, "tokens": """
            + """9, "nll": 1e999}}""")]
    [InlineData(
        """{"step": 9, "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {"steps": 2, "sentences": 9, "tokens": """
            + """9, "seconds": -1}}""")]
    [InlineData("""{"step": "two", "epoch": 0, "position": 0, "seed": 1, "seconds": 0, "sinceReport": {}}""")]
    public void An_unsound_progress_is_named(string text)
    {
        using (RunFolder run = Create(_temp["run"]))
            Save(run, 1);
        File.WriteAllText(_temp["run/progress.json"], text);
        Should.Throw<InputException>(() => RunFolder.Resume(_temp["run"])).Message.ShouldContain("progress.json");
    }

    [Fact]
    public void Unfinished_files_of_a_killed_process_are_swept_by_the_next_and_nothing_else()
    {
        using (RunFolder run = Create(_temp["run"]))
            Save(run, 1);
        string[] names = Names();
        string[] strange = ["notes.tmp", $"codes.npy.{Guid.Empty:N}.tmp"];
        string[] ours = ["config.json.tmp", "vocabulary.txt.tmp", $"model.safetensors.{Guid.Empty:N}.tmp", "run.lock"];
        foreach (string name in ours.Concat(strange))
            File.WriteAllText(_temp[$"run/{name}"], "half");
        Directory.CreateDirectory(_temp["run/checkpoint.tmp"]);
        RunFolder.Resume(_temp["run"]).Dispose();
        Names().ShouldBe([.. names.Concat(strange).Order(StringComparer.Ordinal)]);

        string[] Names() => TempFolder.NamesIn(_temp["run"]);
    }

    private static ModelConfig Config => RunSettings.Of(Toys.Data, Toys.Model, Toys.Options);

    private static ParameterSlab<float> Slab() => new(new ParameterLayout(Toys.Model), Kernels);

    private static CheckpointSlabs Slabs(ParameterSlab<float> weights, ParameterSlab<float> mean, ParameterSlab<float> variance) =>
        new(weights, (CheckpointSlabs.Mean, mean), (CheckpointSlabs.Variance, variance));

    private static RunFolder Create(string path, bool overwrite = false) => RunFolder.Create(path, Config, Toys.Vocabulary, overwrite);

    /// <summary>A checkpoint in which every number shows its step.</summary>
    private void Save(RunFolder run, long step) => run.Save(Filled(step), Slabs(_weights, _mean, _variance));

    private Progress Filled(long step)
    {
        _weights.All.Span.Fill(step);
        _mean.All.Span.Fill(10 * step);
        _variance.All.Span.Fill(100 * step);
        return new Progress { Step = step };
    }

    /// <summary>The step of the checkpoint, all of whose files are of that step.</summary>
    private static long LoadedStep(RunFolder run)
    {
        using ParameterSlab<float> weights = Slab(), mean = Slab(), variance = Slab();
        long step = RunFolder.ReadProgress(run.FolderPath)!.Step;
        run.Checkpoint!.Step.ShouldBe(step);
        run.Load(Slabs(weights, mean, variance));
        weights["output.bias"].Span.ToArray().ShouldAllBe(w => w == step);
        mean["output.bias"].Span.ToArray().ShouldAllBe(m => m == 10 * step);
        variance["output.bias"].Span.ToArray().ShouldAllBe(v => v == 100 * step);
        return step;
    }

    private static bool IsKilled(Action action)
    {
        try
        {
            action();
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }
}
