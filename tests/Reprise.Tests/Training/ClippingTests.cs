using Reprise.Numerics;
using Reprise.Training;

namespace Reprise.Tests.Training;

/// <summary>
/// Clipping by norm and the scale of an objective (docs/theory.md): AutoGen with m = 1 has twice the gradient of the beta-VAE with
/// beta = 1/2. Twice is a power of two, so that equal means equal to the last bit.
/// </summary>
public sealed class ClippingTests : IDisposable
{
    private const double Between = 1.23; // of the beta-VAE's twelve norms six are above it
    private static readonly Objective s_autoGen = Objective.AutoGen(1), s_betaVae = Objective.BetaVae(0.5);

    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Where_every_step_is_clipped_the_scale_of_the_objective_does_not_matter()
    {
        const double Tiny = 1e-3;
        Norms("autogen", s_autoGen, Tiny).ShouldAllBe(norm => norm > Tiny);
        Norms("beta", s_betaVae, Tiny).ShouldAllBe(norm => norm > Tiny);
        Weights("autogen").ShouldBe(Weights("beta"));
        Norms("vae", Objective.Vae, Tiny);
        Weights("vae").ShouldNotBe(Weights("beta"));
    }

    [Fact]
    public void Where_some_steps_are_clipped_it_does()
    {
        Norms("autogen", s_autoGen, Between);
        double[] norms = Norms("beta", s_betaVae, Between);
        norms.ShouldContain(norm => norm > Between);
        norms.ShouldContain(norm => norm < Between);
        Weights("autogen").ShouldNotBe(Weights("beta"));
    }

    [Fact]
    public void Twice_the_norm_to_clip_at_undoes_twice_the_gradient()
    {
        double[] autoGen = Norms("autogen", s_autoGen, 2 * Between), beta = Norms("beta", s_betaVae, Between);
        for (int i = 0; i < beta.Length; i++)
            autoGen[i].ShouldBe(2 * beta[i], 1e-3 * beta[i]); // but for Adam's epsilon
    }

    /// <summary>Trains a toy model and returns the norm of each step's gradient before clipping.</summary>
    private double[] Norms(string name, Objective objective, double clipNorm)
    {
        List<double> norms = [];
        TrainingOptions options = Toys.Options with
        {
            Objective = objective,
            ClipNorm = clipNorm,
            ReportEvery = 1,
            EvaluateEvery = 0,
            EvaluationSentences = 0,
        };
        using ComputeDevice device = ComputeDevice.Open("cpu", threads: 1);
        Trainer.Train(
            Toys.Data, Toys.Model, options, _temp[name], device: device,
            progress: new Listener(report => norms.Add(report.GradientNorm!.Value)),
            cancellationToken: TestContext.Current.CancellationToken);
        norms.Count.ShouldBe(12);
        return [.. norms];
    }

    private byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(_temp[name], "model.safetensors"));
}
