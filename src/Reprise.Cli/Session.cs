using System.CommandLine;
using System.Text.Json.Nodes;
using Reprise.Formats;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Reprise.Cli;

/// <summary>The global options of a running command, and its output.</summary>
internal sealed class Session
{
    private const string PlainSigns = @"./\:_-+=@,%"; // no shell gives these a meaning

    private readonly Lazy<IAnsiConsole> _output;
    private readonly Lazy<IAnsiConsole> _error;

    public Session(ParseResult parse, Terminal terminal, CancellationToken interrupted)
    {
        Terminal = terminal;
        Interrupted = interrupted;
        Json = parse.GetValue(GlobalOptions.Json);
        Seed = parse.GetValue(GlobalOptions.Seed);
        Threads = parse.GetValue(GlobalOptions.Threads) ?? 0;
        BackEnd = GlobalOptions.BackEndOf(parse);
        Quiet = parse.GetValue(GlobalOptions.Quiet);
        _output = new Lazy<IAnsiConsole>(() => ConsoleOn(terminal.Output, terminal.OutputIsTerminal));
        _error = new Lazy<IAnsiConsole>(() => ConsoleOn(terminal.Error, terminal.ErrorIsTerminal));
    }

    /// <summary>The start of a command line that runs this program: its name where it is installed, else its path.</summary>
    public static string Program => Path.GetFileName(Environment.ProcessPath) switch
    {
        "Reprise.Cli" or "Reprise.Cli.exe" => FromHere(Environment.ProcessPath!),
        "dotnet" or "dotnet.exe" => $"dotnet {FromHere(Environment.GetCommandLineArgs()[0])}",
        _ => "reprise",
    };

    public Terminal Terminal { get; }

    public CancellationToken Interrupted { get; }

    public bool Json { get; }

    /// <summary>The seed; null unless given.</summary>
    public ulong? Seed { get; }

    /// <summary>Threads; 0 for one per processor.</summary>
    public int Threads { get; }

    /// <summary>The name of the device in <see cref="Numerics.ComputeDevice"/>; null for the default one.</summary>
    public string? BackEnd { get; }

    public bool Quiet { get; }

    /// <summary>Standard error with colours, where it is a terminal.</summary>
    public IAnsiConsole ErrorConsole => _error.Value;

    /// <summary>True where standard error is a terminal on which a line can be redrawn in its place.</summary>
    public bool CanRedraw => Terminal.ErrorIsTerminal && !Terminal.IsNarrow && ErrorConsole.Profile.Capabilities.Ansi;

    /// <summary>A path for a printed command: in quotes where a shell would give a sign of it a meaning.</summary>
    public static string Argument(string path)
    {
        if (path.StartsWith('-'))
            path = "./" + path;
        return path.Length > 0 && path.All(c => char.IsLetterOrDigit(c) || PlainSigns.Contains(c)) ? path : Quoted(path);
    }

    /// <summary>Text for a printed command, in quotes.</summary>
    public static string Quoted(string text) => OperatingSystem.IsWindows()
        ? $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    /// <summary>A note to the user, on standard error.</summary>
    public void Note(string line)
    {
        if (!Quiet)
            Terminal.Error.WriteLine(VisibleText.Of(line));
    }

    /// <summary>Opens standard input, with a note where it is a terminal.</summary>
    /// <param name="content">What it is read as, for the note.</param>
    /// <exception cref="InputException">It is closed.</exception>
    public Stream OpenInput(string content = "one sentence a line")
    {
        Stream input = Terminal.OpenInput();
        if (Terminal.InputIsTerminal)
            Note($"reading from the terminal: {content}, Ctrl-D to end");
        return input;
    }

    /// <summary>Opens a file to read once, or standard input for <c>-</c>, and returns its name for messages.</summary>
    /// <param name="content">What it is read as, for notes and messages.</param>
    /// <exception cref="InputException">It is missing or cannot be read.</exception>
    public (Stream Stream, string Name) OpenOnce(string path, string content) => path == "-"
        ? (new InterruptibleStream(OpenInput(content), Interrupted), "standard input")
        : (OutsideFile.OpenOnce(path, $"{content}, or - for standard input", Interrupted), path);

    /// <summary>A line of the result.</summary>
    public void Line(string line) => Terminal.Output.WriteLine(VisibleText.Of(line));

    /// <summary>Text of the result after a prefix; on a terminal it is wrapped, with later lines under the first.</summary>
    public void Paragraph(string prefix, string text)
    {
        int width = Terminal.OutputIsTerminal ? Math.Max(20, Terminal.Width - prefix.Length) : int.MaxValue;
        foreach (string line in Wrap(VisibleText.Of(text), width))
        {
            Terminal.Output.WriteLine(prefix + line);
            prefix = new string(' ', prefix.Length);
        }
    }

    /// <summary>A result as one line of JSON; characters that change the direction of text are escaped.</summary>
    public void Object(JsonNode value) => Terminal.Output.WriteLine(Escape(Formats.Json.Line(value)));

    /// <summary>A table or another drawing of the result; without colours and padding where output is no terminal.</summary>
    public void Render(IRenderable result)
    {
        if (Terminal.OutputIsTerminal)
        {
            _output.Value.Write(result);
            return;
        }

        using StringWriter plain = new();
        ConsoleOn(plain, isTerminal: false).Write(result);
        foreach (string line in plain.ToString().TrimEnd().Split('\n').Select(line => line.TrimEnd()).SkipWhile(line => line.Length == 0))
            Terminal.Output.WriteLine(line);
    }

    // The serializer escapes control characters, but not these, which JSON has in strings alone.
    private static string Escape(string json) => json.AsSpan().IndexOfAnyInRange('\u202A', '\u2069') < 0
        ? json
        : string.Concat(json.Select(c => VisibleText.IsDirection(c) ? $"\\u{(int)c:X4}" : c.ToString()));

    private static string FromHere(string path) => Argument(Path.GetRelativePath(Directory.GetCurrentDirectory(), path));

    private static IEnumerable<string> Wrap(string text, int width)
    {
        int start = 0;
        while (text.Length - start > width)
        {
            int space = text.LastIndexOf(' ', start + width, width);
            int end = space > start ? space : start + width;
            yield return text[start..end];
            start = space > start ? end + 1 : end;
        }

        yield return text[start..];
    }

    private IAnsiConsole ConsoleOn(TextWriter writer, bool isTerminal)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new FixedOutput(writer, isTerminal, Terminal.Width),
            Ansi = isTerminal ? Terminal.Ansi : AnsiSupport.No,
            ColorSystem = isTerminal && Terminal.Colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Yes : InteractionSupport.No,
        });
        console.Profile.Capabilities.Unicode = true;
        return console;
    }

    private sealed class FixedOutput(TextWriter writer, bool isTerminal, int width) : IAnsiConsoleOutput
    {
        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width;

        public int Height => 50;

        public void SetEncoding(System.Text.Encoding encoding)
        {
        }
    }
}
