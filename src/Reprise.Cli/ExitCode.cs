namespace Reprise.Cli;

/// <summary>Exit codes of the commands.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>Arguments, text or files are unusable.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped after saving: by Ctrl-C, a request to terminate or the end of the terminal.</summary>
    public const int Interrupted = 130;
}
