using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Reprise.Cli;

/// <summary>Makes options whose complaints say the flag, what was found and what was expected.</summary>
internal static class Flags
{
    /// <summary>The name of arguments that are sentences.</summary>
    public const string Sentences = "TEXT";

    /// <summary>The model that a command uses.</summary>
    public static Argument<string> Run() => new("RUN") { Description = "Folder of a run or a model" };

    public static Option<string?> Text(string name, string description, string helpName, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = helpName };

    public static Option<bool> Switch(string name, string description) => new(name) { Description = description };

    public static Option<int?> Integer(string name, string description, params string[] aliases) =>
        new(name, aliases) { Description = description, HelpName = "number", CustomParser = ParseInteger };

    public static Option<long?> Long(string name, string description) =>
        new(name) { Description = description, HelpName = "number", CustomParser = ParseLong };

    public static Option<double?> Number(string name, string description) =>
        new(name) { Description = description, HelpName = "number", CustomParser = ParseNumber };

    /// <summary>An option with one of a few words for its value.</summary>
    public static Option<T?> Choice<T>(string name, string description, params (string Word, T Value)[] choices)
        where T : struct =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Select(c => c.Word)),
            CustomParser = argument =>
            {
                string found = argument.Tokens[0].Value;
                foreach ((string word, T value) in choices)
                {
                    if (word == found)
                        return value;
                }

                argument.AddError($"{name} {found}: expected {string.Join(", ", choices.Select(c => c.Word))}");
                return null;
            },
        };

    /// <summary>Refuses an empty value of any option or argument: as a path it would stand for no folder, or for the current one.</summary>
    /// <exception cref="InputException">There is one.</exception>
    public static void RefuseEmpty(ParseResult parse)
    {
        foreach (SymbolResult result in parse.CommandResult.Children.Where(child => child.Tokens.Any(token => token.Value.Length == 0)))
        {
            if (result is ArgumentResult { Argument.Name: Sentences })
                continue; // the command says which sentence has no words
            string name = result is OptionResult option ? option.Option.Name : ((ArgumentResult)result).Argument.Name;
            throw new InputException($"{name} \"\": is empty; expected a value");
        }
    }

    public static int? ParseInteger(ArgumentResult argument) =>
        Parse<int>(argument, "a whole number", (s, out v) => int.TryParse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out v));

    public static ulong? ParseSeed(ArgumentResult argument) =>
        Parse<ulong>(argument, "a whole number that is not negative", (s, out v) => ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out v));

    private static long? ParseLong(ArgumentResult argument) =>
        Parse<long>(argument, "a whole number", (s, out v) => long.TryParse(s, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out v));

    private static double? ParseNumber(ArgumentResult argument) =>
        Parse<double>(argument, "a number", (s, out v) => double.TryParse(s, NumberStyles.Float, CultureInfo.InvariantCulture, out v));

    private static T? Parse<T>(ArgumentResult argument, string expected, TryParse<T> parse)
        where T : struct
    {
        string found = argument.Tokens[0].Value;
        if (parse(found, out T value))
            return value;
        string flag = (argument.Parent as OptionResult)?.IdentifierToken?.Value ?? argument.Argument.Name;
        argument.AddError($"{flag} {found}: expected {expected}");
        return null;
    }

    private delegate bool TryParse<T>(string text, out T value);
}
