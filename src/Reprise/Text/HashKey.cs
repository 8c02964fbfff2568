using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Reprise.Text;

/// <summary>
/// Secrets that a process draws for its hashes, so that no text can be made to collide: the only randomness of the library that
/// no seed gives. Nothing that leaves the process may depend on it.
/// </summary>
internal static class HashKey
{
    /// <summary>A new secret, odd.</summary>
    public static ulong New()
    {
        ulong key = 1;
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(new Span<ulong>(ref key)));
        return key | 1;
    }
}
