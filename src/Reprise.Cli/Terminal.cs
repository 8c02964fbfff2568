using System.Text;
using Reprise.Numerics.Interop;
using Spectre.Console;

namespace Reprise.Cli;

/// <summary>What the command line reads and writes: the process's own streams, or a test's.</summary>
internal sealed class Terminal
{
    private const int PlainWidth = 100;
    private const int WidestTerminal = 120; // longer lines than that nobody likes to read
    private const int LeastWidth = 60;      // tables and help need that much; a narrower terminal breaks their lines

    /// <summary>Where results go, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Where progress, notes and errors go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Opens what <c>-</c> stands for.</summary>
    public required Func<Stream> OpenInput { get; init; }

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Whether a terminal understands escape sequences.</summary>
    public AnsiSupport Ansi { get; init; } = AnsiSupport.Detect;

    /// <summary>Whether the person wants colours: the variable NO_COLOR says no (no-color.org).</summary>
    public bool Colours { get; init; } = true;

    /// <summary>Columns of the window.</summary>
    public int WindowWidth { get; init; } = PlainWidth;

    /// <summary>Columns that results and help are laid out for, from 60 to 120.</summary>
    public int Width => Math.Clamp(WindowWidth, LeastWidth, WidestTerminal);

    /// <summary>True where a drawn line may take two rows, so that it cannot be drawn again in its place.</summary>
    public bool IsNarrow => WindowWidth < LeastWidth;

    public static Terminal OfProcess()
    {
        bool outputIsTerminal = !Console.IsOutputRedirected;
        bool errorIsTerminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        UTF8Encoding utf8 = new(encoderShouldEmitUTF8Identifier: false);
        if (OperatingSystem.IsWindows()) // elsewhere a terminal takes and gives UTF-8 anyway
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
