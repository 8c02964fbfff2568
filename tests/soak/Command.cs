using System.Diagnostics;

namespace Reprise.Soak;

/// <summary>The end of a command, and its output.</summary>
internal sealed record Ended(string Command, int Code, string Output, string Errors, double Seconds, bool IsLate);

/// <summary>The command under test, as a process.</summary>
internal static class Command
{
    private const string MostMemory = "0x60000000"; // bytes of managed memory: a command that needs more than 1.5 GB for a small file fails

    private static readonly string s_program = Program();

    /// <summary>Runs the command to its end, or to the time limit.</summary>
    public static Ended Run(double limit, params string[] arguments) => Run(TimeSpan.FromSeconds(limit), isKill: false, arguments);

    /// <summary>Runs the command and kills it (SIGKILL) after a time, unless it has ended.</summary>
    /// <returns>The end, which is late if the command was killed.</returns>
    public static Ended KillAfter(TimeSpan time, params string[] arguments) => Run(time, isKill: true, arguments);

    /// <summary>The path of the command line in the build's output: bin/Reprise.Cli/release beside bin/Soak/release.</summary>
    private static string Program()
    {
        DirectoryInfo own = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return Path.Combine(own.Parent!.Parent!.FullName, "Reprise.Cli", own.Name, "Reprise.Cli.dll");
    }

    private static Ended Run(TimeSpan time, bool isKill, string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [s_program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_GCHeapHardLimit"] = MostMemory;
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        long started = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        bool isLate = !process.WaitForExit(time);
        if (isLate)
            process.Kill(entireProcessTree: !isKill);
        process.WaitForExit();
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        (string printed, string complained) = (output.GetAwaiter().GetResult(), errors.GetAwaiter().GetResult());
        return new Ended(string.Join(' ', arguments), process.ExitCode, printed, complained, seconds, isLate);
    }
}
