using System.Numerics;
using System.Text.Json;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Numerics.Reference;
using Reprise.Tests.Model;
using Reprise.Text;

namespace Reprise.Tests.Inference;

/// <summary>Decoding against words and log probabilities of PyTorch, on every back end; then the rules of the search itself.</summary>
public sealed class BeamSearchTests
{
    private const double LogProbabilityTolerance = 1e-4; // of float back ends, over at most 12 words
    private const int FixtureSteps = 12;

    public static TheoryData<string, string> Cases() => FixtureTests.Cases();

    [Theory, MemberData(nameof(Cases))]
    public void Greedy_decodes_equal_the_fixture(string name, string backEnd) =>
        BackEnds.Run(backEnd, new EqualsTheFixture(name, "greedy_at_mean", 1));

    [Theory, MemberData(nameof(Cases))]
    public void Beam_decodes_equal_the_fixture(string name, string backEnd) =>
        BackEnds.Run(backEnd, new EqualsTheFixture(name, "beam4_at_mean", 4));

    [Theory]
    [InlineData("first-token-tied", 1)]
    [InlineData("first-token-tied", 4)]
    [InlineData("initial-state-untied", 2)]
    [InlineData("initial-state-untied", 21)]
    [InlineData("every-step-tied", 3)]
    [InlineData("every-step-untied-clipped", 15)]
    [InlineData("odd-sizes-tied", 5)]
    public void Many_sentences_at_once_find_what_a_plain_search_finds_one_by_one(string name, int width)
    {
        using ReferenceKernels<double> kernels = new();
        using Fixture fixture = Fixture.Open(name);
        using SentenceAutoencoder<double> model = fixture.Model(kernels);
        FindsWhatAPlainSearchFinds(model, fixture.Batch(drop: false), width);
    }

    [Theory]
    [InlineData(LatentInput.FirstToken)]
    [InlineData(LatentInput.EveryStepAndSoftmax)]
    public void A_deep_decoder_finds_what_a_plain_search_finds(LatentInput input)
    {
        using ReferenceKernels<double> kernels = new();
        ModelOptions options = new()
        {
            VocabularySize = 12, EmbeddingSize = 5, HiddenSize = 6, LatentSize = 3, DecoderLayers = 3, LatentInput = input,
        };
        using SentenceAutoencoder<double> model = new(options, kernels);
        Initialization.Fill(model.Weights, seed: 4);
        foreach (ref double weight in model.Weights.All.Span)
            weight *= 4; // so that words depend on the code
        Batch batch = new();
        batch.Add([3, 4, 5, 3], 0);
        batch.Add([6, 7], 1);
        batch.Add([8, 3, 11, 10, 9], 2);
        batch.Pack();
        FindsWhatAPlainSearchFinds(model, batch, width: 3);
    }

    private static void FindsWhatAPlainSearchFinds(SentenceAutoencoder<double> model, Batch batch, int width)
    {
        using BeamSearch<double> search = new(model);
        int ended = 0;
        foreach (double endsSooner in new[] { 1.0, 2, 3, 4, 6 })
        {
            model.Weights["output.bias"][0, Vocabulary.EndOfSentence] = endsSooner;
            WordSequence[][] found = search.Search(
                model.Encode(batch).Mean_BZ, new DecodingOptions { BeamWidth = width, MaximumWords = 20 });
            for (int b = 0; b < batch.Count; b++)
            {
                WordSequence expected = PlainBeam.Search(model, model.Encode(batch).Mean_BZ.RowRange(b, 1), width, 20);
                found[b][0].Words.ShouldBe(expected.Words);
                found[b][0].LogProbability.ShouldBe(expected.LogProbability, 1e-9);
                ended += expected.Words.Length < 20 ? 1 : 0;
            }
        }

        ended.ShouldBeGreaterThan(5);
    }

    [Fact]
    public void Hypotheses_come_best_first_and_differ()
    {
        WordSequence[][] found = Search("odd-sizes-tied", new DecodingOptions { BeamWidth = 15, MaximumWords = 30 });
        foreach (WordSequence[] beams in found)
        {
            beams.Length.ShouldBeInRange(1, 15);
            beams.Select(b => b.LogProbability).ShouldBe(beams.Select(b => b.LogProbability).OrderDescending());
            beams.Select(b => string.Join(' ', b.Words)).ShouldBeUnique();
        }
    }

