using Reprise.Evaluation;
using Reprise.Model;
using Reprise.Text;

namespace Reprise.Tests.Evaluation;

public sealed class ArithmeticTests
{
    private static readonly ModelOptions Paper = new() { VocabularySize = 20000, EmbeddingSize = 300, HiddenSize = 500, LatentSize = 50, TieEmbeddings = false, LatentInput = LatentInput.InitialState };

    [Fact]
    public void A_step_of_the_yardstick_is_212_billion_operations() =>
        Arithmetic.Step(Paper, sentences: 200, words: 2493).ShouldBe(212e9, 1e9);

    [Fact]
    public void Small_sizes_are_counted_as_by_hand()
    {
        ModelOptions model = new() { VocabularySize = 10, EmbeddingSize = 2, HiddenSize = 3, LatentSize = 1, TieEmbeddings = true, PosteriorLayers = 1, LatentInput = LatentInput.FirstToken };
        // Two sentences of 4 and 3 words. Encoder: 7 rows · 12 gates · (2 + 3) inputs; posterior: 2 rows · (3·3 + 2·3·1);
        // decoder: 2 rows · 1·2 from z, 9 rows · 12 · 5; softmax: 9 rows · (3·2 + 2·10). Each product counts two operations.
        double encoder = 2 * ((7 * 12 * 5) + (2 * (9 + 6))), decoder = 2 * ((2 * 2) + (9 * 12 * 5) + (9 * 26));
        Arithmetic.Encode(model, 2, 7).ShouldBe(encoder);
        Arithmetic.Decode(model, 2, 9).ShouldBe(decoder);
        Arithmetic.Forward(model, 2, 7).ShouldBe(encoder + decoder);
        Arithmetic.Step(model, 2, 7).ShouldBe(3 * (encoder + decoder));
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
