namespace Reprise.Text.Sources;

/// <summary>Reads one file in chunks. Not thread-safe.</summary>
internal interface IChunkReader : IDisposable
{
    /// <summary>Bytes of the file that were read, before decompression.</summary>
    long Position { get; }

    /// <summary>Reads the next chunk; false at the end.</summary>
    bool Next(TextChunk chunk);
}
