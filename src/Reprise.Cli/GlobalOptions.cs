using System.CommandLine;

namespace Reprise.Cli;

/// <summary>The options that every command understands.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Results as JSON, for machines", Recursive = true };

    public static Option<ulong?> Seed { get; } = new("--seed") { Description = "What all randomness is a function of", HelpName = "number", Recursive = true, CustomParser = Flags.ParseSeed };

    public static Option<int?> Threads { get; } = new("--threads") { Description = "Threads of the engine; one a processor unless given. Results do not depend on it", HelpName = "number", Recursive = true, CustomParser = Flags.ParseInteger };

    public static Option<string> Device { get; } = new("--device") { Description = "cpu or cuda", HelpName = "cpu|cuda", Recursive = true, DefaultValueFactory = _ => "cpu" };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No progress and no notes; errors only", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "More about errors, with their stack traces", Recursive = true };

    public static void AddTo(Command root)
    {
        foreach (Option option in (Option[])[Json, Seed, Threads, Device, Quiet, Verbose])
            root.Options.Add(option);
    }

    /// <summary>Refuses what this build cannot do.</summary>
    /// <exception cref="InputException">No such device, or a number of threads that makes no sense.</exception>
    public static void Check(ParseResult parse)
    {
        string? device = parse.GetValue(Device);
        if (device == "cuda")
            throw new InputException("--device cuda: this build has no CUDA back end yet; leave --device out to run on the processor");
        if (device != "cpu")
            throw new InputException($"--device {device}: expected cpu or cuda");
        if (parse.GetValue(Threads) is < 1 or > 1024)
            throw new InputException($"--threads {parse.GetValue(Threads)}: expected 1 to 1024");
    }
}
