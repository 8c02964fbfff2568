using System.Text.Json.Nodes;
using Reprise.Checkpoints;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Training;
using Reprise.Text;

namespace Reprise.Tests.Checkpoints;

/// <summary>A model from elsewhere is held against itself before anything is made of it.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public ModelFolderTests()
    {
        using IKernels<float> kernels = ComputeDevice.Open("reference", 1).Kernels;
        using ParameterSlab<float> weights = new(new ParameterLayout(Toys.Model), kernels);
        Initialization.Fill(weights, 5);
        ModelFolder.Save(_temp["model"], new ModelConfig { Model = Toys.Model, Text = new TextOptions() }, Toys.Vocabulary, weights);
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_model_comes_back_as_it_was_saved()
    {
        ModelFolder folder = ModelFolder.Open(_temp["model"]);
        folder.Config.Model.ShouldBe(Toys.Model);
        folder.Vocabulary.Words.ShouldBe(Toys.Vocabulary.Words);
        using IKernels<float> kernels = ComputeDevice.Open("reference", 1).Kernels;
        using SentenceAutoencoder<float> model = folder.LoadModel(kernels);
        using ParameterSlab<float> expected = new(new ParameterLayout(Toys.Model), kernels);
        Initialization.Fill(expected, 5);
        model.Weights.All.Span.ToArray().ShouldBe(expected.All.Span.ToArray());
    }

    [Fact]
    public void Weights_of_half_the_size_come_back_rounded()
    {
        using IKernels<float> kernels = ComputeDevice.Open("reference", 1).Kernels;
        using ParameterSlab<float> weights = new(new ParameterLayout(Toys.Model), kernels);
        Initialization.Fill(weights, 5);
        ModelConfig config = new() { Model = Toys.Model, Text = new TextOptions() };
        ModelFolder.Save(_temp["half"], config, Toys.Vocabulary, weights, TensorType.BF16);
        using SentenceAutoencoder<float> model = ModelFolder.Open(_temp["half"]).LoadModel(kernels);
        model.Weights.All.Span.ToArray().ShouldBe(weights.All.Span.ToArray().Select(weight => BFloat16.Of(weight).ToSingle()));
        long whole = new FileInfo(_temp["model/model.safetensors"]).Length, half = new FileInfo(_temp["half/model.safetensors"]).Length;
        ((double)half / whole).ShouldBeInRange(0.5, 0.75); // of a toy, whose header is large
        ModelFolder.Open(_temp["half"]).Verify().ShouldContain(file => file.Name == "model.safetensors" && file.HasSum);
    }

    [Theory]
    [InlineData(1f, 0x3F80)]
    [InlineData(-2.5f, 0xC020)]
    [InlineData(1.00390625f, 0x3F80)] // halfway between 1 and the next, to the even one
    [InlineData(1.01171875f, 0x3F82)] // halfway again, to the even one above
    [InlineData(1.0042f, 0x3F81)]
    [InlineData(0f, 0)]
    public void Upper_halves_are_rounded_to_the_nearest(float number, int bits) => BFloat16.Of(number).Bits.ShouldBe((ushort)bits);

    [Fact]
    public void Weights_are_named_and_sorted_by_the_format()
    {
        using SafeTensors file = SafeTensors.Open(_temp["model/model.safetensors"]);
        file.Names.ShouldBe(new ParameterLayout(Toys.Model).Parameters.Select(p => p.Name));
        file.Shape("decoder.lstm.weight_ih").ToArray().ShouldBe([52, 13]);
        file.Shape("encoder.lstm.bias").ToArray().ShouldBe([52]);
    }

    [Fact]
    public void Only_format_and_model_are_asked_of_a_foreign_config()
    {
        EditConfig(config =>
        {
            config.Remove("text");
            config["trainedBy"] = new JsonArray(1, "two");
            config["model"]!["dropout"] = 0.5;
        });
        ModelConfig config = ModelFolder.Open(_temp["model"]).Config;
        config.Text.ShouldBe(TextOptions.Foreign);
        config.Objective.ShouldBeNull();
    }

    [Theory]
    [InlineData("vocabularySize", "vocabulary_size")]
    [InlineData("hiddenSize", "HiddenSize")]
    [InlineData("latentSize", "latenSize")]
    [InlineData("tieEmbeddings", "tiedEmbeddings")]
    public void A_misspelt_field_is_recognised(string name, string misspelt)
    {
        EditConfig(config =>
        {
            JsonObject model = config["model"]!.AsObject();
            JsonNode value = model[name]!.DeepClone();
            model.Remove(name);
            model[misspelt] = value;
        });
        Message().ShouldContain($"config.json: model.{name} is missing; is \"{misspelt}\" meant?");
    }

    [Theory]
    [InlineData("hiddenSize", "\"13\"", "model.hiddenSize: expected a whole number, found \"13\"")]
    [InlineData("hiddenSize", "13.5", "model.hiddenSize: expected a whole number, found 13.5")]
    [InlineData("hiddenSize", "99999999999", "model.hiddenSize: expected a whole number, found 99999999999")]
    [InlineData("hiddenSize", "-13", "hiddenSize is -13; expected 1 to 65536")]
    [InlineData("hiddenSize", "null", "model.hiddenSize: expected a whole number, found null")]
    [InlineData("tieEmbeddings", "1", "model.tieEmbeddings: expected true or false, found 1")]
    [InlineData("latentInput", "\"sometimes\"", "model.latentInput is \"sometimes\"; expected firstToken, initialState, everyStep")]
    public void A_wrong_value_is_named_with_what_was_expected(string name, string value, string expected)
    {
        EditConfig(config => config["model"]![name] = JsonNode.Parse(value));
        Message().ShouldContain(expected);
    }

    [Theory]
    [InlineData("", "config.json: not sound JSON")]
    [InlineData("[]", "expected a JSON object, found Array")]
    [InlineData("null", "expected a JSON object, found null")]
    [InlineData("{}", "format is missing")]
    [InlineData("""{"format": "reprise-model/3", "model": {}}""", "expected the format \"reprise-model/2\", found \"reprise-model/3\"")]
    [InlineData("""{"format": "reprise-model/1", "model": 3}""", "model: expected an object, found 3")]
    [InlineData("""{"format": "reprise-model/1", "format": "x"}""", "not sound JSON")]
    [InlineData(
        """{"format": "reprise-model/1", "model": {}, "objective": {"kind": "vae", "kind": "beta"}}""",
        "config.json: not sound JSON: Duplicate property")]
    [InlineData("""{"format": "reprise-model/1", "model": {"\ud800": 1}}""", "config.json: not sound JSON")]
    [InlineData("""{"format": "reprise-model/1", "model": {"latentInput": [1, "\udc00"]}}""", "config.json: not sound JSON")]
    public void An_unsound_config_is_one_clear_line(string text, string expected)
    {
        File.WriteAllText(_temp["model/config.json"], text);
        Message().ShouldContain(expected);
    }

    [Fact]
    public void A_tokenizer_is_known_by_its_name_alone()
    {
        EditConfig(config => config["text"]!["tokenizer"] = 7);
        Message().ShouldContain("config.json: \"text\" is ");
    }

    [Fact]
    public void A_config_that_is_no_sound_Unicode_is_one_clear_line()
    {
        File.WriteAllBytes(_temp["model/config.json"], [.. "{\"format\": \"reprise-model/1\", \"model\": {\""u8, 0xFF, .. "\": 1}}"u8]);
        Message().ShouldContain("config.json: line 1, byte 41: not valid UTF-8 (0xFF)");
    }

    [Fact]
    public void A_config_of_endless_depth_or_size_is_refused()
    {
        File.WriteAllText(_temp["model/config.json"], new string('[', 1_000_000));
        Message().ShouldContain("not sound JSON");
        using (FileStream file = File.OpenWrite(_temp["model/config.json"]))
            file.SetLength(1L << 31);
        Message().ShouldContain("expected at most");
    }

    [Fact]
    public void Huge_sizes_are_held_against_the_file_before_memory_is_taken()
    {
        EditConfig(config => config["model"]!["hiddenSize"] = 16000);
        long before = GC.GetTotalAllocatedBytes();
        Message().ShouldContain("decoder.latent.cell.bias: expected F32 [16000], found F32 [13]");
        (GC.GetTotalAllocatedBytes() - before).ShouldBeLessThan(50_000_000);
    }

    [Fact]
    public void Another_vocabulary_size_is_named()
    {
        File.AppendAllText(_temp["model/vocabulary.txt"], "onemore\n");
        Message().ShouldContain("vocabulary.txt: expected 20 lines (model.vocabularySize of config.json), found 21");
    }

    [Fact]
    public void Tensors_that_are_missing_superfluous_or_of_another_shape_are_named()
    {
        Rewrite(tensors => tensors.Remove("output.bias"));
        Message().ShouldContain("output.bias is missing");
        Rewrite(tensors => tensors["decoder.extra"] = ([2], [1, 2]));
        Message().ShouldContain("decoder.extra");
        Rewrite(tensors => tensors["output.bias"] = ([4, 5], new float[20]));
        Message().ShouldContain("output.bias: expected F32 [20], found F32 [4, 5]");
        Rewrite(_ => { });
        ModelFolder.Open(_temp["model"]);
    }

    [Fact]
    public void Another_type_of_numbers_is_named()
    {
        Dictionary<string, (long[] Shape, float[] Elements)> tensors = Read();
        AtomicFile.Write(_temp["model/model.safetensors"], stream =>
        {
            SafeTensorsWriter writer = new(
                stream,
                tensors.Select(t => new TensorInfo(t.Key, t.Key == "output.bias" ? TensorType.F64 : TensorType.F32, t.Value.Shape)));
            foreach ((string name, (long[] _, float[] elements)) in tensors.OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                if (name == "output.bias")
                    writer.Write<double>(name, [.. elements.Select(e => (double)e)]);
                else
                    writer.Write<float>(name, elements);
            }

            writer.Finish();
        });
        Message().ShouldContain("output.bias: expected F32 [20], found F64 [20]");
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_named()
    {
        Rewrite(tensors => tensors["output.bias"].Elements[3] = float.NaN);
        using IKernels<float> kernels = ComputeDevice.Open("reference", 1).Kernels;
        Should.Throw<InputException>(() => ModelFolder.Open(_temp["model"]).LoadModel(kernels))
            .Message.ShouldContain("output.bias holds NaN");
    }

    [Fact]
    public void A_truncated_file_is_refused()
    {
        using (FileStream file = File.OpenWrite(_temp["model/model.safetensors"]))
            file.SetLength(file.Length - 1);
        Message().ShouldContain("model.safetensors");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("vocabulary.txt")]
    [InlineData("model.safetensors")]
    public void A_missing_file_is_named(string name)
    {
        File.Delete(_temp[$"model/{name}"]);
        Message().ShouldContain($"{name}: no such file");
    }

    [Fact]
    public void A_path_that_is_no_folder_is_named()
    {
        Should.Throw<InputException>(() => ModelFolder.Open(_temp["nowhere"])).Message.ShouldContain("no such folder");
        Should.Throw<InputException>(() => ModelFolder.Open(_temp["model/config.json"])).Message.ShouldContain("is a file");
    }

    private string Message()
    {
        string message = Should.Throw<InputException>(() => ModelFolder.Open(_temp["model"])).Message;
        message.ShouldNotContain('\n');
        return message;
    }

    private void EditConfig(Action<JsonObject> edit)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(_temp["model/config.json"]))!.AsObject();
        edit(config);
        File.WriteAllText(_temp["model/config.json"], config.ToJsonString());
    }

    private Dictionary<string, (long[] Shape, float[] Elements)>? _original;

    private Dictionary<string, (long[] Shape, float[] Elements)> Read()
    {
        using SafeTensors file = SafeTensors.Open(_temp["model/model.safetensors"]);
        return file.Names.ToDictionary(name => name, name =>
        {
            float[] elements = new float[file[name].Count];
            file.Read(name, 0, elements.AsSpan());
            return (file.Shape(name).ToArray(), elements);
        });
    }

    private void Rewrite(Action<Dictionary<string, (long[] Shape, float[] Elements)>> edit)
    {
        Dictionary<string, (long[] Shape, float[] Elements)> tensors = new(_original ??= Read());
        edit(tensors);
        SafeTensorsWriter.WriteFloats(_temp["model/model.safetensors"], tensors);
    }
}
