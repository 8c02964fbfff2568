using System.Globalization;
using Reprise.Verdicts;

// dotnet run -c Release --project tests/verdicts -- [simulations] [studies|preferences|sense]...
// Prints the tables of docs/power.md: how often a test errs where there is nothing to find, and how often it finds what there is.
int simulations = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 2000;
foreach (string family in args.Length > 1 ? args[1..] : ["studies", "preferences", "sense"])
{
    switch (family)
    {
        case "studies":
            StudyVerdicts.Print(simulations);
            break;
        case "preferences":
            PreferenceVerdicts.Print(simulations);
            break;
        case "sense":
            SenseVerdicts.Print(simulations);
            break;
        default:
            Console.Error.WriteLine($"{family}: expected studies, preferences or sense");
            return 2;
    }
}

return 0;
