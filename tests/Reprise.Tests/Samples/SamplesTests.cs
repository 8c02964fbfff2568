using Reprise.Tests.House;

namespace Reprise.Tests.Samples;

/// <summary>The samples run as described, one after the other, on a small text.</summary>
public sealed class SamplesTests
{
    [Fact]
    public void The_samples_train_a_model_and_use_it()
    {
        using TempFolder folder = new();
        string run = folder["run"];
        File.WriteAllLines(folder["text.txt"], Sentences());

        Sample("Train", folder["text.txt"], folder["corpus"], run, "0.05").ShouldContain("steps; held-out sentences: nll ");

        string[] lines = Sample("Reconstruct", run, "The old cat sees a small dog.").Split('\n', StringSplitOptions.TrimEntries);
        // On a busy machine three seconds make a model without output: empty lines at the end are lost.
        lines.Length.ShouldBeInRange(1, 6);
        lines[0].ShouldStartWith("The old cat sees a small dog. -> ");
        lines[0].ShouldContain(" nats)");

        string[] way = Sample("Interpolate", run, "The old cat sees a small dog.", "A young bird hears the big horse.")
            .Split('\n', StringSplitOptions.TrimEntries);
        way.Select(line => line.Split("  ")[0]).ShouldBe(Enumerable.Range(0, 10).Select(i => $"{i}"));
    }

    internal static IEnumerable<string> Sentences() =>
        from article in new[] { "The", "A" }
        from adjective in new[] { "old", "young", "big", "small" }
        from noun in new[] { "cat", "dog", "bird", "horse" }
        from verb in new[] { "sees", "hears", "follows" }
        from other in new[] { "a small dog", "the big horse", "an old bird", "the young cat" }
        select $"{article} {adjective} {noun} {verb} {other}.";

    private static string Sample(string name, params string[] arguments)
    {
        // Beside the tests in the build's output: bin/Reprise.Tests/release and bin/NAME/release.
        DirectoryInfo own = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        string program = Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, $"{name}.dll");
        return Dotnet.Run(own.FullName, new Dictionary<string, string>(), [program, .. arguments]);
    }
}
