namespace Reprise.Numerics;

/// <summary>A device cannot be used, or failed; the message is one line for a person and quotes the device's own words.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>With a line for a person.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>With a line for a person, and what was behind it.</summary>
    public DeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