    [Fact]
    public void A_sentence_is_decoded_alike_alone_and_among_others()
    {
        using ReferenceKernels<double> kernels = new();
        using Fixture fixture = Fixture.Open("every-step-untied-clipped");
        using SentenceAutoencoder<double> model = fixture.Model(kernels);
        using BeamSearch<double> search = new(model);
        DecodingOptions options = new() { BeamWidth = 5, MaximumWords = 20 };
        Batch batch = fixture.Batch(drop: false);
        WordSequence[][] together = search.Search(model.Encode(batch).Mean_BZ, options);
        for (int b = 0; b < batch.Count; b++)
        {
            WordSequence[] alone = search.Search(model.Encode(batch).Mean_BZ.RowRange(b, 1), options).Single();
            alone.Select(s => s.Words).ShouldBe(together[b].Select(s => s.Words));
            alone.Select(s => s.LogProbability).ShouldBe(together[b].Select(s => s.LogProbability));
        }
    }

    [Fact]
    public void The_log_probability_of_a_hypothesis_is_minus_its_nll()
    {
        using ReferenceKernels<double> kernels = new();
        using Fixture fixture = Fixture.Open("odd-sizes-tied");
        using SentenceAutoencoder<double> model = fixture.Model(kernels);
        model.Weights["output.bias"][0, Vocabulary.EndOfSentence] += 3;
        using BeamSearch<double> search = new(model);
        double[] z = model.Encode(fixture.Batch(drop: false)).Mean_BZ.Row(1).ToArray();
        WordSequence[] beams = search.Search(Row(z), new DecodingOptions { BeamWidth = 12, MaximumWords = 40 }).Single();
        beams = [.. beams.Where(b => b.Words.Length is > 0 and < 40)];
        beams.ShouldNotBeEmpty();
        foreach (WordSequence beam in beams)
        {
            Batch batch = new();
            batch.Add(beam.Words, 0);
            batch.Pack();
            model.Reconstruct(batch, Row(z))[0, 0].ShouldBe(-beam.LogProbability, 1e-9);
        }

        Tensor<double> Row(double[] values)
        {
            model.Workspace.Reset();
            Tensor<double> row = model.Workspace.Take(1, values.Length);
            values.CopyTo(row.Row(0));
            return row;
        }
    }

    [Fact]
    public void A_wide_beam_finds_the_most_probable_sentence_of_all()
    {
        // A model of two words writes at most 3 of them: all 2 + 4 + 8 sentences can be counted out.
        using ReferenceKernels<double> kernels = new();
        ModelOptions options = new() { VocabularySize = 5, EmbeddingSize = 4, HiddenSize = 5, LatentSize = 2 };
        using SentenceAutoencoder<double> model = new(options, kernels);
        Initialization.Fill(model.Weights, seed: 3);
        Span<double> all = model.Weights.All.Span;
        for (int i = 0; i < all.Length; i++)
            all[i] *= 3;
        using BeamSearch<double> search = new(model);

        WordSequence best = search.Search(Zero(), new DecodingOptions { BeamWidth = 64, MaximumWords = 4 }).Single()[0];

        double most = double.NegativeInfinity;
        foreach (int[] words in Sentences())
        {
            Batch batch = new();
            batch.Add(words, 0);
            batch.Pack();
            most = Math.Max(most, -model.Reconstruct(batch, Zero())[0, 0]);
        }

        best.LogProbability.ShouldBeGreaterThanOrEqualTo(most - 1e-9);

        static IEnumerable<int[]> Sentences()
        {
            int[] words = [3, 4];
            foreach (int a in words)
            {
                yield return [a];
                foreach (int b in words)
                {
                    yield return [a, b];
                    foreach (int c in words)
                        yield return [a, b, c];
                }
            }
        }

        Tensor<double> Zero()
        {
            model.Workspace.Reset();
            Tensor<double> zero = model.Workspace.Take(1, 2);
            zero.Span.Clear();
            return zero;
        }
    }

