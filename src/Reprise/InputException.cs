namespace Reprise;

/// <summary>
/// An error in arguments, text or files from outside. Its message is one line: what, where, expected, found, what to do.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>An error with this one-line message.</summary>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>An error with this one-line message and its cause.</summary>
    public InputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
