using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Reprise.Cli;

/// <summary>Makes options whose error messages name the flag, the value found and the values expected.</summary>
internal static class Flags
{
    /// <summary>The name of arguments that are sentences.</summary>
    public const string Sentences = "TEXT";

    private const NumberStyles Signed = NumberStyles.AllowLeadingSign;

    /// <summary>The argument that names a run or a model.</summary>
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

    /// <summary>An option that takes one of a few words.</summary>
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

    /// <summary>An option that turns something on or off, whatever the preset says. A truth value would not need the word.</summary>
    public static Option<OnOff?> OnOrOff(string name, string description) =>
        Choice(name, description, ("on", OnOff.On), ("off", OnOff.Off));

    /// <summary>True where an option is on; null unless it is given.</summary>
    public static bool? IsOn(ParseResult parse, Option<OnOff?> option) => parse.GetValue(option) is { } value ? value == OnOff.On : null;

    /// <summary>Refuses an empty value of any option or argument, which as a path would mean the current folder or none.</summary>
    /// <exception cref="InputException">A value is empty.</exception>
    public static void RefuseEmpty(ParseResult parse)
    {
        foreach (SymbolResult result in parse.CommandResult.Children.Where(child => child.Tokens.Any(token => token.Value.Length == 0)))
        {
            if (result is ArgumentResult { Argument.Name: Sentences })
                continue; // the command names the sentence without words
            string name = result is OptionResult option ? option.Option.Name : ((ArgumentResult)result).Argument.Name;
            throw new InputException($"{name} \"\": is empty; expected a value");
        }
    }

    public static int? ParseInteger(ArgumentResult argument) =>
        Parse<int>(argument, "a whole number", (s, out v) => int.TryParse(s, Signed, CultureInfo.InvariantCulture, out v));

    public static ulong? ParseSeed(ArgumentResult argument) =>
        Parse<ulong>(
            argument,
            "a whole number that is not negative",
            (s, out v) => ulong.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out v));

    private static long? ParseLong(ArgumentResult argument) =>
        Parse<long>(argument, "a whole number", (s, out v) => long.TryParse(s, Signed, CultureInfo.InvariantCulture, out v));

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

/// <summary>The values of an option that turns something on or off.</summary>
internal enum OnOff
{
    Off,
    On,
}
