using System.Diagnostics;

namespace Reprise.Tests.Formats;

/// <summary>Files that are no files, and a limit to the patience with those who read them.</summary>
internal static class SpecialFiles
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Makes a pipe that has a name, in the place of a file that may be there.</summary>
    public static string Pipe(string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no paths there");
        File.Delete(path);
        using Process mkfifo = Process.Start("mkfifo", [path]);
        mkfifo.WaitForExit(Patience).ShouldBeTrue();
        mkfifo.ExitCode.ShouldBe(0);
        return path;
    }

    /// <summary>Makes a link to a device that never ends, in the place of a file that may be there.</summary>
    public static string Zero(string path)
    {
        Assert.SkipUnless(File.Exists("/dev/zero"), "there is no /dev/zero here");
        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        return path;
    }

    /// <summary>Ends with the test where something waits for what never comes.</summary>
    public static T InTime<T>(Func<T> action)
    {
        CancellationToken ended = TestContext.Current.CancellationToken;
        return Task.Run(action, ended).WaitAsync(Patience, ended).GetAwaiter().GetResult();
    }
}
