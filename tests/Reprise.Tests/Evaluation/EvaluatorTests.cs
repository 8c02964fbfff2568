using MathNet.Numerics.Integration;
using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics.Reference;
using Reprise.Tests.Inference;
using Reprise.Tests.Model;
using Reprise.Text;

namespace Reprise.Tests.Evaluation;

public sealed class EvaluatorTests
{
    private const string Name = "odd-sizes-tied";

    [Fact]
    public void The_report_sums_up_the_scores_of_the_sentences()
    {
        using ForeignModel folder = ForeignModel.Write(Name);
        using SentenceModel model = folder.Load();
        SentenceScore[] scores = [.. model.Score(ForeignModel.Texts(Name), new ScoreOptions { Seed = 9 })];

        EvaluationReport report = model.Evaluate(Sentences(Name), new EvaluationOptions { Seed = 9, M = 1, ImportanceSamples = 0 });

        report.Sentences.ShouldBe(scores.Length);
        report.Words.ShouldBe(scores.Sum(s => s.Words));
        report.Nll.ShouldBe(scores.Average(s => s.Nll), 1e-5);
        report.Kl.ShouldBe(scores.Average(s => s.Kl), 1e-5);
        report.Elbo.ShouldBe(-(report.Nll + report.Kl), 1e-9);
        report.KlShare.ShouldBe(report.Kl / ((2 * report.Nll) + report.Kl), 1e-9);
        Math.Log(report.Perplexity).ShouldBe(scores.Sum(s => -s.Elbo) / scores.Sum(s => s.Words + 1), 1e-6);
        report.LogLikelihood.ShouldBeNull();
    }

    [Fact]
    public void Measures_of_sentences_come_in_their_order_with_their_numbers()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        using Evaluator evaluator = new(model);
        SentenceList sentences = new(Enumerable.Range(0, 50).Select(i => (int[])[.. Enumerable.Repeat(4 + (i % 9), 1 + (i * 7 % 5))]));
        EvaluationOptions some = new() { MaximumSentences = 30, ImportanceSamples = 3, ImportanceSentences = 10, M = 1 };

        SentenceMeasures[] measures = [.. evaluator.Measure(sentences, some, progress: null, TestContext.Current.CancellationToken)];

