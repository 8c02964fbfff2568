using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Model;

/// <summary>The whole model's backward pass against central differences in double, for every variation.</summary>
public sealed class ModelGradientTests
{
    private const double Step = 1e-5, Tolerance = 1e-6;

    public static TheoryData<LatentInput, bool, int> Variations()
    {
        TheoryData<LatentInput, bool, int> data = [];
        foreach (LatentInput input in Enum.GetValues<LatentInput>())
        {
            foreach (bool tied in new[] { false, true })
            {
                foreach (int layers in new[] { 0, 2 })
                    data.Add(input, tied, layers);
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Variations))]
    public void Every_gradient_matches_central_differences(LatentInput input, bool tied, int layers)
    {
        ModelOptions options = new()
        {
            VocabularySize = 9,
            EmbeddingSize = 3,
            HiddenSize = 4,
            LatentSize = 2,
            TieEmbeddings = tied,
            PosteriorLayers = layers,
            LatentInput = input,
        };
        using ReferenceKernels<double> kernels = new();
        using SentenceAutoencoder<double> model = new(options, kernels);
        Initialization.Fill(model.Weights, seed: 11);
        Batch batch = new();
        batch.Add([3, 4, 5, 3], 0);
        batch.Add([6, 7], 1);
        batch.Add([8, 3], 2);
        batch.Pack(input);
        batch.Drop(0, 1, 0);
        batch.Drop(1, 0, -1);
        using Buffer<double> noise = new(6);
        for (int i = 0; i < 6; i++)
            noise.View(0, 1, 6).Span[i] = Math.Sin(i + 1);
        Tensor<double> noise_BZ = noise.View(0, 3, 2);
        ObjectiveWeights objective = new(1.7, 0.6);

        using ParameterSlab<double> gradients = new(model.Weights.Layout);
        model.ForwardBackward(batch, noise_BZ, objective, gradients);

        foreach (Parameter parameter in model.Weights.Layout.Parameters)
        {
            Span<double> weights = model.Weights[parameter].Span, found = gradients[parameter].Span;
            for (int i = 0; i < weights.Length; i++)
            {
                double weight = weights[i];
                weights[i] = weight + Step;
                double above = Loss(model, batch, noise_BZ, objective);
                weights[i] = weight - Step;
                double below = Loss(model, batch, noise_BZ, objective);
                weights[i] = weight;
                double expected = (above - below) / (2 * Step);
                (Math.Abs(found[i] - expected) / Math.Max(Math.Abs(expected), 1e-2)).ShouldBeLessThan(Tolerance, $"{parameter.Name}[{i}]: expected {expected}, found {found[i]}");
            }
        }
    }

    private static double Loss(SentenceAutoencoder<double> model, Batch batch, Tensor<double> noise_BZ, ObjectiveWeights objective)
    {
        Losses<double> losses = model.Forward(batch, noise_BZ);
        double loss = 0;
        for (int b = 0; b < batch.Count; b++)
            loss += ((objective.Reconstruction * losses.Nll_B[0, b]) + (objective.Kl * losses.Kl_B[0, b])) / batch.Count;
        return loss;
    }
}
