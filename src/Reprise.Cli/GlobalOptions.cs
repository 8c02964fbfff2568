using System.CommandLine;

namespace Reprise.Cli;

/// <summary>The options that every command understands.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Results as JSON, for machines", Recursive = true };

    public static Option<ulong?> Seed { get; } = new("--seed") { Description = "What all randomness is a function of", HelpName = "number", Recursive = true, CustomParser = Flags.ParseSeed };

    public static Option<int?> Threads { get; } = new("--threads") { Description = "Threads; one a processor unless given, of which prepare takes 16 at most. Results do not depend on it", HelpName = "number", Recursive = true, CustomParser = Flags.ParseInteger };

    public static Option<string?> Device { get; } = new("--device") { Description = "Where it is computed: cpu (unless given), or cuda, an NVIDIA GPU", HelpName = "cpu|cuda", Recursive = true };

    public static Option<string?> Precision { get; } = new("--precision") { Description = "Of the products on a GPU: bf16 (unless given), tf32 or fp32", HelpName = "bf16|tf32|fp32", Recursive = true };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "No progress and no notes; errors only", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "More about errors, with their stack traces", Recursive = true };

    public static void AddTo(Command root)
    {
        foreach (Option option in (Option[])[Json, Seed, Threads, Device, Precision, Quiet, Verbose])
            root.Options.Add(option);
    }

    /// <summary>The back end that --device and --precision name; null where the environment may choose.</summary>
    public static string? BackEndOf(ParseResult parse) => (parse.GetValue(Device), parse.GetValue(Precision)) switch
    {
        ("cuda", null or "bf16") => "cuda",
        ("cuda", { } precision) => $"cuda-{precision}",
        ("cpu", _) => "cpu",
        _ => null,
    };

    /// <summary>--device and --precision as they were given, after a space, for a command that goes on with this one.</summary>
    public static string DeviceFlagsOf(ParseResult parse) =>
        (parse.GetValue(Device) is { } device ? $" --device {device}" : "") + (parse.GetValue(Precision) is { } precision ? $" --precision {precision}" : "");

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="InputException">No such device, or a number of threads that makes no sense.</exception>
    public static void Check(ParseResult parse)
    {
        (string? device, string? precision) = (parse.GetValue(Device), parse.GetValue(Precision));
        if (device is not (null or "cpu" or "cuda"))
            throw new InputException($"--device {device}: expected cpu or cuda");
        if (precision is not (null or "bf16" or "tf32" or "fp32"))
            throw new InputException($"--precision {precision}: expected bf16, tf32 or fp32");
        if (precision is not null && device != "cuda")
            throw new InputException($"--precision {precision}: it is the GPU's, and needs --device cuda; the processor computes in single precision");
        if (parse.GetValue(Threads) is < 1 or > 1024)
            throw new InputException($"--threads {parse.GetValue(Threads)}: expected 1 to 1024");
    }
}
