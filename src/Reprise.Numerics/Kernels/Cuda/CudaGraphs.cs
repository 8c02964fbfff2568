using System.Runtime.InteropServices;
using static Reprise.Numerics.Interop.CudaDriver;

namespace Reprise.Numerics.Cuda;

/// <summary>The lists of launches that came at least twice, as graphs of the driver; the least recently used are dropped.</summary>
internal sealed unsafe class CudaGraphs(nint stream, string? refused = null) : IDisposable
{
    private const int Most = 256;

    private readonly Dictionary<ulong, Entry> _entries = [];
    private long _uses;

    /// <summary>
    /// The message of the driver or of cuBLASLt when it could not capture a list, after which there are no more graphs; otherwise
    /// null.
    /// </summary>
    public string? Refused { get; private set; } = refused;

    /// <summary>Launches the list as a graph, if it has been seen before.</summary>
    /// <param name="queue">Issues the list to the stream for a capture.</param>
    public bool TryLaunch(ReadOnlySpan<byte> commands, ReadOnlySpan<byte> arguments, CudaQueue queue)
    {
        if (Refused is not null || commands.IsEmpty)
            return false;
        ulong hash = Hash(Hash(14695981039346656037, commands), arguments);
        if (!_entries.TryGetValue(hash, out Entry? entry))
        {
            if (_entries.Count == Most)
                ForgetOne();
            _entries.Add(hash, new Entry { LastUse = ++_uses });
            return false;
        }

        entry.LastUse = ++_uses;
        if (entry.Executable == 0)
        {
            entry.Executable = Capture(queue);
            if (entry.Executable == 0)
                return false;
            entry.List = [.. commands, .. arguments];
        }

        bool same = entry.List.Length == commands.Length + arguments.Length
            && entry.List.AsSpan().StartsWith(commands) && entry.List.AsSpan().EndsWith(arguments);
        if (!same)
            return false; // two lists of one hash
        Check(cuGraphLaunch(entry.Executable, stream));
        return true;
    }

    /// <summary>Drops all graphs.</summary>
    public void Clear()
    {
        foreach (Entry entry in _entries.Values)
            Destroy(entry);
        _entries.Clear();
    }

    public void Dispose() => Clear();

    private nint Capture(CudaQueue queue)
    {
        nint graph = 0, executable = 0;
        Check(cuStreamBeginCapture(stream, RelaxedCapture));
        try
        {
            queue.Issue();
        }
        catch (DeviceException e)
        {
            Refused = e.Message;
        }
        finally
        {
            if (cuStreamEndCapture(stream, &graph) is not 0 and int status)
                Refused ??= $"{nameof(cuStreamEndCapture)} answered {status}";
        }

        if (Refused is null && cuGraphInstantiateWithFlags(&executable, graph, 0) is not 0 and int instantiated)
            (Refused, executable) = ($"{nameof(cuGraphInstantiateWithFlags)} answered {instantiated}", 0);
        if (graph != 0)
            Check(cuGraphDestroy(graph));
        return executable;
    }

    private void ForgetOne()
    {
        (ulong oldest, Entry? entry) = (0, null);
        foreach ((ulong hash, Entry candidate) in _entries)
        {
            if (entry is null || candidate.LastUse < entry.LastUse)
                (oldest, entry) = (hash, candidate);
        }

        Destroy(entry!);
        _entries.Remove(oldest);
    }

    private static void Destroy(Entry entry)
    {
        if (entry.Executable != 0)
            _ = cuGraphExecDestroy(entry.Executable);
    }

    // FNV-1a, eight bytes at a time.
    private static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (ulong word in MemoryMarshal.Cast<byte, ulong>(bytes))
            hash = (hash ^ word) * 1099511628211;
        foreach (byte last in bytes[(bytes.Length / 8 * 8)..])
            hash = (hash ^ last) * 1099511628211;
        return hash ^ (hash >> 29);
    }

    private sealed class Entry
    {
        public nint Executable;
        public byte[] List = [];
        public long LastUse;
    }
}
