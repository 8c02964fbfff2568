using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// The scratch file between the passes: all sentences in provisional ids, block after block in the order of the text, so that pass 2
/// neither reads nor tokenises the text again. Not thread-safe: the pipeline's locks guard it.
/// </summary>
internal sealed class ProvisionalFile(string scratch) : IDisposable
{
    private readonly FileStream _file =
        new(Path.Combine(scratch, "provisional"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    private const long NoPart = -1;

    public void Append(ProvisionalBlock block)
    {
        long given = block.Given is { } part ? (long)part : NoPart;
        _file.Write(MemoryMarshal.AsBytes<long>([block.Counter, block.Run, block.Position, given, block.Length]));
        _file.Write(MemoryMarshal.AsBytes(block.Units));
    }

    /// <summary>Goes back to the first block, to read.</summary>
    public void Rewind() => _file.Position = 0;

    /// <summary>Reads the next block; false at the end.</summary>
    public bool Next(ProvisionalBlock block)
    {
        Span<long> head = stackalloc long[5];
        if (_file.Position == _file.Length)
            return false;
        _file.ReadExactly(MemoryMarshal.AsBytes(head));
        block.Counter = (int)head[0];
        block.Begin((int)head[1], head[2], head[3] == NoPart ? null : (Part)head[3]);
        _file.ReadExactly(MemoryMarshal.AsBytes(block.Fill((int)head[4])));
        return true;
    }

    public void Dispose() => _file.Dispose();
}
