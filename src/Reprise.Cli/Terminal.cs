using System.Text;
using Reprise.Numerics.Interop;
using Spectre.Console;

namespace Reprise.Cli;

/// <summary>The streams of the command line: those of the process, or of a test.</summary>
internal sealed class Terminal
{
    private const int PlainWidth = 100;
    private const int WidestTerminal = 120; // longer lines are hard to read
    private const int LeastWidth = 60;      // of tables and help; a narrower terminal breaks their lines

    /// <summary>Takes results, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Takes progress, notes and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens the input that <c>-</c> names.</summary>
    public required Func<Stream> OpenInput { get; init; }

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Support of escape sequences by the terminal.</summary>
    public AnsiSupport Ansi { get; init; } = AnsiSupport.Detect;

    /// <summary>False where the variable NO_COLOR is set (no-color.org).</summary>
    public bool Colours { get; init; } = true;

    /// <summary>Columns of the window.</summary>
    public int WindowWidth { get; init; } = PlainWidth;

    /// <summary>Columns of results and help, 60 to 120.</summary>
    public int Width => Math.Clamp(WindowWidth, LeastWidth, WidestTerminal);

    /// <summary>True where a drawn line may take two rows and cannot be redrawn in its place.</summary>
    public bool IsNarrow => WindowWidth < LeastWidth;

    public static Terminal OfProcess()
    {
        bool outputIsTerminal = !Console.IsOutputRedirected;
        bool errorIsTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        if (OperatingSystem.IsWindows()) // other terminals use UTF-8 anyway
            (Console.InputEncoding, Console.OutputEncoding) = (utf8, utf8);
        return new Terminal
        {
            Output = new StreamWriter(StandardStream.Output(), utf8, bufferSize: 1 << 14) { AutoFlush = outputIsTerminal },
            Error = new StreamWriter(StandardStream.Error(), utf8) { AutoFlush = true },
            OpenInput = OpenStandardInput,
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = outputIsTerminal,
            ErrorIsTerminal = errorIsTerminal,
            Colours = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")),
            WindowWidth = outputIsTerminal || errorIsTerminal ? Columns() : PlainWidth,
        };
    }

    public void Flush()
    {
        Output.Flush();
        Error.Flush();
    }

    private static Stream OpenStandardInput() => PosixFiles.WasInherited(0)
        ? Console.OpenStandardInput()
        : throw new InputException("standard input is closed; give text there, or the name of a file");

    private static int Columns()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : PlainWidth;
        }
        catch (IOException)
        {
            return PlainWidth;
        }
    }
}