        SentenceChoice choice = new(50, some.Seed);
        measures.Select(sentence => sentence.Index).ShouldBe(choice.Ascending(30));
        measures.Select(sentence => sentence.Tokens).ShouldBe(measures.Select(sentence => sentences.WordsAt(sentence.Index).Length + 1));
        measures.Where(sentence => sentence.Importance is not null).Select(sentence => sentence.Index).ShouldBe(choice.Ascending(10));
        EvaluationReport report = model.Evaluate(sentences, some);
        report.Nll.ShouldBe(measures.Average(sentence => sentence.Nll), 1e-9);
        report.Kl.ShouldBe(measures.Average(sentence => sentence.Code.Kl), 1e-9);
    }

    [Fact]
    public void The_rise_of_a_report_is_the_mean_over_the_sentences_with_draws()
    {
        using ForeignModel folder = ForeignModel.Write("every-step-tied");
        using SentenceModel model = folder.Load();
        using Evaluator evaluator = new(model);
        EvaluationOptions some = new() { ImportanceSamples = 6, ImportanceSentences = 3, M = 1 };
        SentenceList sentences = Sentences("every-step-tied");

        EvaluationReport report = model.Evaluate(sentences, some);

        ImportanceEstimate[] estimates = [.. evaluator.Measure(sentences, some, progress: null, TestContext.Current.CancellationToken)
            .Where(sentence => sentence.Importance is not null).Select(sentence => sentence.Importance!.Value)];
        estimates.Length.ShouldBe(3);
        report.LogLikelihoodRise!.Value.ShouldBe(estimates.Average(estimate => estimate.LogLikelihoodRise!.Value), 1e-12);
        report.LogIntegralRise!.Value.ShouldBe(estimates.Average(estimate => estimate.LogIntegralRise!.Value), 1e-12);
        report.LogIntegralRise.Value.ShouldBeGreaterThan(report.LogLikelihoodRise.Value, "weights of a higher power vary more");
        EvaluationReport one = model.Evaluate(sentences, some with { ImportanceSamples = 1 });
        (one.LogLikelihoodRise, one.LogIntegralRise).ShouldBe((null, null));
        EvaluationReport none = model.Evaluate(sentences, some with { ImportanceSamples = 0 });
        (none.LogLikelihoodRise, none.LogIntegralRise).ShouldBe((null, null));
    }

    [Theory]
    [InlineData(0.009, false)]
    [InlineData(0.01, true)]
    [InlineData(3.0, true)]
    [InlineData(null, true)]
    [InlineData(double.NaN, true)]
    public void An_estimate_rises_from_a_hundredth_of_a_nat_on(double? rise, bool rises) =>
        EvaluationReport.IsRising(rise).ShouldBe(rises);

    [Fact]
    public void Active_units_are_those_whose_mean_varies()
    {
        using Fixture fixture = Fixture.Open(Name);
        double[][] means = fixture.Read<double[][]>("mean");
        int expected = Enumerable.Range(0, fixture.Options.LatentSize).Count(k =>
        {
            double average = means.Average(m => m[k]);
            return means.Sum(m => Math.Pow(m[k] - average, 2)) / (means.Length - 1) > 0.01;
        });
        using ReferenceKernels<float> kernels = new();
        using SentenceAutoencoder<float> network = fixture.Model(kernels);
        using Evaluator evaluator = new(network);
        evaluator.Evaluate(Sentences(Name)).ActiveUnits.ShouldBe(expected);

        network.Weights["posterior.mean.weight"].Row(2).Clear(); // now dimension 2 has one mean for all
        evaluator.Evaluate(Sentences(Name)).ActiveUnits.ShouldBe(expected - 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-0.5)]
    [InlineData(3)]
    public void Estimates_agree_with_numerical_integration_over_a_code_of_one_dimension(double m)
    {
        using ReferenceKernels<float> kernels = new();
        ModelOptions options = new()
        {
            VocabularySize = 9, EmbeddingSize = 5, HiddenSize = 6, LatentSize = 1, LatentInput = LatentInput.EveryStep,
        };
        using SentenceAutoencoder<float> network = new(options, kernels);
        Initialization.Fill(network.Weights, seed: 12);
        Span<float> all = network.Weights.All.Span;
        for (int i = 0; i < all.Length; i++)
            all[i] *= 3; // so that z matters
        SentenceList sentences = new([[3, 5, 8, 4], [7], [6, 6, 3]]);

        using Evaluator evaluator = new(network);
        EvaluationReport report = evaluator.Evaluate(
            sentences, new EvaluationOptions { M = m, ImportanceSamples = 4000, PosteriorMean = true });

        using SentenceEngine engine = new(network);
        double likelihood = Enumerable.Range(0, 3).Average(i => Integral(engine, sentences, i, 1));
        double integral = Enumerable.Range(0, 3).Average(i => Integral(engine, sentences, i, 1 + m));
        report.ImportanceSentences.ShouldBe(3);
        report.ImportanceSamples.ShouldBe(4000);
        report.LogLikelihood!.Value.ShouldBe(likelihood, 0.02);
        report.LogIntegral!.Value.ShouldBe(integral, 0.02);
        report.BoundGap!.Value.ShouldBeGreaterThan(0);
        report.LogLikelihoodStderr!.Value.ShouldBeGreaterThan(0);
        report.LogIntegralStderr!.Value.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Estimates_are_the_bound_and_its_gap(double m)
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        SentenceList sentences = new(
            Enumerable.Range(0, 300).Select(i => (int[])[.. Enumerable.Range(0, 1 + (i % 7)).Select(t => 3 + ((i * (t + 1)) % 20))]));
        EvaluationReport report = model.Evaluate(
            sentences, new EvaluationOptions { M = m, ImportanceSamples = 100, ImportanceSentences = 20 });
        report.ImportanceSentences.ShouldBe(20);
        report.BoundGap!.Value.ShouldBeGreaterThan(0);
        report.LogIntegral!.Value.ShouldBe(report.BoundGap.Value - ((1 + m) * report.Nll) - report.Kl, 1e-9);
        if (m == 0)
            report.LogLikelihood.ShouldBe(report.LogIntegral);
        double tokens = report.Words + 300;
        Math.Log(report.ImportancePerplexity!.Value).ShouldBe(-report.LogLikelihood!.Value * 300 / tokens, 1e-12);
        report.ImportancePerplexity.Value.ShouldBeLessThan(report.Perplexity);

        // The first twenty with their control give almost the same as samples for all.
        EvaluationReport all = model.Evaluate(
            sentences, new EvaluationOptions { M = m, ImportanceSamples = 100, ImportanceSentences = 300 });
        report.LogIntegral.Value.ShouldBe(all.LogIntegral!.Value, 4 * (report.BoundGapStderr!.Value + all.BoundGapStderr!.Value));
        report.LogIntegralStderr!.Value.ShouldBe(all.LogIntegralStderr!.Value, 0.5 * all.LogIntegralStderr.Value);
    }

    [Fact]
    public void The_error_of_a_perplexity_is_that_of_a_ratio_and_not_of_the_lengths()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        using Evaluator evaluator = new(model);
        SentenceList sentences = new(
            Enumerable.Range(0, 80).Select(i => (int[])[.. Enumerable.Range(0, 1 + (i % 7)).Select(t => 3 + ((i * (t + 1)) % 9))]));
        EvaluationOptions options = new() { ImportanceSamples = 5, ImportanceSentences = 80 };
        EvaluationReport report = model.Evaluate(sentences, options);

        SentenceMeasures[] measures = [.. evaluator.Measure(sentences, options, progress: null, TestContext.Current.CancellationToken)];
        double perToken = Math.Log(report.ImportancePerplexity!.Value);
        double squares = measures.Sum(at => Math.Pow(at.Importance!.Value.LogLikelihood + (perToken * at.Tokens), 2));
        double error = Math.Sqrt(squares / 79 * 80) / measures.Sum(at => at.Tokens); // of the log: the residuals have the mean 0
        report.ImportancePerplexityStderr!.Value.ShouldBe(error * report.ImportancePerplexity.Value, 1e-9);
        error.ShouldBeLessThan(report.LogLikelihoodStderr!.Value * 80 / measures.Sum(at => at.Tokens) / 2, "lengths vary");

        // With draws for some, the others' bounds still count.
        EvaluationReport some = model.Evaluate(sentences, options with { ImportanceSentences = 20 });
        (some.ImportancePerplexityStderr!.Value / report.ImportancePerplexityStderr.Value).ShouldBeInRange(0.5, 1.5);
    }

    [Fact]
    public void A_mean_with_a_control_is_the_plain_mean_where_all_is_known()
    {
        ControlledMean controlled = default;
        RunningMoments plain = default;
        double[] quantity = [3, -1, 4, 1, -5, 9], control = [2.5, -1.5, 4.5, 0, -4, 8];
        for (int i = 0; i < quantity.Length; i++)
        {
            controlled.Add(control[i] + i); // drawn again, it is another
            controlled.AddKnown(quantity[i], control[i]);
            plain.Add(quantity[i]);
        }

        controlled.Mean.ShouldBe(quantity.Average(), 1e-12);
        controlled.StandardError.ShouldBe(plain.StandardError, 1e-12);
        plain.StandardError.ShouldBe(Math.Sqrt(quantity.Sum(x => Math.Pow(x - quantity.Average(), 2)) / 5 / 6), 1e-12);
    }

    [Fact]
    public void Some_sentences_are_a_random_sample_and_not_the_first_of_the_file()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        // A short book, then one of longer sentences.
        SentenceList sentences = new(Enumerable.Range(0, 400).Select(i => (int[])[.. Enumerable.Repeat(5, i < 200 ? 2 : 6)]));
        EvaluationOptions some = new() { MaximumSentences = 100, ImportanceSamples = 2, ImportanceSentences = 30 };
        EvaluationReport report = model.Evaluate(sentences, some);
        (report.Sentences, report.ImportanceSentences).ShouldBe((100, 30));
        (report.Words / 100.0).ShouldBeInRange(3.2, 4.8); // 4 ± 2 standard deviations of a mean of 100; the first hundred have 2
        report.ShouldBe(model.Evaluate(sentences, some));
        model.Evaluate(sentences, some with { Seed = 2 }).Words.ShouldNotBe(report.Words);
        SentenceChoice choice = new(400, 1);
        choice.Ascending(100).Distinct().Count().ShouldBe(100);
        choice.Ascending(30).ShouldBeSubsetOf(choice.Ascending(100), "fewer are among more");
        choice.Ascending(1000).ShouldBe(Enumerable.Range(0, 400).Select(i => (long)i));
        Enumerable.Range(0, 400).Count(i => choice.Among(30)(i)).ShouldBe(30);
    }

    [Fact]
    public void A_perfect_control_makes_one_known_quantity_enough()
    {
        ControlledMean mean = default;
        foreach (double control in new[] { 1.0, 5, 9 })
            mean.Add(control);
        mean.AddKnown(quantity: 7, control: 5);
        mean.Mean.ShouldBe(7);
    }

    [Fact]
    public void Reconstruction_counts_sentences_and_words_at_their_places()
    {
        using ForeignModel folder = ForeignModel.Write(Name, addedToEndOfSentence: 2);
        using SentenceModel model = folder.Load();
        using Fixture fixture = Fixture.Open(Name);
        int[][] given = fixture.Sentences;
        string[] texts = ForeignModel.Texts(Name);
        string[][] outputs =
        [
            .. model.Reconstruct(texts, new ReconstructOptions { PosteriorMean = true, Decoding = new() { BeamWidth = 1 } })
                .Select(r => r.Output.Split(' ')),
        ];
        int right = 0;
        for (int s = 0; s < given.Length; s++)
            right += outputs[s].Zip(texts[s].Split(' ')).Count(pair => pair.First == pair.Second);

        ReconstructionReport report = model.MeasureReconstruction(Sentences(Name));
        report.Sentences.ShouldBe(given.Length);
        report.WordAccuracy.ShouldBe((double)right / given.Sum(s => s.Length), 1e-12);
        report.ExactMatch.ShouldBe(outputs.Zip(texts).Count(pair => pair.First.SequenceEqual(pair.Second.Split(' '))) / 5.0, 1e-12);
    }

    [Fact]
    public void A_models_own_sentence_is_reconstructed_exactly_where_codes_do_not_matter()
    {
        // A decoder that ignores z has one sentence for every code: that one is reconstructed, and the beginning of a longer one.
        using Fixture fixture = Fixture.Open("initial-state-untied");
        using ReferenceKernels<float> kernels = new();
        using SentenceAutoencoder<float> network = fixture.Model(kernels);
        kernels.Fill(network.Weights["decoder.latent.hidden.weight"], 0);
        kernels.Fill(network.Weights["decoder.latent.cell.weight"], 0);
        network.Weights["output.bias"][0, 2] = -100;
        using SentenceEngine engine = new(network);
        int[] its = engine.Decode(
            [new float[3]], new DecodingOptions { BeamWidth = 1, MaximumWords = 6 }, 1, [0],
            TestContext.Current.CancellationToken)[0][0].Words;
        using Evaluator evaluator = new(network);
        ReconstructionMeasureOptions six = new() { Decoding = new() { BeamWidth = 1, MaximumWords = 6 } };
        evaluator.MeasureReconstruction(new SentenceList([its]), six).ShouldBe(new ReconstructionReport(1, 1, 1));
        evaluator.MeasureReconstruction(new SentenceList([its, [.. its, 7, 7]]), six).ShouldBe(new ReconstructionReport(2, 0.5, 12.0 / 14));
        evaluator.MeasureReconstruction(new SentenceList([its[..3]]), six).ShouldBe(new ReconstructionReport(1, 0, 1));
    }

    [Fact]
    public void Progress_counts_to_the_last_sentence()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Progress progress = new();
        model.Evaluate(
            new SentenceList(Enumerable.Repeat<int[]>([4, 9], 450)),
            new EvaluationOptions { MaximumSentences = 420, ImportanceSamples = 2 }, progress).Sentences.ShouldBe(420);
        progress.Seen.ShouldBe(progress.Seen.Order());
        progress.Seen[^1].ShouldBe(420);
    }

    [Fact]
    public void One_sentence_has_estimates_but_no_standard_errors()
    {
        using ForeignModel folder = ForeignModel.Write(Name);
        using SentenceModel model = folder.Load();
        EvaluationReport report = model.Evaluate(Sentences(Name), new EvaluationOptions { ImportanceSentences = 1, ImportanceSamples = 3 });
        report.LogLikelihood.ShouldNotBeNull();
        report.LogLikelihoodStderr.ShouldBeNull();
        report.BoundGapStderr.ShouldBeNull();
    }

    [Fact]
    public void Options_out_of_range_and_no_sentences_are_refused()
    {
        using ForeignModel folder = ForeignModel.Write("first-token-tied");
        using SentenceModel model = folder.Load();
        Should.Throw<InputException>(() => model.Evaluate(new SentenceList())).Message.ShouldContain("no sentence");
        EvaluationOptions[] outOfRange =
        [
            new() { M = -1 }, new() { M = double.NaN }, new() { ImportanceSamples = -1 }, new() { MaximumSentences = 0 },
        ];
        foreach (EvaluationOptions wrong in outOfRange)
            Should.Throw<InputException>(() => model.Evaluate(Sentences("first-token-tied"), wrong));
        Should.Throw<InputException>(
            () => model.MeasureReconstruction(Sentences("first-token-tied"), new ReconstructionMeasureOptions { MaximumSentences = 0 }));
    }

    // log ∫ p(x|z)^power N(z; 0, 1) dz by the trapezium rule, which converges fast for such integrands.
    private static double Integral(SentenceEngine engine, SentenceList sentences, long index, double power)
    {
        int[] words = sentences.WordsAt(index);
        double integral = NewtonCotesTrapeziumRule.IntegrateComposite(
            z => Math.Exp((-power * engine.Nll([words], [[(float)z]], TestContext.Current.CancellationToken)[0]) - (z * z / 2))
                / Math.Sqrt(2 * Math.PI), -8, 8, 400);
        return Math.Log(integral);
    }

    private static SentenceList Sentences(string name)
    {
        using Fixture fixture = Fixture.Open(name);
        return new SentenceList(fixture.Sentences);
    }

    private sealed class Progress : IProgress<long>
    {
        public List<long> Seen { get; } = [];

        public void Report(long value) => Seen.Add(value);
    }
}
