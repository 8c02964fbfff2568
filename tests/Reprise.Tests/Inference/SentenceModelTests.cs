using Reprise.Inference;
using Reprise.Tests.Model;

namespace Reprise.Tests.Inference;

/// <summary>The library as its users see it, on model folders written from outside.</summary>
public sealed class SentenceModelTests
{
    private const double ScoreTolerance = 1e-4;

    public static TheoryData<string> FixtureNames => [.. Fixture.Names];

    [Theory, MemberData(nameof(FixtureNames))]
    public void Scores_at_the_mean_equal_those_of_a_plain_PyTorch(string name)
    {
        using ForeignModel folder = ForeignModel.Write(name);
        using SentenceModel model = folder.Load();
        using Fixture fixture = Fixture.Open(name);

        SentenceScore[] scores = [.. model.Score(ForeignModel.Texts(name), new ScoreOptions { PosteriorMean = true })];

        double[] nll = fixture.Read<double[]>("nll_at_mean_no_drop"), kl = fixture.Read<double[]>("kl");
        scores.Length.ShouldBe(nll.Length);
        for (int s = 0; s < scores.Length; s++)
        {
            scores[s].Nll.ShouldBe(nll[s], ScoreTolerance);
            scores[s].Kl.ShouldBe(kl[s], ScoreTolerance);
            scores[s].Elbo.ShouldBe(-(nll[s] + kl[s]), 2 * ScoreTolerance);
            scores[s].Words.ShouldBe(fixture.Sentences[s].Length);
        }
    }

    [Fact]
    public void Codes_are_the_posteriors()
    {
        using ForeignModel folder = ForeignModel.Write("odd-sizes-tied");
        using SentenceModel model = folder.Load();
        using Fixture fixture = Fixture.Open("odd-sizes-tied");
        double[][] mean = fixture.Read<double[][]>("mean"), logVariance = fixture.Read<double[][]>("log_variance");
        double[] kl = fixture.Read<double[]>("kl");
        int s = 0;
        foreach (Code code in model.Encode(ForeignModel.Texts("odd-sizes-tied")))
        {
            for (int k = 0; k < code.Mean.Length; k++)
            {
                ((double)code.Mean[k]).ShouldBe(mean[s][k], 1e-5);
                ((double)code.LogVariance[k]).ShouldBe(logVariance[s][k], 1e-5);
            }

            code.Kl.ShouldBe(kl[s++], 1e-5 * code.Kl);
        }

        s.ShouldBe(mean.Length);
    }

    [Fact]
    public void Codes_are_decoded_batch_by_batch()
    {
        using ForeignModel folder = ForeignModel.Write("odd-sizes-tied");
        using SentenceModel model = folder.Load();
        int asked = 0;
        IEnumerable<float[]> codes = Enumerable.Range(0, 1000).Select(i =>
        {
            asked++;
            return new float[model.Config.Model.LatentSize];
        });
        model.Decode(codes, new() { BeamWidth = 1, MaximumWords = 2 }).Skip(3 * SentenceEngine.BatchSize).First().Count.ShouldBe(1);
        asked.ShouldBe(4 * SentenceEngine.BatchSize);
    }

    [Fact]
    public void A_result_depends_on_neither_its_neighbours_nor_their_number()
    {
        using ForeignModel folder = ForeignModel.Write("every-step-tied", addedToEndOfSentence: 2);
        using SentenceModel model = folder.Load();
        string[] texts =
        [
            .. Enumerable.Range(0, 450)
                .Select(i => string.Join(' ', Enumerable.Range(0, 1 + (i % 9)).Select(t => $"w{3 + ((i + (5 * t)) % 20)}"))),
        ];
        ReconstructOptions options = new() { Decoding = new() { BeamWidth = 2, MaximumWords = 8 } };

        Reconstruction[] all = [.. model.Reconstruct(texts, options)];
        Reconstruction[] first = [.. model.Reconstruct(texts.Take(3), options)];

        all.Select(r => r.Input).ShouldBe(texts);
        for (int i = 0; i < first.Length; i++)
        {
            first[i].Output.ShouldBe(all[i].Output);
            first[i].Nll.ShouldBe(all[i].Nll, 1e-5);
        }
    }

