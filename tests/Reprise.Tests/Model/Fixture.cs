using System.Numerics;
using System.Text.Json;
using Reprise.Formats;
using Reprise.Model;
using Reprise.Numerics;

namespace Reprise.Tests.Model;

/// <summary>A model, sentences, noise and drops with everything that must come out, computed in float64 by a plain PyTorch.</summary>
internal sealed class Fixture : IDisposable
{
    private readonly JsonElement _facts;

    private Fixture(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path + ".json"));
        _facts = document.RootElement.Clone();
        Tensors = SafeTensors.Open(path + ".safetensors");
        JsonElement config = _facts.GetProperty("config");
        Options = new ModelOptions
        {
            VocabularySize = config.GetProperty("vocabularySize").GetInt32(),
            EmbeddingSize = config.GetProperty("embeddingSize").GetInt32(),
            HiddenSize = config.GetProperty("hiddenSize").GetInt32(),
            LatentSize = config.GetProperty("latentSize").GetInt32(),
            TieEmbeddings = config.GetProperty("tieEmbeddings").GetBoolean(),
            PosteriorLayers = config.GetProperty("posteriorLayers").GetInt32(),
            LatentInput = Enum.Parse<LatentInput>(config.GetProperty("latentInput").GetString()!, ignoreCase: true),
        };
    }

    public static string[] Names { get; } =
    [
        "first-token-tied", "initial-state-untied", "every-step-tied", "every-step-untied-clipped", "odd-sizes-tied",
    ];

    public ModelOptions Options { get; }

    public SafeTensors Tensors { get; }

    public int[][] Sentences => Read<int[][]>("sentences");

    public int[][] Dropped => Read<int[][]>("dropped");

    public WordDropKind DropAs => Read<string>("drop_as") == "zero" ? WordDropKind.Zero : WordDropKind.Unknown;

    public ObjectiveWeights Objective => new(Read<double>("reconstruction_weight"), Read<double>("kl_weight"));

    public double? ClipNorm => _facts.GetProperty("clip_norm").ValueKind == JsonValueKind.Null ? null : Read<double>("clip_norm");

    public static Fixture Open(string name) => new(name);

    public T Read<T>(string name) => _facts.GetProperty(name).Deserialize<T>()!;

    /// <summary>The sentences in a batch, with the fixture's drops if asked for.</summary>
    public Batch Batch(bool drop)
    {
        Batch batch = new();
        int[][] sentences = Sentences, dropped = Dropped;
        for (int s = 0; s < sentences.Length; s++)
            batch.Add(sentences[s], s);
        batch.Pack();
        for (int b = 0; drop && b < batch.Count; b++)
        {
            int[] mask = dropped[batch.Positions[b]];
            for (int t = 0; t < mask.Length; t++)
            {
                if (mask[t] != 0)
                    batch.Drop(b, t, DropAs == WordDropKind.Zero ? -1 : 0);
            }
        }

        return batch;
    }

    /// <summary>The model with the fixture's weights.</summary>
    public SentenceAutoencoder<T> Model<T>(IKernels<T> kernels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SentenceAutoencoder<T> model = new(Options, kernels);
        foreach (Parameter parameter in model.Weights.Layout.Parameters)
            kernels.Write(model.Weights[parameter], Converted<T>(Floats("weights." + parameter.Name)));
        return model;
    }

    /// <summary>The noise in the batch's order.</summary>
    public Buffer<T> Noise<T>(Batch batch, IKernels<T> kernels)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int Z = Options.LatentSize;
        float[] eps = Floats("eps");
        Buffer<T> noise = kernels.Allocate(batch.Count * Z);
        for (int b = 0; b < batch.Count; b++)
            kernels.Write(noise.View(b * Z, 1, Z), Converted<T>(eps.AsSpan(batch.Positions[b] * Z, Z)));
        return noise;
    }

    public float[] Floats(string name)
    {
        long length = 1;
        foreach (long size in Tensors.Shape(name))
            length *= size;
        float[] values = new float[length];
        Tensors.Read(name, 0, values.AsSpan());
        return values;
    }

    public void Dispose() => Tensors.Dispose();

    private static T[] Converted<T>(ReadOnlySpan<float> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] converted = new T[values.Length];
        for (int i = 0; i < converted.Length; i++)
            converted[i] = T.CreateChecked(values[i]);
        return converted;
    }
}
