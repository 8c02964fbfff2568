namespace Reprise.Cli;

/// <summary>What a command's exit code means.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>Arguments, text or files that cannot be used.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C, a request to terminate or the end of its terminal, after saving.</summary>
    public const int Interrupted = 130;
}
