using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;

namespace Reprise.Tests.Model;

/// <summary>The encoder's directions, layers and pooling, by what must hold of the posterior.</summary>
public sealed class EncoderTests
{
    private static readonly int[][] s_sentences = [[3, 4, 5, 3, 7], [6, 7], [8, 3, 4], [5]];

    private static readonly ModelOptions s_options = new()
    {
        VocabularySize = 9, EmbeddingSize = 3, HiddenSize = 4, LatentSize = 2, BidirectionalEncoder = true,
    };

    [Theory]
    [InlineData(EncoderPooling.Last, 1)]
    [InlineData(EncoderPooling.Max, 2)]
    [InlineData(EncoderPooling.Mean, 3)]
    public void A_sentence_read_from_its_end_by_an_encoder_whose_directions_are_exchanged_has_the_same_posterior(
        EncoderPooling pooling, int layers)
    {
        using ReferenceKernels<double> kernels = new();
        ModelOptions options = s_options with { EncoderPooling = pooling, EncoderLayers = layers };
        using SentenceAutoencoder<double> model = new(options, kernels), exchanged = new(options, kernels);
        Initialization.Fill(model.Weights, seed: 3);
        foreach (Parameter parameter in model.Weights.Layout.Parameters)
            Exchanged(model.Weights, parameter.Name).CopyTo(exchanged.Weights[parameter].Span);

        (Tensor<double> mean_BZ, Tensor<double> logVariance_BZ) = model.Encode(Pack(s_sentences));
        (Tensor<double> otherMean_BZ, Tensor<double> otherLogVariance_BZ) =
            exchanged.Encode(Pack([.. s_sentences.Select(sentence => sentence.Reverse().ToArray())]));

        otherMean_BZ.Span.ToArray().ShouldBe(mean_BZ.Span.ToArray(), 1e-12);
        otherLogVariance_BZ.Span.ToArray().ShouldBe(logVariance_BZ.Span.ToArray(), 1e-12);
        mean_BZ.Span.ToArray().Distinct().Count().ShouldBe(8); // the sentences differ
    }

    [Theory]
    [InlineData(EncoderPooling.Last)]
    [InlineData(EncoderPooling.Max)]
    [InlineData(EncoderPooling.Mean)]
    public void A_sentence_is_encoded_alike_alone_and_among_others(EncoderPooling pooling)
    {
        using ReferenceKernels<double> kernels = new();
        using SentenceAutoencoder<double> model = new(s_options with { EncoderPooling = pooling, EncoderLayers = 2 }, kernels);
        Initialization.Fill(model.Weights, seed: 3);
        Batch batch = Pack(s_sentences);
        double[] together = model.Encode(batch).Mean_BZ.Span.ToArray();
        for (int b = 0; b < batch.Count; b++)
        {
            double[] alone = model.Encode(Pack(s_sentences[batch.Positions[b]])).Mean_BZ.Span.ToArray();
            alone.ShouldBe(together[(2 * b)..(2 * (b + 1))], 1e-12);
        }
    }

    [Fact]
    public void A_word_dropped_from_the_encoder_is_dropped_from_both_directions()
    {
        Batch dropped = Pack([3, 4, 5], [6, 7]), written = Pack([3, 1, 5], [6, 7]);
        dropped.DropFromEncoder(b: 0, t: 1, replacement: 1);
        dropped.Words.ToArray().ShouldBe(written.Words.ToArray());
        dropped.ReversedWords.ToArray().ShouldBe(written.ReversedWords.ToArray());
        written.ReversedWords.ToArray().ShouldBe([5, 7, 1, 6, 3]);
        written.ReversedRows.ToArray().ShouldBe([4, 3, 2, 1, 0]);
        dropped.Targets.ToArray().ShouldBe(Pack([3, 4, 5], [6, 7]).Targets.ToArray());
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Words_of_the_encoder_are_dropped_at_the_rate(double rate)
    {
        Batch batch = Pack([.. Enumerable.Range(0, 300).Select(_ => Enumerable.Repeat(5, 10).ToArray())]);
        WordDrop.ApplyToEncoder(batch, rate, WordDropKind.Unknown, seed: 1, step: 2);
        ((double)batch.Words.ToArray().Count(word => word != 5)).ShouldBe(3000 * rate, rate is > 0 and < 1 ? 150 : 0);
        batch.Inputs[300..].ToArray().ShouldAllBe(word => word == 5); // the decoder's have a rate of their own
    }

    private static Batch Pack(params int[][] sentences)
    {
        Batch batch = new();
        for (int i = 0; i < sentences.Length; i++)
            batch.Add(sentences[i], i);
        batch.Pack();
        return batch;
    }

    // The weights under a name in a model whose directions are exchanged.
    private static double[] Exchanged(ParameterSlab<double> weights, string name)
    {
        string other = !name.StartsWith("encoder.lstm", StringComparison.Ordinal) ? name
            : name.Contains(".reverse", StringComparison.Ordinal) ? name.Replace(".reverse", "", StringComparison.Ordinal)
            : name.Insert(name.LastIndexOf('.'), ".reverse");
        Tensor<double> found = weights[other];
        bool readsBoth = name is "posterior.mean.weight" or "posterior.log_variance.weight"
            || (name.EndsWith("weight_ih", StringComparison.Ordinal) && found.Columns == 2 * s_options.HiddenSize);
        return readsBoth && !name.StartsWith("decoder", StringComparison.Ordinal)
            ? [.. Enumerable.Range(0, found.Rows).SelectMany(row => found.Row(row)[4..].ToArray().Concat(found.Row(row)[..4].ToArray()))]
            : found.Span.ToArray();
    }
}
