using System.Runtime.InteropServices;

namespace Reprise.Text.Preparation;

/// <summary>
/// The sentences of the whole text between the passes, in a file: chunk after chunk of word numbers, in the order of the
/// text. So the second pass neither reads nor splits the text again. Not thread-safe: whoever uses it holds a lock.
/// </summary>
internal sealed class NumberSpool(string scratch) : IDisposable
{
    private readonly FileStream _file = new(Path.Combine(scratch, "numbers"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);

    public void Append(NumberBlock block)
    {
        _file.Write(MemoryMarshal.AsBytes<long>([block.Counts, block.Table, block.Position, block.Length]));
        _file.Write(MemoryMarshal.AsBytes(block.Units));
    }

    /// <summary>Goes back to the first chunk, to read.</summary>
    public void Rewind() => _file.Position = 0;

    /// <summary>Reads the next chunk; false at the end.</summary>
    public bool Next(NumberBlock block)
    {
        Span<long> head = stackalloc long[4];
        if (_file.Position == _file.Length)
            return false;
        _file.ReadExactly(MemoryMarshal.AsBytes(head));
        block.Counts = (int)head[0];
        block.Begin((int)head[1], head[2]);
        _file.ReadExactly(MemoryMarshal.AsBytes(block.Fill((int)head[3])));
        return true;
    }

    public void Dispose() => _file.Dispose();
}
