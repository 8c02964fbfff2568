using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Reprise.Tests.House;

/// <summary>Runs programs of the SDK as a user would, untouched by the build that runs the tests.</summary>
internal static class Dotnet
{
    /// <summary>The folder of the runtime that runs this test; its SDK is used.</summary>
    public static string Home { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));

    /// <summary>The runtime's own program, dotnet.</summary>
    public static string Program { get; } = Path.Combine(Home, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");

    /// <summary>The folder of packages that the build of this repository has filled.</summary>
    public static string PackageCache { get; } = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    public static string Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments) =>
        RunProgram(Program, folder, environment, arguments);

    /// <summary>Standard output of a program that ends well; otherwise the test fails with all its output.</summary>
    public static string RunProgram(
        string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        (int code, string output, string errors) = End(program, folder, environment, arguments);
        code.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{output}{errors}");
        return output.Trim();
    }

    /// <summary>Runs a program to its end and returns its output.</summary>
    public static (int Code, string Output, string Errors) End(
        string program, string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { WorkingDirectory = folder };

        // A build that runs the tests sets variables with the places of its own parts; a shell does not.
        string[] prefixes = ["MSBuild", "VSTEST"];
        foreach (string name in start.Environment.Keys.ToList())
        {
            if (prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                start.Environment.Remove(name);
        }

        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_ROOT"] = Home;
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;

        return Child.Run(start);
    }
}
