namespace Reprise;

/// <summary>
/// Input from outside that cannot be used: arguments, text, files. The message is one line for the person who gave it:
/// what, where, expected, found, and what to do.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>With the line for the person.</summary>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>With the line for the person, and what lay beneath.</summary>
    public InputException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
