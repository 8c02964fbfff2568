using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Reprise.Text;

/// <summary>
/// Secret keys that a process draws for its hash tables, so that no text can be made to collide. They are the only randomness of the
/// library without a seed; no result may depend on them.
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
