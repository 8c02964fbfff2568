using System.Diagnostics;
using System.Globalization;
using Reprise.Soak;

// dotnet run -c Release --project tests/soak -- [minutes] [seed] [kills|mutations|special]...
// Exits with 0, or with 1 and a list of violations.
double minutes = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 6;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
string[] parts = args.Length > 2 ? args[2..] : ["special", "kills", "mutations"];

using World world = new();
Findings findings = new();
Console.WriteLine($"soak of {minutes} minutes, seed {seed}: {string.Join(", ", parts)}");
long started = Stopwatch.GetTimestamp();
TimeSpan all = TimeSpan.FromMinutes(minutes);
for (int i = 0; i < parts.Length; i++)
{
    // Time that one part leaves goes to the parts after it.
    TimeSpan share = (all - Stopwatch.GetElapsedTime(started)) / (parts.Length - i);
    Deadline deadline = new(share);
    Random random = new(seed);
    switch (parts[i])
    {
        case "kills":
            new Kills(world, findings, random).Run(deadline);
            break;
        case "mutations":
            new Mutations(world, findings, random).Run(deadline);
            break;
        case "special":
            new SpecialFiles(world, findings, random).Run(deadline);
            break;
        default:
            Console.Error.WriteLine($"{parts[i]}: expected kills, mutations or special");
            return 2;
    }
}

return findings.Print();
