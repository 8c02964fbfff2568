using System.Diagnostics;

namespace Reprise.Soak;

/// <summary>Puts a pipe, an endless device or a folder in the place of each file; commands must refuse it at once.</summary>
internal sealed class SpecialFiles(World world, Findings findings, Random random)
{
    // Seconds beyond those that the command needs to refuse a missing file. A slow end is counted, and a hanging one is a violation.
    private const double Slow = 2, Hanging = 20;

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
        (string Kind, string Folder, string File, Func<string, string[]> Command)[] tries =
        [
            .. from reader in world.Readers()
               from file in World.Files(reader.Folder)
               from command in reader.Commands
               select (reader.Kind, reader.Folder, file, command),
        ];
        random.Shuffle(tries);
        int done = 0;
        for (; done < tries.Length && !deadline.IsOver; done++)
            Try(tries[done].Kind, tries[done].Folder, tries[done].File, tries[done].Command);
        Console.WriteLine($"special files: {done} of {tries.Length} places{(done < tries.Length ? "; the time was over" : "")}");
    }

    /// <summary>Compares each special file with a missing one: where the missing file is refused, so must the special one be.</summary>
    private void Try(string kind, string folder, string file, Func<string, string[]> command)
    {
        Ended missing = Without(folder, file, command, World.Patience, _ => { });
        findings.Check(missing, $"{kind}/{file} missing", 0, 2);
        foreach ((string name, Action<string> make) in s_kinds)
        {
            Ended ended = Without(folder, file, command, missing.Seconds + Hanging, make);
            findings.Check(ended, $"{kind}/{file} is {name}", missing.Code == 2 ? [2] : [0, 2]);
            string end = ended.Code switch { 0 => "was ignored", 2 => "refused", _ => "failed" };
            findings.Count($"special: {kind}: {name} {end}");
            if (ended.Seconds > missing.Seconds + Slow)
                findings.Count("special: slower by more than two seconds than without the file");
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
