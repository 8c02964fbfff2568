namespace Reprise.Numerics;

/// <summary>The failure of a device; the message is one line and quotes the driver's own words.</summary>
public sealed class DeviceException : Exception
{
    /// <summary>Creates the exception with a message of one line.</summary>
    public DeviceException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message of one line and its cause.</summary>
    public DeviceException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
