using System.Buffers.Binary;
using System.IO.Compression;
using Reprise.Formats;

namespace Reprise.Text.Sources;

/// <summary>The bytes of a file, decompressed if it is gzip (which its first two bytes tell), with how far it is read.</summary>
internal sealed class TextStream : IDisposable
{
    private readonly string _name;
    private readonly FileStream _file;
    private readonly Stream _content;
    private readonly bool _gzip;
    private long _length; // bytes of text so far

    private TextStream(FileStream file, string name)
    {
        _name = name;
        _file = file;
        _gzip = _file.ReadByte() == 0x1F && _file.ReadByte() == 0x8B;
        _file.Position = 0;
        _content = _gzip ? new GZipStream(_file, CompressionMode.Decompress) : _file;
    }

    /// <summary>Bytes of the file that were read, before decompression.</summary>
    public long Position => _file.Position;

    public static TextStream Open(string path, string name)
    {
        FileStream file = OutsideFile.Open(path, name: name, bufferBytes: 1 << 16);
        try
        {
            return new TextStream(file, name);
        }
        catch (IOException e)
        {
            file.Dispose();
            throw new InputException($"{name}: cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Reads until <paramref name="buffer"/> is full or the text ends.</summary>
    /// <returns>The bytes read: less than the buffer's length only at the end.</returns>
    public int Fill(Span<byte> buffer)
    {
        try
        {
            int read = _content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            _length += read;
            if (_gzip && read < buffer.Length && IsCutOff())
                throw new InputException($"{_name}: damaged gzip data: the file ends at byte {_file.Length} before its text does");
            return read;
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

    /// <summary>
    /// Whether the gzip data ends too early, which the decompressor does not tell: its last four bytes are not the length of
    /// the text, and that is not because several gzip files follow each other in it.
    /// </summary>
    private bool IsCutOff()
    {
        byte[] piece = new byte[1 << 16];
        _file.Position = Math.Max(0, _file.Length - 4);
        int tail = _file.ReadAtLeast(piece.AsSpan(0, 4), 4, throwOnEndOfStream: false);
        if (tail == 4 && BinaryPrimitives.ReadUInt32LittleEndian(piece) == (uint)_length)
            return false;

        const int Header = 10;
        for (long at = 1; at < _file.Length; at += piece.Length - Header)
        {
            _file.Position = at;
            ReadOnlySpan<byte> bytes = piece.AsSpan(0, _file.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false));
            for (int i; (i = bytes.IndexOf((ReadOnlySpan<byte>)[0x1F, 0x8B, 8])) >= 0 && i + Header <= bytes.Length; bytes = bytes[(i + 1)..])
            {
                if (bytes[i + 3] < 32 && bytes[i + 8] is 0 or 2 or 4 && bytes[i + 9] is < 14 or 255)
                    return false;
            }
        }

        return true;
    }

    /// <summary>The text as a plain stream, for readers that want one.</summary>
    public Stream AsStream() => _content;

    public void Dispose()
    {
        _content.Dispose();
        _file.Dispose();
    }
}
