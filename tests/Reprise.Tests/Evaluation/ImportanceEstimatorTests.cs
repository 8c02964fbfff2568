using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Model;
using Reprise.Numerics;
using Reprise.Tests.Model;
using Reprise.Text;

namespace Reprise.Tests.Evaluation;

public sealed class ImportanceEstimatorTests
{
    private const int Draws = 1500; // of a sentence: the draws of the fixture's sentences fill several batches, which end within a sentence

    [Theory]
    [InlineData("first-token-tied")]
    [InlineData("initial-state-untied")]
    [InlineData("every-step-tied")]
    public void Estimates_are_those_of_every_draw_alone(string name)
    {
        using Fixture fixture = Fixture.Open(name);
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        using SentenceAutoencoder<float> network = fixture.Model(kernels);
        using SentenceEngine engine = new(network);
        EvaluationOptions options = new() { ImportanceSamples = Draws, M = 1, Seed = 5 };
        int[][] sentences = fixture.Sentences;
        sentences.Sum(sentence => Draws * (sentence.Length + 1)).ShouldBeGreaterThan(2 * ImportanceEstimator.LargestBatchTokens);
        CancellationToken ended = TestContext.Current.CancellationToken;
        Code[] codes = engine.Encode(sentences, ended);
        NumberedSentence[] numbered = [.. sentences.Select((words, d) => new NumberedSentence(words, 10L + d))];

        ImportanceEstimate[] estimates = new ImportanceEstimator(engine, options).Estimate(numbered, codes, ended);

        for (int d = 0; d < sentences.Length; d++)
        {
            double[] logLikelihoods = new double[Draws], logRatios = new double[Draws];
            for (int s = 0; s < Draws; s++)
            {
                float[] noise = new float[fixture.Options.LatentSize], z = codes[d].Sample(5, numbered[d].Index, s + 1);
                Code.Noise(noise, 5, numbered[d].Index, s + 1);
                logLikelihoods[s] = -engine.Nll([sentences[d]], [z], ended)[0];
                logRatios[s] = ImportanceSampling.LogPriorOverPosterior<float>(z, codes[d].LogVariance, noise);
            }

            estimates[d].LogLikelihood.ShouldBe(ImportanceSampling.LogIntegral(logLikelihoods, logRatios, 1), 1e-5);
            estimates[d].LogIntegral.ShouldBe(ImportanceSampling.LogIntegral(logLikelihoods, logRatios, 2), 2e-5);
            estimates[d].Nll.ShouldBe(-logLikelihoods.Average(), 1e-5);
            estimates[d].LogLikelihoodRise!.Value.ShouldBe(Rise(1), 1e-5);
            estimates[d].LogIntegralRise!.Value.ShouldBe(Rise(2), 2e-5);

            double Rise(double power) =>
                ImportanceSampling.LogIntegral(logLikelihoods, logRatios, power)
                    - (ImportanceSampling.LogIntegral(logLikelihoods.AsSpan(..(Draws / 2)), logRatios.AsSpan(..(Draws / 2)), power) / 2)
                    - (ImportanceSampling.LogIntegral(logLikelihoods.AsSpan(Draws / 2), logRatios.AsSpan(Draws / 2), power) / 2);
        }
    }

    [Fact]
    public void A_report_has_the_same_bits_for_any_number_of_threads()
    {
        using Fixture fixture = Fixture.Open("every-step-tied");
        EvaluationReport[] reports = [.. new[] { 1, 2, 3, 8 }.Select(threads =>
        {
            using IKernels<float> kernels = ComputeDevice.Open("cpu", threads).Kernels;
            using SentenceAutoencoder<float> network = fixture.Model(kernels);
            using Evaluator evaluator = new(network);
            return evaluator.Evaluate(new SentenceList(fixture.Sentences), new EvaluationOptions { ImportanceSamples = 700, M = 1 });
        })];
        reports[0].LogLikelihood.ShouldNotBeNull();
        reports.ShouldAllBe(report => report == reports[0]);
    }

    [Fact]
    public void A_draw_allocates_only_its_place_in_the_results()
    {
        using Fixture fixture = Fixture.Open("first-token-tied");
        using IKernels<float> kernels = ComputeDevice.Open("cpu", 1).Kernels;
        using SentenceAutoencoder<float> network = fixture.Model(kernels);
        using SentenceEngine engine = new(network);
        Code[] codes = engine.Encode(fixture.Sentences, TestContext.Current.CancellationToken);
        NumberedSentence[] sentences = [.. fixture.Sentences.Select(words => new NumberedSentence(words, 0))];
        Allocated(4000);
        long bytesADraw = (Allocated(4000) - Allocated(2000)) / (2000 * codes.Length);
        bytesADraw.ShouldBeInRange(1, 48); // likelihood, ratio, nll of the batch and a weight for each of two integrals

        long Allocated(int samples)
        {
            ImportanceEstimator estimator = new(engine, new EvaluationOptions { ImportanceSamples = samples });
            long before = GC.GetAllocatedBytesForCurrentThread();
            estimator.Estimate(sentences, codes, CancellationToken.None);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