    [Fact]
    public void A_sampled_code_is_scored_and_decoded_and_another_seed_samples_another()
    {
        using ForeignModel folder = ForeignModel.Write("initial-state-untied", addedToEndOfSentence: 2);
        using SentenceModel model = folder.Load();
        string[] texts = ForeignModel.Texts("initial-state-untied");
        Reconstruction[] drawn = [.. model.Reconstruct(texts, new ReconstructOptions { Seed = 5, Samples = 3 })];
        drawn.Length.ShouldBe(3 * texts.Length);
        drawn.Select(r => r.Sample).Take(6).ShouldBe([0, 1, 2, 0, 1, 2]);
        drawn.Take(3).Select(r => r.Nll).ShouldBeUnique();
        drawn.Take(3).ShouldAllBe(r => r.Input == texts[0] && r.Output == r.Beams[0].Text);

        SentenceScore[] scores = [.. model.Score(texts, new ScoreOptions { Seed = 5 })];
        scores.Select(s => s.Nll).ShouldBe(drawn.Where(r => r.Sample == 0).Select(r => r.Nll), 1e-5);
        model.Score(texts, new ScoreOptions { Seed = 6 }).First().Nll.ShouldNotBe(scores[0].Nll);
    }

    [Fact]
    public void Sentences_are_generated_anew_by_every_seed_and_alike_by_the_same()
    {
        using ForeignModel folder = ForeignModel.Write("odd-sizes-tied", addedToEndOfSentence: 3);
        using SentenceModel model = folder.Load();
        GenerateOptions options = new()
        {
            Decoding = new() { Sampling = new() { Temperature = 0.8, TopK = 50, TopP = 0.95 }, MaximumWords = 20 }, Seed = 2,
        };
        Hypothesis[] some = [.. model.Generate(250, options)];
        some.Length.ShouldBe(250);
        some.Select(h => h.Text).Distinct().Count().ShouldBeGreaterThan(200);
        some.ShouldAllBe(h => !h.Text.Contains("unk") && h.LogProbability < 0);
        model.Generate(7, options).Select(h => h.Text).ShouldBe(some.Take(7).Select(h => h.Text));
        model.Generate(7, options with { Seed = 3 }).Select(h => h.Text).ShouldNotBe(some.Take(7).Select(h => h.Text));
        model.Generate(3).Select(h => h.Text).ShouldNotBeEmpty();
    }

    [Fact]
    public void Drawing_at_a_low_temperature_or_among_one_word_is_greedy()
    {
        using ForeignModel folder = ForeignModel.Write("odd-sizes-tied", addedToEndOfSentence: 2);
        using SentenceModel model = folder.Load();
        string[] texts = ForeignModel.Texts("odd-sizes-tied");
        string[] greedy = Say(new() { BeamWidth = 1, MaximumWords = 12 });
        Say(new() { Sampling = new() { TopK = 1 }, MaximumWords = 12 }).ShouldBe(greedy);
        Say(new() { Sampling = new() { Temperature = 1e-4 }, MaximumWords = 12 }).ShouldBe(greedy);
        Say(new() { Sampling = new() { TopP = 1e-9 }, MaximumWords = 12 }).ShouldBe(greedy);

        string[] Say(DecodingOptions decoding) =>
            [
                .. model.Reconstruct(texts, new ReconstructOptions { PosteriorMean = true, Decoding = decoding }).Select(r => r.Output),
            ];
    }

