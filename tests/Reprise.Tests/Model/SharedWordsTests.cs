using System.Numerics;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Kernels;

namespace Reprise.Tests.Model;

/// <summary>A result that the decoder computes once for all occurrences of a word equals that of each occurrence.</summary>
public sealed class SharedWordsTests
{
    private const int Codes = 7; // of each sentence

    public static TheoryData<string, string> Cases()
    {
        TheoryData<string, string> cases = [];
        foreach (string fixture in Fixture.Names)
        {
            foreach (string backEnd in BackEnds.Names)
                cases.Add(fixture, backEnd);
        }

        return cases;
    }

    [Theory, MemberData(nameof(Cases))]
    public void Many_codes_of_a_sentence_cost_the_same_nats_as_word_by_word(string name, string backEnd) =>
        BackEnds.Run(backEnd, new SharedAndPlain(name));

    [Fact]
    public void Distinct_words_come_once_in_their_order_and_every_place_finds_its_own()
    {
        DistinctWords distinct = new(vocabularySize: 10);
        distinct.Find([9, 3, 9, -1, 0, 3, -1]);
        distinct.Words.ToArray().ShouldBe([9, 3, -1, 0]);
        distinct.Places.ToArray().ShouldBe([0, 1, 0, 2, 3, 1, 2]);
        distinct.Find([3, 3]);
        distinct.Words.ToArray().ShouldBe([3]);
        distinct.Places.ToArray().ShouldBe([0, 0]);
        distinct.Find([]);
        distinct.Words.Length.ShouldBe(0);
    }

    private sealed class SharedAndPlain(string name) : BackEnds.ITest
    {
        public void Run<T>(IKernels<T> kernels)
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            using Fixture fixture = Fixture.Open(name);
            using SentenceAutoencoder<T> model = fixture.Model(kernels);
            using ParameterSlab<T> gradients = new(model.Weights.Layout, kernels);
            Batch batch = new();
            foreach (int[] sentence in fixture.Sentences)
            {
                for (int code = 0; code < Codes; code++)
                    batch.Add(sentence, 0);
            }

            batch.Pack();
            for (int b = 0; b < batch.Count; b += 3)
                batch.Drop(b, t: 0, replacement: -(b % 2)); // some words are unknown and some are none
            Tensor<T> z_BZ = model.Workspace.Take(batch.Count, fixture.Options.LatentSize);
            kernels.Write(z_BZ, [.. Enumerable.Range(0, (int)z_BZ.Length).Select(i => T.CreateChecked(Math.Sin(1 + (0.7 * i))))]);

            Tensor<T> nll_B = model.Workspace.Take(1, batch.Count);
            model.Decoder.Forward(batch, z_BZ, nll_B);
            double[] shared = Nats(kernels, nll_B);
            model.Decoder.ForwardWithGradient(batch, z_BZ, nll_B, gradients, T.One);
            double[] plain = Nats(kernels, nll_B);

            double tolerance = typeof(T) == typeof(double) ? 1e-13 : 1e-6;
            for (int b = 0; b < batch.Count; b++)
                shared[b].ShouldBe(plain[b], tolerance * plain[b]);
            shared.Distinct().Count().ShouldBe(batch.Count); // every code counts
        }

        private static double[] Nats<T>(IKernels<T> kernels, Tensor<T> nll_B)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            [.. kernels.ElementsOf(nll_B).Select(double.CreateChecked)];
    }
}
