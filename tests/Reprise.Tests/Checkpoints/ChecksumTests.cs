using System.Text;
using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Numerics;
using Reprise.Tests.Training;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Checkpoints;

/// <summary>A run's files hold what was written, or are refused by name.</summary>
public sealed class ChecksumTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly ComputeDevice _device = ComputeDevice.Open("cpu", 1);

    public ChecksumTests() => Train("run", Toys.Options with { Steps = 4 });

    public void Dispose()
    {
        _device.Dispose();
        _temp.Dispose();
    }

    [Theory]
    [InlineData("model.safetensors", 0)]
    [InlineData("model.safetensors", 1001)]
    [InlineData("optimizer.safetensors", 2)]
    public void A_flipped_bit_of_weights_or_moments_is_refused_when_they_are_loaded(string name, int place)
    {
        byte[] bytes = File.ReadAllBytes(_temp[$"run/{name}"]);
        int start = 8 + (int)BitConverter.ToInt64(bytes);
        bytes[start + place] ^= 1;
        File.WriteAllBytes(_temp[$"run/{name}"], bytes);
        string message = Resume();
        message.ShouldStartWith($"{_temp[$"run/{name}"]}: changed or damaged since it was written (SHA-256 expected ");
        message.ShouldEndWith("; copy it again, or take sha256 out of its metadata if it was changed on purpose");
        if (name == "model.safetensors")
            Should.Throw<InputException>(() => ModelFolder.Open(_temp["run"]).LoadModel(_device.Kernels)).Message.ShouldBe(message);
        Should.Throw<InputException>(() => Verify()).Message.ShouldBe(message);
        File.ReadAllBytes(_temp[$"run/{name}"]).ShouldBe(bytes); // nothing was touched
    }

    [Theory]
    [InlineData("decoder.lstm.bias", "encoder.lstm.bias")]
    [InlineData("decoder.latent.cell.weight", "decoder.latent.hidden.weight")]
    public void Exchanged_names_of_tensors_are_refused_though_every_element_is_there(string one, string other)
    {
        string path = _temp["run/model.safetensors"];
        byte[] bytes = File.ReadAllBytes(path);
        int header = (int)BitConverter.ToInt64(bytes);
        string text = Encoding.UTF8.GetString(bytes, 8, header);
        text.ShouldContain($"\"{one}\"");
        string exchanged = text.Replace($"\"{one}\"", "\"@\"").Replace($"\"{other}\"", $"\"{one}\"").Replace("\"@\"", $"\"{other}\"");
        File.WriteAllBytes(path, [.. bytes[..8], .. Encoding.UTF8.GetBytes(exchanged), .. bytes[(8 + header)..]]);
        Resume().ShouldStartWith($"{path}: changed or damaged since it was written (SHA-256 expected ");
        Should.Throw<InputException>(() => Verify());
    }

    [Fact]
    public void A_refused_resume_changes_no_file()
    {
        byte[] bytes = File.ReadAllBytes(_temp["run/optimizer.safetensors"]);
        bytes[^1] ^= 1;
        File.WriteAllBytes(_temp["run/optimizer.safetensors"], bytes);
        string before = File.ReadAllText(_temp["run/config.json"]);
        Should.Throw<InputException>(() => Trainer.Train(
            Toys.Data, Toys.Model, Toys.Options with { Steps = 99 }, _temp["run"], RunMode.Resume, _device));
        File.ReadAllText(_temp["run/config.json"]).ShouldBe(before);
    }

    [Fact]
    public void A_checkpoint_on_its_way_to_its_place_is_read_as_a_whole()
    {
        Directory.CreateDirectory(_temp["run/checkpoint.new"]);
        Train("later", Toys.Options with { Steps = 6 });
        foreach (string name in (string[])["optimizer.safetensors", "progress.json"]) // model.safetensors has arrived
            File.Copy(_temp[$"later/{name}"], _temp[$"run/checkpoint.new/{name}"]);
        File.Copy(_temp["later/model.safetensors"], _temp["run/model.safetensors"], overwrite: true);
        Verify().Count.ShouldBe(4);
        RunFolder.ReadProgress(_temp["run"])!.Step.ShouldBe(6);
    }

    [Fact]
    public void Weights_without_a_checksum_are_welcome()
    {
        Dictionary<string, (long[], float[])> tensors = [];
        using (SafeTensors file = SafeTensors.Open(_temp["run/model.safetensors"]))
        {
            foreach (string name in file.Names)
            {
                float[] elements = new float[file[name].Count];
                file.Read(name, 0, elements.AsSpan());
                tensors[name] = (file.Shape(name).ToArray(), elements);
            }
        }

        foreach (string name in (string[])["optimizer.safetensors", "progress.json"])
            File.Delete(_temp[$"run/{name}"]);
        SafeTensorsWriter.WriteFloats(_temp["run/model.safetensors"], tensors);
        ModelFolder.Open(_temp["run"]).LoadModel(_device.Kernels).Dispose();
        Verify().Select(sum => (sum.Name, sum.HasSum))
            .ShouldBe([("vocabulary.txt", true), ("model.safetensors", false)]);
    }

    [Fact]
    public void Another_word_in_the_vocabulary_is_refused()
    {
        File.WriteAllText(_temp["run/vocabulary.txt"], File.ReadAllText(_temp["run/vocabulary.txt"]).Replace("word3\n", "worm3\n"));
        Should.Throw<InputException>(() => ModelFolder.Open(_temp["run"])).Message
            .ShouldStartWith($"{_temp["run/vocabulary.txt"]}: changed or damaged");
        EditJson("config.json", config => config.Remove("vocabulary"));
        ModelFolder.Open(_temp["run"]).Vocabulary.TryGetId("worm3", out _).ShouldBeTrue();
    }

    [Fact]
    public void A_changed_number_of_progress_is_refused_and_a_file_of_before_it_had_a_checksum_is_not()
    {
        EditJson("progress.json", progress => progress["sinceReport"]!["nll"] = 17.5);
        Resume().ShouldStartWith($"{_temp["run/progress.json"]}: changed or damaged since it was written");
        EditJson("progress.json", progress =>
        {
            progress.Remove("sha256");
            progress.Remove("files");
        });
        Train("run", Toys.Options with { Steps = 6 }, RunMode.Resume);
        Verify().ShouldAllBe(sum => sum.HasSum);
    }

    [Fact]
    public void Weights_of_another_run_at_the_same_step_are_refused()
    {
        Train("other", Toys.Options with { Steps = 4, LearningRate = 0.02 });
        File.Copy(_temp["other/model.safetensors"], _temp["run/model.safetensors"], overwrite: true);
        Resume().ShouldContain("model.safetensors: changed or damaged since it was written");
        Should.Throw<InputException>(() => Verify()).Message
            .ShouldEndWith("it is not part of the checkpoint of progress.json; restore the three files of one checkpoint");
    }

    [Fact]
    public void Verifying_can_be_interrupted() =>
        Should.Throw<OperationCanceledException>(() => ModelFolder.Open(_temp["run"]).Verify(null, new CancellationToken(canceled: true)));

    [Fact]
    public void A_run_whose_sentences_cannot_be_read_any_more_is_saved_and_goes_on_when_they_can()
    {
        Train("straight", Toys.Options);
        Damaged damaged = new(Toys.Data.Train, readable: 5 * 8);
        TrainingData data = Toys.Data with { Train = damaged };
        Should.Throw<InputException>(() => Trainer.Train(
            data, Toys.Model, Toys.Options, _temp["damaged"], device: _device, cancellationToken: TestContext.Current.CancellationToken))
            .Message.ShouldBe("sentence gone; the run is saved at step 5");
        Train("damaged", Toys.Options, RunMode.Resume);
        _temp["damaged"].ShouldBeTheSameRunAs(_temp["straight"]);
    }

    private void Train(string folder, TrainingOptions options, RunMode mode = RunMode.New) =>
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp[folder], mode, _device, cancellationToken: TestContext.Current.CancellationToken);

    private IReadOnlyList<FileSum> Verify() => ModelFolder.Open(_temp["run"]).Verify(null, TestContext.Current.CancellationToken);

    private string Resume() => Should.Throw<InputException>(() => Train("run", Toys.Options with { Steps = 8 }, RunMode.Resume)).Message;

    private void EditJson(string name, Action<JsonObject> edit)
    {
        JsonObject json = JsonNode.Parse(File.ReadAllText(_temp[$"run/{name}"]))!.AsObject();
        edit(json);
        File.WriteAllText(_temp[$"run/{name}"], json.ToJsonString());
    }

    /// <summary>Sentences of which only so many can be read, one after the other.</summary>
    private sealed class Damaged(ISentences whole, int readable) : ISentences
    {
        private int _read;

        public long Count => whole.Count;

        public int Length(long index) => whole.Length(index);

        public int Read(long index, Span<int> words) =>
            ++_read <= readable ? whole.Read(index, words) : throw new InputException("sentence gone");
    }
}
