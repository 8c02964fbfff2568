using Reprise.Evaluation;
using Reprise.Inference;
using Reprise.Numerics;
using Reprise.Tests.Inference;
using Reprise.Text;
using Reprise.Training;

namespace Reprise.Tests.Evaluation;

/// <summary>
/// The mutual information by the posteriors of many sentences, where the truth is known: x ~ N(0, I) of d dimensions and
/// q(z|x) = N(r x, 1 - r²), so that z ~ N(0, I) and I(x; z) = -d/2 log(1 - r²).
/// </summary>
public sealed class AggregatePosteriorTests
{
    private const int Dimensions = 10;
    private const double Singles = 1e-4; // distances of up to a hundred in single precision

    [Theory]
    [InlineData(0.01, 700)] // two whole chunks and a part of one
    [InlineData(5.0, 256)]
    [InlineData(5.0, 1)]
    public void The_estimate_is_that_of_the_formula(double nats, int sentences)
    {
        AggregatePosterior posterior = new(Dimensions);
        MutualInformation formula = new(sentences, Dimensions);
        (Code Code, float[] Noise)[] all = Sentences(nats, sentences);
        foreach ((Code code, float[] noise) in all)
        {
            posterior.AddDraw(code, noise);
            formula.Add(code.Mean, code.LogVariance, noise);
        }

        foreach ((Code code, _) in all)
            posterior.Add(code);
        posterior.Estimate().Information.ShouldBe(formula.Estimate(), Singles);
        posterior.Ceiling.ShouldBe(Math.Log(sentences), 1e-12);
    }

    [Fact]
    public void More_sentences_bring_the_estimate_nearer_to_the_truth_than_a_sample_of_them()
    {
        const double Nats = 6;
        const int Draws = 300;
        (Code Code, float[] Noise)[] all = Sentences(Nats, 12_000);
        double few = Information(all[..Draws]), many = Information(all);

        // The truth for the same draws: log q(z|x) - log N(z; 0, I), so that their noise is in neither difference.
        double truth = all[..Draws].Average(sentence =>
        {
            (Code code, float[] noise) = sentence;
            float[] z = [.. noise];
            code.AddNoise(z);
            return Enumerable.Range(0, Dimensions).Sum(k => (z[k] * z[k]) - (noise[k] * noise[k]) - code.LogVariance[k]) / 2.0;
        });
        (truth - few).ShouldBeGreaterThan(0.9); // the ceiling of 300 sentences is 5.7
        Math.Abs(truth - many).ShouldBeLessThan(0.25);

        double Information((Code Code, float[] Noise)[] sentences)
        {
            AggregatePosterior posterior = new(Dimensions);
            foreach ((Code code, float[] noise) in all[..Draws])
                posterior.AddDraw(code, noise);
            foreach ((Code code, _) in sentences)
                posterior.Add(code);
            return posterior.Estimate().Information;
        }
    }

    [Fact]
    public void A_report_has_the_information_of_all_its_sentences()
    {
        using ForeignModel folder = ForeignModel.Write("every-step-tied");
        using SentenceModel model = folder.Load();
        SentenceList sentences = new(
            Enumerable.Range(0, 500).Select(i => (int[])[.. Enumerable.Range(0, 1 + (i % 6)).Select(t => 3 + ((i * (t + 1)) % 17))]));
        EvaluationOptions options = new() { ImportanceSamples = 0 };
        EvaluationReport all = model.Evaluate(sentences, options);
        all.MutualInformationCeiling!.Value.ShouldBe(Math.Log(500), 1e-12);
        all.MutualInformation!.Value.ShouldBeInRange(0.01, all.Kl);
        all.IsAtCeiling.ShouldBeFalse();

        EvaluationReport drawn = model.Evaluate(sentences, options with { InformationSentences = 200 });
        drawn.MutualInformationCeiling.ShouldBe(all.MutualInformationCeiling, "the aggregate posterior is that of all sentences");
        drawn.MutualInformationStderr!.Value.ShouldBeGreaterThan(all.MutualInformationStderr!.Value);
        drawn.MutualInformation!.Value.ShouldBe(all.MutualInformation.Value, 4 * drawn.MutualInformationStderr.Value);

        EvaluationReport some = model.Evaluate(sentences, options with { MaximumSentences = 100 });
        some.MutualInformationCeiling!.Value.ShouldBe(Math.Log(100), 1e-12);
        EvaluationReport none = model.Evaluate(sentences, options with { InformationSentences = 0 });
        (none.MutualInformation, none.MutualInformationStderr, none.MutualInformationCeiling).ShouldBe((null, null, null));
        none.ShouldBe(all with { MutualInformation = null, MutualInformationStderr = null, MutualInformationCeiling = null });
        Should.Throw<InputException>(() => model.Evaluate(sentences, options with { InformationSentences = -1 }));
    }

    private static (Code Code, float[] Noise)[] Sentences(double nats, int count)
    {
        double kept = Math.Exp(-2 * nats / Dimensions); // 1 - r²
        float[] draws = new float[2 * Dimensions], logVariance = [.. Enumerable.Repeat((float)Math.Log(kept), Dimensions)];
        (Code, float[])[] sentences = new (Code, float[])[count];
        for (int i = 0; i < count; i++)
        {
            Philox.Normal(draws, 7, RandomUse.Evaluation, 0, i);
            float[] mean = [.. draws[..Dimensions].Select(x => (float)(Math.Sqrt(1 - kept) * x))];
            sentences[i] = (new Code(mean, logVariance), draws[Dimensions..]);
        }

        return sentences;
    }
}
