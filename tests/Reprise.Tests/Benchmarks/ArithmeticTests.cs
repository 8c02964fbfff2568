using Reprise.Benchmarks;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Benchmarks;

public sealed class ArithmeticTests
{
    private static readonly ModelOptions Paper = new()
    {
        VocabularySize = 20000, EmbeddingSize = 300, HiddenSize = 500, LatentSize = 50, TieEmbeddings = false,
        LatentInput = LatentInput.InitialState,
    };

    [Fact]
    public void A_step_of_the_yardstick_is_212_billion_operations() =>
        Arithmetic.Step(Paper, sentences: 200, words: 2493).ShouldBe(212e9, 1e9);

    [Fact]
    public void Small_sizes_are_counted_as_by_hand()
    {
        ModelOptions model = new()
        {
            VocabularySize = 10, EmbeddingSize = 2, HiddenSize = 3, LatentSize = 1, TieEmbeddings = true, PosteriorLayers = 1,
            LatentInput = LatentInput.FirstToken,
        };
        // Two sentences of 4 and 3 words. Encoder: 7 rows · 12 gates · (2 + 3) inputs; posterior: 2 rows · (3·3 + 2·3·1);
        // decoder: 2 rows · 1·2 from z, 9 rows · 12 · 5; softmax: 9 rows · (3·2 + 2·10). Each product counts two operations.
        double encoder = 2 * ((7 * 12 * 5) + (2 * (9 + 6))), decoder = 2 * ((2 * 2) + (9 * 12 * 5) + (9 * 26));
        Arithmetic.Encode(model, 2, 7).ShouldBe(encoder);
        Arithmetic.Encode(model, 2, 7, distinct: 5).ShouldBe(encoder - (2 * 2 * 12 * 2));
        Arithmetic.Decode(model, 2, 9).ShouldBe(decoder);
        Arithmetic.Forward(model, 2, 7).ShouldBe(encoder + decoder);
        Arithmetic.Step(model, 2, 7).ShouldBe(3 * (encoder + decoder));
    }

    [Fact]
    public void A_search_has_one_hypothesis_at_the_first_word_and_all_of_them_later()
    {
        Arithmetic.Search(Paper, sentences: 7, words: 15, width: 1).ShouldBe(Arithmetic.Decode(Paper, 7, 7 * 15));
        Arithmetic.Search(Paper, sentences: 7, words: 15, width: 10).ShouldBe(Arithmetic.Decode(Paper, 7, 7 * 141));
    }

    [Fact]
    public void Many_samples_of_a_sentence_share_its_code_and_its_words()
    {
        double one = Arithmetic.Importance(Paper, sentences: 3, words: 40, samples: 1), two = Arithmetic.Importance(Paper, 3, 40, 2);
        one.ShouldBe(Arithmetic.Forward(Paper, 3, 40));
        double inputs = 8.0 * Paper.HiddenSize * Paper.EmbeddingSize * 43;
        (two - one).ShouldBe(Arithmetic.Decode(Paper, 3, 43) - inputs);
    }

    [Theory]
    [InlineData(LatentInput.FirstToken, true)]
    [InlineData(LatentInput.InitialState, false)]
    [InlineData(LatentInput.EveryStep, true)]
    [InlineData(LatentInput.EveryStepAndSoftmax, true)]
    public void The_products_of_a_step_are_the_arithmetic_that_is_counted_but_for_repeated_words(LatentInput latentInput, bool tied)
    {
        ModelOptions model = new()
        {
            VocabularySize = 50, EmbeddingSize = 5, HiddenSize = 7, LatentSize = 3, TieEmbeddings = tied, PosteriorLayers = 2,
            LatentInput = latentInput,
        };
        SentenceList sentences = SyntheticSentences.Make(8, model.VocabularySize, seed: 1);
        using IKernels<float> kernels = new Reprise.Numerics.Reference.ReferenceKernels<float>();
        TimedKernels timed = new(kernels);
        using TrainingStep step = new(model, new TrainingOptions { BatchSize = 8, LearningRate = 1e-3, WordDropRate = 0 }, timed);

        StepResult result = step.RunAndWait(sentences, [0, 1, 2, 3, 4, 5, 6, 7], step: 0);
        Timing[] parts = timed.PartsOf(seconds: 1000);

        Batch batch = new();
        for (int i = 0; i < 8; i++)
            batch.Add(sentences, i);
        batch.Pack();
        ReadOnlySpan<int> inputs = latentInput == LatentInput.FirstToken ? batch.Inputs[8..] : batch.Inputs; // z replaces BOS
        int repeated = batch.Words.Length - batch.Words.ToArray().Distinct().Count() + inputs.Length - inputs.ToArray().Distinct().Count();
        repeated.ShouldBeGreaterThan(20);
        double saved = 3.0 * 8 * model.HiddenSize * model.EmbeddingSize * repeated;
        parts.Sum(part => part.Flops).ShouldBe(Arithmetic.Step(model, result.Sentences, result.Tokens - result.Sentences) - saved, 0.5);
        parts.Sum(part => part.Seconds).ShouldBe(1000, 1e-9);
        string[] untimed = [.. StepParts.All.Where((_, part) => parts[part].Seconds == 0)];
        untimed.ShouldBe(tied ? [] : [StepParts.Projection, StepParts.ProjectionBackward]);
    }

    [Fact]
    public void A_repetition_that_was_disturbed_does_not_count()
    {
        Timing[] middle = Timing.Middle([Repetition(1, 2), Repetition(100, 2), Repetition(2, 2), Repetition(3, 6), Repetition(0.1, 2)]);
        middle.ShouldBe([new Timing(2, 10 / 3.0, 0), new Timing(1, 0, 0)]);

        static Timing[] Repetition(double seconds, double flops) => [new Timing(seconds, flops, 0), new Timing(seconds / 2, 0, 0)];
    }

    [Fact]
    public void Synthetic_sentences_have_the_lengths_of_the_yardstick_and_common_words_more_often()
    {
        SentenceList sentences = SyntheticSentences.Make(20_000, vocabularySize: 1003, seed: 1);
        int[] buffer = new int[30];
        long words = 0, first = 0, last = 0;
        for (long i = 0; i < sentences.Count; i++)
        {
            int length = sentences.Read(i, buffer);
            length.ShouldBeInRange(5, 30);
            words += length;
            foreach (int id in buffer.AsSpan(0, length))
            {
                id.ShouldBeInRange(Vocabulary.SpecialTokens, 1002);
                first += id == Vocabulary.SpecialTokens ? 1 : 0;
                last += id == 1002 ? 1 : 0;
            }
        }

        ((double)words / sentences.Count).ShouldBe(12.5, 0.1);
        first.ShouldBeGreaterThan(100 * last);
    }
}
