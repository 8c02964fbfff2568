using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using Reprise.Cli.Commands;
using Reprise.Formats;

namespace Reprise.Cli;

/// <summary>The whole command line: arguments in, exit code out. Never throws.</summary>
internal static class Application
{
    private const string Name = "reprise";
    private const int LongestStart = 400, LongestEnd = 200; // of a message; it ends with what to do

    private static IEnumerable<RepriseCommand> Commands() =>
    [
        DemoCommand.Create(),
        PrepareCommand.Create(),
        InfoCommand.Create(),
        TokenizerCommand.Create(),
        ExportCommand.Create(),
        TrainCommand.Create(),
        StudyCommand.Create(),
        CompareCommand.Create(),
        SurveyCommand.Create(),
        EvaluateCommand.Create(),
        ScoreCommand.Create(),
        ReconstructCommand.Create(),
        GenerateCommand.Create(),
        InterpolateCommand.Create(),
        VaryCommand.Create(),
        CombineCommand.Create(),
        EncodeCommand.Create(),
        DecodeCommand.Create(),
        NearestCommand.Create(),
        BenchCommand.Create(),
    ];

    public static int Run(IReadOnlyList<string> arguments, Terminal terminal, CancellationToken interrupted)
    {
        Command root = Root(terminal, interrupted);
        ParserConfiguration parser = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };
        ParseResult parse = root.Parse(arguments, parser);
        InvocationConfiguration streams = new()
        {
            Output = terminal.Output,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null, // Interruption handles signals
        };
        try
        {
            try
            {
                if (parse.Action is ParseErrorAction)
                    return arguments.Count == 0 ? root.Parse(["--help"]).Invoke(streams) : Complain(parse, terminal);
                return parse.Invoke(streams);
            }
            finally
            {
                terminal.Flush(); // on a full device this fails like any other work
            }
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            terminal.Error.WriteLine($"{Name}: {OneLine(e.Message)}");
            if (parse.GetValue(GlobalOptions.Verbose))
                terminal.Error.WriteLine(e.ToString());
            return e is InputException ? ExitCode.BadInput : ExitCode.Failed;
        }
    }

    private static Command Root(Terminal terminal, CancellationToken interrupted)
    {
        Command root = new(Name, "Learns a short code (a vector) for every sentence and reconstructs the sentence from its code.");
        GlobalOptions.AddTo(root);
        root.Options.Add(new VersionOption { Action = new Print(Version()) });
        HelpOption help = new();
        HelpAction helpAction = (HelpAction)help.Action!;
        helpAction.MaxWidth = terminal.OutputIsTerminal ? terminal.Width : int.MaxValue;
        help.Action = new HelpWithExamples(helpAction);
        root.Options.Add(help);
        foreach (RepriseCommand command in Commands())
        {
            Act(command);
            root.Subcommands.Add(command);
        }

        return root;

        void Act(RepriseCommand command)
        {
            command.SetAction(parse =>
            {
                GlobalOptions.Check(parse);
                Flags.RefuseEmpty(parse);
                return command.Body(new Session(parse, terminal, interrupted), parse);
            });
            foreach (RepriseCommand part in command.Subcommands.OfType<RepriseCommand>())
                Act(part);
        }
    }

    private static int Complain(ParseResult parse, Terminal terminal)
    {
        Command command = parse.CommandResult.Command;
        string help = $"{PathOf(command)} --help";
        string message = command is RepriseCommand || parse.UnmatchedTokens.Count == 0
            ? parse.Errors[0].Message
            : $"no command or option \"{parse.UnmatchedTokens[0]}\"; expected {string.Join(", ", command.Subcommands.Select(c => c.Name))}";
        terminal.Error.WriteLine($"{Name}: {OneLine(message).TrimEnd('.')}; see `{help}`");
        return ExitCode.BadInput;
    }

    private static string PathOf(Symbol command) =>
        command.Parents.FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : command.Name;

    // A message may quote a hostile file, which must neither steer the terminal nor fill it.
    private static string OneLine(string message)
    {
        string line = string.Join(' ', message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return Short(VisibleText.Of(line));
    }

    private static string Short(string line)
    {
        if (line.Length <= LongestStart + LongestEnd)
            return line;
        int start = LongestStart, end = line.Length - LongestEnd;
        if (char.IsHighSurrogate(line[start - 1]))
            start--;
        if (char.IsLowSurrogate(line[end]))
            end++;
        return $"{line[..start]} … {line[end..]}";
    }

    private static string Version() =>
        typeof(Application).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private sealed class Print(string text) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(text);
            return ExitCode.Done;
        }
    }

    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RepriseCommand command)
            {
                TextWriter output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (string example in command.Examples)
                    output.WriteLine("  " + example);
            }

            return ExitCode.Done;
        }
    }
}