    [Fact]
    public void The_way_between_two_sentences_begins_and_ends_with_what_they_become()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied", addedToEndOfSentence: 2);
        using SentenceModel model = folder.Load();
        string[] texts = ForeignModel.Texts("first-token-tied");
        ReconstructOptions mean = new() { PosteriorMean = true };
        foreach (InterpolationPath path in Enum.GetValues<InterpolationPath>())
        {
            IReadOnlyList<InterpolationStep> way = model.Interpolate(texts[1], texts[2], new InterpolateOptions { Steps = 6, Path = path });
            way.Select(w => w.Step).ShouldBe([0, 1, 2, 3, 4, 5]);
            way[0].Text.ShouldBe(model.Reconstruct(texts[1], mean).Output);
            way[^1].Text.ShouldBe(model.Reconstruct(texts[2], mean).Output);
        }
    }

    [Fact]
    public void A_sentence_is_its_own_nearest_neighbour()
    {
        using ForeignModel folder = ForeignModel.Write("every-step-untied-clipped");
        using SentenceModel model = folder.Load();
        string[] texts = ForeignModel.Texts("every-step-untied-clipped");
        IReadOnlyList<Neighbour> found = model.Nearest(texts[3], texts, new NearestOptions { Count = 2 });
        (found[0].Text, found[0].Distance, found[0].Index).ShouldBe((texts[3], 0, 3));
        Code[] codes = [.. model.Encode(texts)];
        double[] distances = [.. codes.Select(c => Math.Sqrt(c.Mean.Zip(codes[3].Mean, (a, b) => (double)(a - b) * (a - b)).Sum()))];
        found[1].Distance.ShouldBe(distances.Order().ElementAt(1), 1e-6);
    }

    [Fact]
    public void Many_threads_may_use_one_model()
    {
        using ForeignModel folder = ForeignModel.Write("odd-sizes-tied", addedToEndOfSentence: 3);
        using SentenceModel model = folder.Load();
        string[] texts = ForeignModel.Texts("odd-sizes-tied");
        ReconstructOptions options = new() { Decoding = new() { BeamWidth = 3, MaximumWords = 10 } };
        Reconstruction[] alone = [.. model.Reconstruct(texts, options)];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            Reconstruction[] together = [.. model.Reconstruct(texts, options)];
            together.Select(r => (r.Output, r.Nll)).ShouldBe(alone.Select(r => (r.Output, r.Nll)));
        });
    }

    [Fact]
    public void A_model_disposed_of_refuses_to_work()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        SentenceModel model = folder.Load();
        IEnumerable<SentenceScore> begun = model.Score(["w3 w4"]);
        model.Dispose();
        Should.Throw<ObjectDisposedException>(() => begun.ToArray());
        Should.Throw<ObjectDisposedException>(() => model.Encode("w3"));
        Should.Throw<ObjectDisposedException>(() => model.Generate(1).ToArray());
        model.Dispose();
    }

    [Fact]
    public void Unknown_words_are_read_and_never_written()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Reconstruction result = model.Reconstruct("what w4 is this");
        (result.Words, result.UnknownWords).ShouldBe((4, 3));
        result.Output.ShouldNotContain("unk");
        double.IsFinite(result.Nll).ShouldBeTrue();
    }

    [Fact]
    public void Every_result_carries_the_number_of_its_unknown_words()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        string[] texts = ["w3 what w4", "w5", "what is this"];
        (int, int)[] expected = [(3, 1), (1, 0), (3, 3)];
        model.Encode(texts).Select(code => (code.Words, code.UnknownWords)).ShouldBe(expected);
        model.Score(texts).Select(score => (score.Words, score.UnknownWords)).ShouldBe(expected);
        model.Reconstruct(texts).Select(result => (result.Words, result.UnknownWords)).ShouldBe(expected);
        model.Nearest("w3", texts).OrderBy(near => near.Index).Select(near => (near.Words, near.UnknownWords)).ShouldBe(expected);
    }

    [Fact]
    public void A_text_without_words_is_named()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Should.Throw<InputException>(() => model.Score(["w3 w4", "w5", "  "]).ToArray())
            .Message.ShouldBe("texts[2]: no words in \"  \"; expected a sentence");
        Action[] actions =
        [
            () => model.Encode(""),
            () => model.Reconstruct(""),
            () => model.Interpolate("", "w3"),
            () => model.Nearest("", ["w3"]),
        ];
        foreach (Action one in actions)
            Should.Throw<InputException>(one).Message.ShouldBe("no words in \"\"; expected a sentence");
    }

    [Fact]
    public void Sentences_may_be_far_longer_than_any_seen_in_training_up_to_a_limit()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        string longest = string.Join(' ', Enumerable.Repeat("w7", SentenceModel.MaximumWords));
        model.Score([longest]).Single().Words.ShouldBe(SentenceModel.MaximumWords);
        Should.Throw<InputException>(() => model.Score([longest + " w7"]).ToArray())
            .Message.ShouldContain($"texts[0]: {SentenceModel.MaximumWords + 1} words");
    }

    [Fact]
    public void Codes_of_another_size_are_refused()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Should.Throw<InputException>(() => model.Decode([new float[4]]).ToArray()).Message.ShouldContain("3");
    }

    [Fact]
    public void Options_out_of_range_are_all_named_at_once()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        DecodingOptions wrong = new()
        {
            BeamWidth = 0, MaximumWords = 0, LengthPenalty = double.NaN, Sampling = new() { Temperature = 0, TopK = -1, TopP = 2 },
        };
        string message = Should.Throw<InputException>(() => model.Decode([], wrong)).Message;
        foreach (string name in new[] { "beam width", "maximum words", "length penalty", "temperature", "top-k", "top-p" })
            message.ShouldContain(name);
        Should.Throw<InputException>(() => model.Interpolate("w3", "w4", new InterpolateOptions { Steps = 1 }));
        Should.Throw<InputException>(() => model.Reconstruct("w3", new ReconstructOptions { Samples = 0 }));
        Should.Throw<InputException>(() => model.Generate(1, new GenerateOptions { Decoding = wrong }));
    }

    [Fact]
    public void A_folder_that_is_no_model_is_refused()
    {
        using TempFolder temp = new();
        Should.Throw<InputException>(() => SentenceModel.Load(temp["there-is-no-such-folder"]));
    }
}