    [Fact]
    public void A_length_penalty_ranks_by_the_penalised_score()
    {
        DecodingOptions options = new() { BeamWidth = 8, MaximumWords = 30, LengthPenalty = 2 };
        WordSequence[][] found = Search("odd-sizes-tied", options);
        foreach (WordSequence[] beams in found.Where(b => b.Length > 1 && b[^1].Words.Length < 30))
        {
            IEnumerable<double> penalised = beams.Select(b => b.LogProbability / Math.Pow((5.0 + b.Words.Length + 1) / 6, 2));
            penalised.ShouldBe(penalised.OrderDescending());
        }

        double plain = Search("odd-sizes-tied", options with { LengthPenalty = 0 }).Average(b => b[0].Words.Length);
        found.Average(b => b[0].Words.Length).ShouldBeGreaterThanOrEqualTo(plain);
    }

    [Fact]
    public void Special_words_are_never_written() =>
        Search("odd-sizes-tied", new DecodingOptions { BeamWidth = 399, MaximumWords = 5 })
            .SelectMany(beams => beams).SelectMany(b => b.Words).ShouldAllBe(word => word > 2);

    [Fact]
    public void A_sentence_that_does_not_end_is_cut_at_the_most_words()
    {
        using ReferenceKernels<float> kernels = new();
        using Fixture fixture = Fixture.Open("first-token-tied");
        using SentenceAutoencoder<float> model = fixture.Model(kernels);
        model.Weights["output.bias"][0, Vocabulary.EndOfSentence] = -1000;
        using BeamSearch<float> search = new(model);
        WordSequence[] beams = search.Search(
            model.Encode(fixture.Batch(drop: false)).Mean_BZ, new DecodingOptions { BeamWidth = 3, MaximumWords = 7 })[0];
        beams.Length.ShouldBe(3);
        beams.ShouldAllBe(b => b.Words.Length == 7);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_steps()
    {
        using ReferenceKernels<float> kernels = new();
        using Fixture fixture = Fixture.Open("every-step-tied");
        using SentenceAutoencoder<float> model = fixture.Model(kernels);
        model.Weights["output.bias"][0, Vocabulary.EndOfSentence] = -1000;
        using BeamSearch<float> search = new(model);
        Batch batch = fixture.Batch(drop: false);
        search.Search(model.Encode(batch).Mean_BZ, new DecodingOptions { BeamWidth = 4, MaximumWords = 10 });
        long before = model.Workspace.Capacity;
        search.Search(model.Encode(batch).Mean_BZ, new DecodingOptions { BeamWidth = 4, MaximumWords = 500 });
        model.Workspace.Capacity.ShouldBe(before);
    }

    private static WordSequence[][] Search(string name, DecodingOptions options)
    {
        using ReferenceKernels<float> kernels = new();
        using Fixture fixture = Fixture.Open(name);
        using SentenceAutoencoder<float> model = fixture.Model(kernels);
        model.Weights["output.bias"][0, Vocabulary.EndOfSentence] += 3; // as trained models do, it ends its sentences
        using BeamSearch<float> search = new(model);
        return search.Search(model.Encode(fixture.Batch(drop: false)).Mean_BZ, options);
    }

    private sealed class EqualsTheFixture(string name, string facts, int width) : BackEnds.ITest
    {
        public void Run<T>(IKernels<T> kernels)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Fixture fixture = Fixture.Open(name);
            using SentenceAutoencoder<T> model = fixture.Model(kernels);
            using BeamSearch<T> search = new(model);
            Batch batch = fixture.Batch(drop: false);

            WordSequence[][] found = search.Search(
                model.Encode(batch).Mean_BZ, new DecodingOptions { BeamWidth = width, MaximumWords = FixtureSteps });

            JsonElement[] expected = fixture.Read<JsonElement[]>(facts);
            for (int b = 0; b < batch.Count; b++)
            {
                JsonElement sentence = expected[batch.Positions[b]];
                found[b][0].Words.ShouldBe(sentence.GetProperty("words").Deserialize<int[]>(), $"sentence {batch.Positions[b]}");
                double logProbability = sentence.GetProperty("log_probability").GetDouble();
                found[b][0].LogProbability.ShouldBe(
                    logProbability, typeof(T) == typeof(double) ? 1e-9 : LogProbabilityTolerance, $"sentence {batch.Positions[b]}");
            }
        }
    }
}
