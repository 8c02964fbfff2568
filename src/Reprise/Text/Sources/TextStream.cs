using System.IO.Compression;

namespace Reprise.Text.Sources;

/// <summary>The bytes of a file, decompressed if it is gzip (which its first two bytes tell), with how far it is read.</summary>
internal sealed class TextStream : IDisposable
{
    private readonly string _name;
    private readonly FileStream _file;
    private readonly Stream _content;

    private TextStream(string path, string name)
    {
        _name = name;
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        bool gzip = _file.ReadByte() == 0x1F && _file.ReadByte() == 0x8B;
        _file.Position = 0;
        _content = gzip ? new GZipStream(_file, CompressionMode.Decompress) : _file;
    }

    /// <summary>Bytes of the file that were read, before decompression.</summary>
    public long Position => _file.Position;

    public static TextStream Open(string path, string name)
    {
        try
        {
            return new TextStream(path, name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{name}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads until <paramref name="buffer"/> is full or the text ends.</summary>
    /// <returns>The bytes read: less than the buffer's length only at the end.</returns>
    public int Fill(Span<byte> buffer)
    {
        try
        {
            return _content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{_name}: damaged gzip data near byte {_file.Position} of the file: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{_name}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text as a plain stream, for readers that want one.</summary>
    public Stream AsStream() => _content;

    public void Dispose()
    {
        _content.Dispose();
        _file.Dispose();
    }
}
