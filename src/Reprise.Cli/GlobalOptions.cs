using System.CommandLine;

namespace Reprise.Cli;

/// <summary>The options of every command.</summary>
internal static class GlobalOptions
{
    public static Option<bool> Json { get; } = new("--json") { Description = "Print results as JSON", Recursive = true };

    public static Option<ulong?> Seed { get; } = new("--seed")
    {
        Description = "Seed of all random numbers; the same seed gives the same results",
        HelpName = "number",
        Recursive = true,
        CustomParser = Flags.ParseSeed,
    };

    public static Option<int?> Threads { get; } = new("--threads")
    {
        Description = "Threads (one per processor; prepare uses at most 16). Results do not depend on it",
        HelpName = "number",
        Recursive = true,
        CustomParser = Flags.ParseInteger,
    };

    public static Option<string?> Device { get; } = new("--device")
    {
        Description = "Device that computes: the processor, or an NVIDIA GPU (cpu)",
        HelpName = "cpu|cuda",
        Recursive = true,
    };

    public static Option<string?> Precision { get; } = new("--precision")
    {
        Description = "Precision of matrix products on a GPU (bf16)",
        HelpName = "bf16|tf32|fp32",
        Recursive = true,
    };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Print no progress and no notes", Recursive = true };

    public static Option<bool> Verbose { get; } = new("--verbose") { Description = "Print the stack trace of an error", Recursive = true };

    public static void AddTo(Command root)
    {
        foreach (Option option in (Option[])[Json, Seed, Threads, Device, Precision, Quiet, Verbose])
            root.Options.Add(option);
    }

    /// <summary>The device and precision by their name in <see cref="Numerics.ComputeDevice"/>; null unless given.</summary>
    public static string? BackEndOf(ParseResult parse) => (parse.GetValue(Device), parse.GetValue(Precision)) switch
    {
        ("cuda", null or "bf16") => "cuda",
        ("cuda", { } precision) => $"cuda-{precision}",
        ("cpu", _) => "cpu",
        _ => null,
    };

    /// <summary>--device and --precision as they were given, after a space, for a printed command that continues this one.</summary>
    public static string DeviceFlagsOf(ParseResult parse) =>
        (parse.GetValue(Device) is { } device ? $" --device {device}" : "")
        + (parse.GetValue(Precision) is { } precision ? $" --precision {precision}" : "");

    /// <summary>Checks the device, the precision and the number of threads.</summary>
    /// <exception cref="InputException">There is no such device or precision, or the number of threads is out of range.</exception>
    public static void Check(ParseResult parse)
    {
        (string? device, string? precision) = (parse.GetValue(Device), parse.GetValue(Precision));
        if (device is not (null or "cpu" or "cuda"))
            throw new InputException($"--device {device}: expected cpu or cuda");
        if (precision is not (null or "bf16" or "tf32" or "fp32"))
            throw new InputException($"--precision {precision}: expected bf16, tf32 or fp32");
        if (precision is not null && device != "cuda")
            throw new InputException($"--precision {precision}: needs --device cuda; the processor computes in single precision");
        if (parse.GetValue(Threads) is < 1 or > 1024)
            throw new InputException($"--threads {parse.GetValue(Threads)}: expected 1 to 1024");
    }
}
