using Reprise.Inference;

namespace Reprise.Tests.Inference;

/// <summary>Sentences of codes around a code, and of sums of codes.</summary>
public sealed class VaryAndCombineTests : IDisposable
{
    private readonly ForeignModel _folder = ForeignModel.Write("odd-sizes-tied", addedToEndOfSentence: 1);
    private readonly SentenceModel _model;

    public VaryAndCombineTests() => _model = _folder.Load();

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Variations_are_different_sentences_nearest_first()
    {
        VaryOptions options = new() { Count = 5, Spread = 3, Seed = 7, Draws = 300 };
        IReadOnlyList<Variation> found = _model.Vary("w3 w4 w5", options);
        found.Count.ShouldBe(5);
        found.Select(variation => variation.Text).ShouldBeUnique();
        found.Select(variation => variation.Text).ShouldNotContain("w3 w4 w5");
        found.Select(variation => variation.Distance).ShouldBeInOrder();
        float[] mean = _model.Encode("w3 w4 w5").Mean;
        foreach (Variation variation in found)
        {
            Hypothesis again = _model.Decode([variation.Code]).Single()[0];
            (again.Text, again.LogProbability).ShouldBe((variation.Text, variation.LogProbability));
            double square = mean.Zip(variation.Code, (a, b) => Math.Pow((double)a - b, 2)).Sum();
            variation.Distance.ShouldBe(Math.Sqrt(square), 1e-6);
        }

        IReadOnlyList<Variation> more = _model.Vary("w3 w4 w5", options with { Count = 300 });
        more.Take(5).Select(variation => variation.Text).ShouldBe(found.Select(variation => variation.Text));
    }

    [Fact]
    public void Variations_are_as_far_away_as_the_spread_says()
    {
        // A mean of squares over 200 draws of Z dimensions has a standard error of sqrt(2 / (200 Z)) of itself.
        Variations drawn = new(new float[6], "", new VaryOptions { Spread = 0.25, Draws = 200 });
        double square = drawn.Codes().SelectMany(code => code).Average(x => (double)x * x);
        square.ShouldBe(0.0625, 5 * Math.Sqrt(2.0 / 1200) * 0.0625);
    }

    [Fact]
    public void A_sum_of_codes_is_the_sum()
    {
        float[] a = _model.Encode("w3 w4").Mean, b = _model.Encode("w5").Mean, c = _model.Encode("w6 w7 w3").Mean;
        float[] sum = _model.Combine([("w3 w4", 1), ("w5", -0.5), ("w6 w7 w3", 2)]);
        for (int k = 0; k < sum.Length; k++)
            ((double)sum[k]).ShouldBe(a[k] - (0.5 * b[k]) + (2.0 * c[k]), 1e-5);
        _model.Combine([("w3 w4", 1)]).ShouldBe(a);
        float[] mean = _model.MeanCode(["w3 w4", "w5"]);
        for (int k = 0; k < mean.Length; k++)
            ((double)mean[k]).ShouldBe((a[k] + (double)b[k]) / 2, 1e-6);
    }

    [Fact]
    public void Options_and_codes_that_cannot_be_are_refused()
    {
        Refused(new VaryOptions { Spread = double.NaN }).ShouldContain("spread is NaN");
        Refused(new VaryOptions { Count = 0 }).ShouldContain("count is 0");
        Refused(new VaryOptions { Draws = 0 }).ShouldContain("draws is 0");
        Should.Throw<InputException>(() => _model.MeanCode([])).Message.ShouldContain("no sentences");
        Should.Throw<InputException>(() => _model.Combine([])).Message.ShouldContain("no terms");
        Should.Throw<InputException>(() => _model.Combine([("w3", 1), ("w4", double.NaN)])).Message.ShouldContain("terms[1]: weight NaN");
        Should.Throw<InputException>(() => _model.Combine([("w3", 1), ("", 1)])).Message.ShouldContain("terms[1]: no words");
        float[] notFinite = [.. _model.Encode("w3").Mean.Select(_ => float.NaN)];
        Should.Throw<InputException>(() => _model.Decode([notFinite]).Count()).Message
            .ShouldContain("codes[0][0] is NaN; expected a finite number");

        string Refused(VaryOptions options) => Should.Throw<InputException>(() => _model.Vary("w3", options)).Message;
    }
}
