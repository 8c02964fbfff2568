using System.Diagnostics;

namespace Reprise.Soak;

/// <summary>A pipe, an endless device or a folder in the place of any file is refused at once.</summary>
internal sealed class SpecialFiles(World world, Findings findings)
{
    private const double Slack = 2; // seconds beyond what the command takes to refuse a file that is missing

    private static readonly (string Name, Action<string> Make)[] s_kinds =
    [
        ("a pipe", path =>
        {
            using Process made = Process.Start("mkfifo", [path]);
            made.WaitForExit();
        }),
        ("a link to /dev/zero", path => File.CreateSymbolicLink(path, "/dev/zero")),
        ("a folder", path => Directory.CreateDirectory(path)),
    ];

    public void Run(Deadline deadline)
    {
        if (OperatingSystem.IsWindows())
            return;
        foreach ((string kind, string folder, Func<string, string[]>[] commands) in world.Readers())
        {
            foreach (string file in World.Files(folder))
            {
                foreach (Func<string, string[]> command in commands)
                    Try(kind, folder, file, command);
                if (deadline.IsOver)
                {
                    Console.WriteLine($"special files: time is over at {kind}/{file}; give more for the rest");
                    return;
                }
            }
        }
    }

    /// <summary>Holds each special file against the same file missing: where that is refused, a special one is too.</summary>
    private void Try(string kind, string folder, string file, Func<string, string[]> command)
    {
        Ended missing = Without(folder, file, command, World.Patience, _ => { });
        findings.Check(missing, $"{kind}/{file} missing", 0, 2);
        foreach ((string name, Action<string> make) in s_kinds)
        {
            Ended ended = Without(folder, file, command, (2 * missing.Seconds) + Slack, make);
            findings.Check(ended, $"{kind}/{file} is {name}", missing.Code == 2 ? [2] : [0, 2]);
            string end = ended.Code switch { 0 => "was of no account", 2 => "refused", _ => "failed" };
            findings.Count($"special: {kind}: {name} {end}");
        }
    }

    private Ended Without(string folder, string file, Func<string, string[]> command, double limit, Action<string> put)
    {
        string copy = world.Copy(folder), path = Path.Combine(copy, file);
        File.Delete(path);
        put(path);
        Ended ended = Command.Run(limit, command(copy));
        Directory.Delete(copy, recursive: true);
        return ended;
    }
}
