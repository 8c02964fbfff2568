using System.Text.Json;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;
using Reprise.Tests.Model;

namespace Reprise.Tests.Inference;

/// <summary>
/// A model folder as somebody else would write it: config.json with no more than format and model, a vocabulary of the words
/// w3, w4, …, and a fixture's weights.
/// </summary>
internal sealed class ForeignModel : IDisposable
{
    private readonly TempFolder _temp = new();

    private ForeignModel()
    {
    }

    public string FolderPath => _temp.Path;

    public static ForeignModel Write(string fixtureName, float addedToEndOfSentence = 0)
    {
        ForeignModel folder = new();
        using Fixture fixture = Fixture.Open(fixtureName);
        File.WriteAllText(
            Path.Combine(folder.FolderPath, "config.json"),
            $$"""{"format": "reprise-model/1", "model": {{fixture.Read<JsonElement>("config").GetRawText()}}}""");
        IEnumerable<string> words = Enumerable.Range(3, fixture.Options.VocabularySize - 3).Select(id => $"w{id}");
        File.WriteAllText(
            Path.Combine(folder.FolderPath, "vocabulary.txt"), string.Join('\n', ["<unk>", "<bos>", "<eos>", .. words]) + "\n");

        using ReferenceKernels<float> kernels = new();
        using SentenceAutoencoder<float> model = fixture.Model(kernels);
        model.Weights["output.bias"][0, 2] += addedToEndOfSentence;
        using FileStream file = File.Create(Path.Combine(folder.FolderPath, "model.safetensors"));
        WriteWeights(file, model.Weights);
        return folder;
    }

    /// <summary>The fixture's sentences in words.</summary>
    public static string[] Texts(string fixtureName)
    {
        using Fixture fixture = Fixture.Open(fixtureName);
        return [.. fixture.Sentences.Select(s => string.Join(' ', s.Select(id => $"w{id}")))];
    }

    /// <param name="kernels">Null for the reference.</param>
    public SentenceModel Load(IKernels<float>? kernels = null) =>
        SentenceModel.Load(FolderPath, new ComputeDevice(kernels ?? new ReferenceKernels<float>()));

    public void Dispose() => _temp.Dispose();

    // By hand, not by the project's own writer.
    private static void WriteWeights(FileStream file, ParameterSlab<float> weights)
    {
        Dictionary<string, object> header = [];
        long offset = 0;
        foreach (Parameter parameter in weights.Layout.Parameters)
        {
            header[parameter.Name] = new
            {
                dtype = "F32",
                shape = parameter.Shape,
                data_offsets = new[] { offset, offset + (4 * parameter.Length) },
            };
            offset += 4 * parameter.Length;
        }

        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        using BinaryWriter writer = new(file);
        writer.Write((ulong)json.Length);
        writer.Write(json);
        foreach (Parameter parameter in weights.Layout.Parameters)
        {
            foreach (float value in weights[parameter].Span)
                writer.Write(value);
        }
    }
}
