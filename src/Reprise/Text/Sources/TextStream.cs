using Microsoft.Win32.SafeHandles;
using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Text.Sources;

/// <summary>The bytes of a text, decompressed if its first two bytes are those of gzip, with the position in its file.</summary>
internal sealed class TextStream : IDisposable
{
    private readonly string _name;
    private readonly ByteInput _input;
    private readonly GzipStream? _gzip;
    private SafeFileHandle? _handle; // of a file that must not change
    private FileStatus _before;

    /// <param name="source">Owned by this.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="warn">Receives a line about what was left out.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public TextStream(Stream source, string name, Action<string>? warn)
    {
        (_name, _input) = (name, new ByteInput(source));
        try
        {
            _gzip = _input.Peek(1) is [0x1F] && _input.Peek(2) is [0x1F, 0x8B] ? new GzipStream(_input, name, warn) : null;
        }
        catch (IOException e)
        {
            throw OutsideFile.Unreadable(name, e);
        }
    }

    /// <summary>Bytes of the file that were read, before decompression.</summary>
    public long Position => _input.Consumed;

    /// <summary>Opens a file that must not change from when it was found until its text ends.</summary>
    /// <exception cref="InputException">It cannot be read, or was changed.</exception>
    public static TextStream Open(InputFile file, Action<string>? warn)
    {
        FileStream stream = OutsideFile.Open(file.Path, name: file.Name, bufferBytes: 0);
        try
        {
            TextStream text = new(stream, file.Name, warn) { _handle = stream.SafeFileHandle, _before = file.Status };
            text.CheckUnchanged();
            return text;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Bytes of the byte order mark; 0 if there is none.</summary>
    /// <param name="head">The first bytes of the text.</param>
    /// <exception cref="InputException">The text is UTF-16.</exception>
    public static int ByteOrderMark(ReadOnlySpan<byte> head, string name) => head switch
    {
        [0xEF, 0xBB, 0xBF, ..] => 3,
        [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] => throw new InputException($"{name}: the text is UTF-16; convert it to UTF-8"),
        _ => 0,
    };

    /// <summary>Reads until <paramref name="buffer"/> is full or the text ends.</summary>
    /// <returns>The bytes read: less than the buffer's length only at the end.</returns>
    /// <exception cref="InputException">The file cannot be read, is damaged, or was changed meanwhile.</exception>
    public int Fill(Span<byte> buffer)
    {
        int read = 0;
        try
        {
            read = _gzip?.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) ?? _input.Fill(buffer);
        }
        catch (IOException e)
        {
            throw OutsideFile.Unreadable(_name, e);
        }

        if (read < buffer.Length)
            CheckUnchanged();
        return read;
    }

    /// <summary>Reads the bytes at hand, at least one.</summary>
    /// <returns>0 at the end.</returns>
    /// <exception cref="InputException">The file cannot be read, or is damaged.</exception>
    public int Read(Span<byte> buffer)
    {
        try
        {
            return AsStream().Read(buffer);
        }
        catch (IOException e)
        {
            throw OutsideFile.Unreadable(_name, e);
        }
    }

    /// <summary>Refuses a file that has changed. Readers of the plain stream call it at the end.</summary>
    /// <exception cref="InputException">It was written to, cut or replaced.</exception>
    public void CheckUnchanged()
    {
        if (_handle is not null && RegularFile.StatusOf(_handle) is var now && now != _before)
        {
            string how = now.Length == _before.Length ? "" : $" ({_before.Length} bytes at first, then {now.Length})";
            throw new InputException($"{_name}: the file was changed while it was read{how}; prepare again when nothing writes to it");
        }
    }

    /// <summary>The text as a <see cref="Stream"/>.</summary>
    public Stream AsStream() => (Stream?)_gzip ?? _input;

    public void Dispose() => AsStream().Dispose();
}
