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
                foreach (int layers in input == LatentInput.None ? new[] { 0 } : [0, 2])
                    data.Add(input, tied, layers);
            }
        }

        return data;
    }

    [Theory, MemberData(nameof(Variations))]
    public void Every_gradient_matches_central_differences(LatentInput input, bool tied, int layers) =>
        Prove(Options(input, tied, layers), new ObjectiveWeights(1.7, 0.6));

    [Theory]
    [InlineData(EncoderPooling.Max, false, 1, 0)]
    [InlineData(EncoderPooling.Mean, false, 1, 1)]
    [InlineData(EncoderPooling.Last, true, 1, 0)]
    [InlineData(EncoderPooling.Max, true, 1, 2)]
    [InlineData(EncoderPooling.Last, false, 2, 0)]
    [InlineData(EncoderPooling.Mean, true, 3, 1)]
    [InlineData(EncoderPooling.Max, true, 2, 0)]
    public void Gradients_of_every_encoder_match_central_differences(
        EncoderPooling pooling, bool bidirectional, int layers, int posterior) =>
        Prove(
            Options(LatentInput.EveryStep, tied: true, posterior) with
            {
                EncoderPooling = pooling,
                BidirectionalEncoder = bidirectional,
                EncoderLayers = layers,
            },
            new ObjectiveWeights(1.7, 0.6));

    [Theory]
    [InlineData(LatentInput.FirstToken, true)]
    [InlineData(LatentInput.InitialState, false)]
    [InlineData(LatentInput.EveryStep, true)]
    [InlineData(LatentInput.None, false)]
    public void Gradients_of_a_decoder_of_several_layers_match_central_differences(LatentInput input, bool tied) =>
        Prove(Options(input, tied, 0) with { DecoderLayers = 3 }, new ObjectiveWeights(1.7, 0.6));

    [Theory]
    [InlineData(LatentInput.FirstToken, true, false)]
    [InlineData(LatentInput.FirstToken, true, true)]
    [InlineData(LatentInput.EveryStep, false, false)]
    [InlineData(LatentInput.InitialState, false, true)]
    public void Gradients_under_dropout_match_central_differences(LatentInput input, bool tied, bool isVariational) =>
        Prove(
            Options(input, tied, 0) with { DecoderLayers = 2 }, new ObjectiveWeights(1.7, 0.6),
            new Dropout(Embedding: 0.4, Output: 0.5, Code: 0.3, isVariational, Seed: 5, Step: 7));

    [Theory]
    [InlineData(0, true, 3)]
    [InlineData(1, true, 3)]
    [InlineData(0, false, 3)]
    [InlineData(0, true, 1)]
    public void Gradients_of_normalised_means_match_central_differences(int layers, bool isTraining, int sentences) =>
        Prove(
            Options(LatentInput.EveryStep, tied: true, layers) with { MeanNormalization = 0.6 }, new ObjectiveWeights(1.7, 0.6),
            isTraining: isTraining, sentences: sentences);

    // The kl of the two dimensions is about 0.0007 and 0.040, that of the three sentences about 0.045, 0.067 and 0.010.
    [Theory]
    [InlineData(FreeBitsPer.Dimension, 0.018)]
    [InlineData(FreeBitsPer.Sentence, 0.035)]
    public void Free_bits_gradients_match_central_differences(FreeBitsPer per, double nats) =>
        Prove(Options(LatentInput.EveryStep, tied: true, layers: 1), new ObjectiveWeights(1.7, 0.6, new FreeBits(nats, per)));

    private static ModelOptions Options(LatentInput input, bool tied, int layers) => new()
    {
        VocabularySize = 9,
        EmbeddingSize = 3,
        HiddenSize = 4,
        LatentSize = input == LatentInput.None ? 0 : 2,
        TieEmbeddings = tied,
        PosteriorLayers = layers,
        LatentInput = input,
    };

    private static void Prove(
        ModelOptions options, ObjectiveWeights objective, Dropout dropout = default, bool isTraining = true, int sentences = 3)
    {
        int Z = options.LatentSize;
        using ReferenceKernels<double> kernels = new();
        using SentenceAutoencoder<double> model = new(options, kernels);
        Initialization.Fill(model.Weights, seed: 11);
        Batch batch = new();
        batch.Add([3, 4, 5, 3], 0);
        if (sentences == 3)
        {
            batch.Add([6, 7], 1);
            batch.Add([8, 3], 2);
        }

        batch.Pack();
        batch.Drop(0, 1, 0);
        batch.Drop(sentences == 3 ? 1 : 0, 0, -1);
        batch.DropFromEncoder(0, 2, 0);
        (batch.Dropout, batch.IsTraining) = (dropout, isTraining);
        foreach (Parameter running in model.Weights.Layout.Parameters.Where(IsRunning))
            model.Weights[running].Span.Fill(0.3);
        using Buffer<double> noise = new(6);
        for (int i = 0; i < 6; i++)
            noise.View(0, 1, 6).Span[i] = Math.Sin(i + 1);
        Tensor<double> noise_BZ = noise.View(0, sentences, Z);

        if (objective.Free.Nats > 0)
            Spread(model.Weights);
        using ParameterSlab<double> gradients = new(model.Weights.Layout, kernels);
        Losses<double> found_B = model.ForwardBackward(batch, noise_BZ, objective, gradients);
        double freed = found_B.CountedKl_B.Row(0).ToArray().Zip(found_B.Kl_B.Row(0).ToArray(), (counted, kl) => counted - kl).Sum();
        (freed > 1e-6).ShouldBe(objective.Free.Nats > 0);

        foreach (Parameter parameter in model.Weights.Layout.Parameters)
        {
            Span<double> weights = model.Weights[parameter].Span, found = gradients[parameter].Span;
            if (IsRunning(parameter))
            {
                found.ToArray().ShouldAllBe(gradient => gradient == 0, parameter.Name);
                continue;
            }

            for (int i = 0; i < weights.Length; i++)
            {
                double weight = weights[i];
                weights[i] = weight + Step;
                double above = Loss(model, batch, noise_BZ, objective);
                weights[i] = weight - Step;
                double below = Loss(model, batch, noise_BZ, objective);
                weights[i] = weight;
                double expected = (above - below) / (2 * Step);
                (Math.Abs(found[i] - expected) / Math.Max(Math.Abs(expected), 1e-2))
                    .ShouldBeLessThan(Tolerance, $"{parameter.Name}[{i}]: expected {expected}, found {found[i]}");
            }
        }
    }

    private static bool IsRunning(Parameter parameter) => parameter.Name.Contains(".running_", StringComparison.Ordinal);

    // Posteriors that lie well apart, so that some kl is above what is free and some below.
    private static void Spread(ParameterSlab<double> weights)
    {
        foreach (Parameter parameter in weights.Layout.Parameters.Where(p => p.Name is "posterior.mean.weight"))
        {
            foreach (ref double weight in weights[parameter].Span)
                weight *= 30;
        }
    }

    private static double Loss(SentenceAutoencoder<double> model, Batch batch, Tensor<double> noise_BZ, ObjectiveWeights objective)
    {
        Losses<double> losses = model.Forward(batch, noise_BZ, objective.Free);
        double loss = 0;
        for (int b = 0; b < batch.Count; b++)
            loss += ((objective.Reconstruction * losses.Nll_B[0, b]) + (objective.Kl * losses.CountedKl_B[0, b])) / batch.Count;
        return loss;
    }
}
