using Reprise.Model;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Model;

public sealed class SentenceAutoencoderTests
{
    private static readonly ModelOptions Tiny = new() { VocabularySize = 9, EmbeddingSize = 3, HiddenSize = 4, LatentSize = 2 };

    [Fact]
    public void A_model_disposed_of_refuses_to_work()
    {
        using ReferenceKernels<float> kernels = new();
        using ParameterSlab<float> gradients = new(new ParameterLayout(Tiny), kernels);
        SentenceAutoencoder<float> model = new(Tiny, kernels);
        Batch batch = OneSentence();
        model.Dispose();
        Should.Throw<ObjectDisposedException>(() => model.Encode(batch));
        Should.Throw<ObjectDisposedException>(() => model.Forward(batch, default));
        Should.Throw<ObjectDisposedException>(() => model.ForwardBackward(batch, default, ObjectiveWeights.Vae, gradients));
    }

    [Fact]
    public void Gradients_disposed_of_are_not_written()
    {
        using ReferenceKernels<float> kernels = new();
        using SentenceAutoencoder<float> model = new(Tiny, kernels);
        ParameterSlab<float> gradients = new(model.Weights.Layout, kernels);
        Batch batch = OneSentence();
        model.ForwardBackward(batch, default, ObjectiveWeights.Vae, gradients);
        gradients.Dispose();
        Should.Throw<ObjectDisposedException>(() => model.ForwardBackward(batch, default, ObjectiveWeights.Vae, gradients));
    }

    [Fact]
    public void A_model_too_large_for_one_slab_is_refused_before_memory_is_taken() =>
        Should.Throw<InputException>(
            () => new ParameterLayout(
                new ModelOptions
                {
                    VocabularySize = 500_000, EmbeddingSize = 1500, HiddenSize = 1500, LatentSize = 8, TieEmbeddings = false,
                }))
            .Message.ShouldContain("weights in all");

    private static Batch OneSentence()
    {
        Batch batch = new();
        batch.Add([3, 4, 5], 0);
        batch.Pack();
        return batch;
    }
}
