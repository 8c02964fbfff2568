using System.Buffers.Binary;
using System.IO.Compression;
using Reprise.Formats;

namespace Reprise.Text.Sources;

/// <summary>
/// Decompresses a gzip file and checks each member's checksum and length. Zeros after the members are padding; other bytes there are
/// reported and skipped.
/// </summary>
/// <remarks>
/// Source: RFC 1952. The runtime's reader accepts a truncated file, unless a process-wide switch is set, and silently stops at bytes
/// after a member. It does not tell either where a member ends; its trailer does, which is searched in the last bytes that the
/// decompressor took.
/// </remarks>
internal sealed class GzipStream(ByteInput input, string name, Action<string>? warn) : ReadOnlyStream
{
    private const int TrailerBytes = 8;
    private const int Extra = 4, Name = 8, Comment = 16, HeaderSum = 2, Reserved = 0xE0; // flags

    private DeflateStream? _member;
    private uint _crc;
    private uint _length;
    private bool _any;
    private bool _ended;

    /// <exception cref="InputException">The file is cut off or changed.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!_ended && !buffer.IsEmpty)
        {
            if (_member is null && !BeginMember())
                break;
            int read;
            try
            {
                read = _member!.Read(buffer);
            }
            catch (InvalidDataException e)
            {
                throw Damaged(input.HasEnded ? "the file ends there before its text does" : e.Message, e);
            }

            _crc = Crc32.Append(_crc, buffer[..read]);
            _length += (uint)read;
            if (read > 0)
                return read;
            EndMember();
        }

        _ended |= !buffer.IsEmpty;
        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _member?.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>True where another member follows; otherwise nothing is left to read.</summary>
    private bool BeginMember()
    {
        while (_any && input.Peek(1) is [0])
            input.Skip(1);
        ReadOnlySpan<byte> header = input.Peek(10);
        if (_any && header.IsEmpty)
            return false;
        if (_any && header is not [0x1F, 0x8B, 8, ..])
        {
            warn?.Invoke($"{name}: what follows the gzip data at byte {input.Consumed} is no such data and was left out");
            return false;
        }

        if (header.Length == 10 && (header[2] != 8 || (header[3] & Reserved) != 0))
            throw Damaged("not the header of a gzip file");
        int flags = header.Length == 10 ? header[3] : throw CutOff();
        input.Skip(10);
        if ((flags & Extra) != 0)
        {
            ReadOnlySpan<byte> size = input.Peek(2);
            for (int left = size.Length == 2 ? 2 + BinaryPrimitives.ReadUInt16LittleEndian(size) : throw CutOff(); left > 0; left--)
                SkipByte();
        }

        for (int texts = ((flags & Name) != 0 ? 1 : 0) + ((flags & Comment) != 0 ? 1 : 0); texts > 0; texts--)
        {
            while (SkipByte() != 0)
            {
            }
        }

        if ((flags & HeaderSum) != 0)
            _ = (SkipByte(), SkipByte());
        _member = new DeflateStream(input, CompressionMode.Decompress, leaveOpen: true);
        (_crc, _length, _any) = (0, 0, true);
        return true;
    }

    private void EndMember()
    {
        _member!.Dispose();
        _member = null;
        Span<byte> trailer = stackalloc byte[TrailerBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(trailer, _crc);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], _length);
        bool starved = input.HasEnded;
        ReadOnlySpan<byte> end = input.Peek(input.TakeBack() + TrailerBytes);
        int at = end.IndexOf(trailer);
        if (at < 0)
            throw starved || input.HasEnded ? CutOff() : Damaged("the checksum is not that of the text");
        input.Skip(at + TrailerBytes);
    }

    private byte SkipByte()
    {
        ReadOnlySpan<byte> next = input.Peek(1);
        byte value = next.Length == 1 ? next[0] : throw CutOff();
        input.Skip(1);
        return value;
    }

    private InputException CutOff() => Damaged("the file ends there before its text does, or was changed");

    private InputException Damaged(string what, Exception? inner = null) =>
        new($"{name}: damaged gzip data near byte {input.Consumed} of the file: {what}", inner!);
}
