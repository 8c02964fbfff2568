namespace Reprise.Soak;

/// <summary>Changes files at random; commands must read or refuse them, without a crash or a hang.</summary>
internal sealed class Mutations(World world, Findings findings, Random random)
{
    public void Run(Deadline deadline)
    {
        (string Kind, string Folder, Func<string, string[]>[] Commands)[] readers = [.. world.Readers()];
        for (int i = 0; i < readers.Length || !deadline.IsOver; i++)
        {
            (string kind, string folder, Func<string, string[]>[] commands) = readers[i % readers.Length];
            string[] files = World.Files(folder);
            string file = files[random.Next(files.Length)];
            string copy = world.Copy(folder), path = Path.Combine(copy, file);
            string change = Change(path);
            foreach (Func<string, string[]> command in commands)
            {
                Ended ended = Command.Run(World.Patience, command(copy));
                findings.Check(ended, $"{kind}/{file}, {change}", 0, 2);
                string end = ended.Code switch { 0 => "took it", 2 => "refused", _ => "failed" };
                findings.Count($"mutations: {kind}: {command(copy)[0]} {end}");
            }

            Directory.Delete(copy, recursive: true);
        }
    }

    /// <summary>Changes a file in one of several ways.</summary>
    /// <returns>A description of the change.</returns>
    private string Change(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length == 0)
            return "nothing: it is empty";
        int at = random.Next(bytes.Length), length = Math.Min(random.Next(1, 65), bytes.Length - at);
        switch (random.Next(6))
        {
            case 0:
                int bit = random.Next(8);
                bytes[at] ^= (byte)(1 << bit);
                File.WriteAllBytes(path, bytes);
                return $"bit {bit} of byte {at} flipped";
            case 1:
                File.WriteAllBytes(path, bytes[..at]);
                return $"cut to {at} bytes";
            case 2:
                random.NextBytes(bytes.AsSpan(at, length));
                File.WriteAllBytes(path, bytes);
                return $"{length} random bytes at {at}";
            case 3:
                bytes.AsSpan(at, length).Clear();
                File.WriteAllBytes(path, bytes);
                return $"{length} zeros at {at}";
            case 4:
                File.WriteAllBytes(path, [.. bytes[..at], .. bytes[at..(at + length)], .. bytes[at..]]);
                return $"{length} bytes at {at} twice";
            default:
                File.WriteAllBytes(path, [.. bytes[..at], .. bytes[(at + length)..]]);
                return $"{length} bytes at {at} taken out";
        }
    }
}
