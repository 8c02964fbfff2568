using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Reprise.Numerics.Interop;

namespace Reprise.Formats;

/// <summary>
/// Writes scalars for TensorBoard: a stream of records (length, its check sum, data, its check sum), each an <c>Event</c> of
/// protocol buffers. Each call writes whole records.
/// </summary>
/// <remarks>Sources: event.proto and summary.proto of TensorBoard; the record format of TensorFlow's "TFRecord" page.</remarks>
internal sealed class EventFile : IDisposable
{
    // Field numbers, shifted by 3 over their wire types: 0 variable-length integer, 1 eight bytes, 2 length-delimited, 5 four bytes.
    private const byte EventWallTime = (1 << 3) | 1, EventStep = 2 << 3, EventFileVersion = (3 << 3) | 2;
    private const byte EventSummary = (5 << 3) | 2, EventSession = (7 << 3) | 2;
    private const byte SummaryValue = (1 << 3) | 2, ValueTag = (1 << 3) | 2, ValueSimple = (2 << 3) | 5;
    private const byte SessionStatus = 1 << 3, SessionStart = 1;

    private readonly FileStream _stream;

    /// <summary>Takes the stream over and writes the file's first record.</summary>
    /// <param name="wallTime">Seconds since 1970.</param>
    public EventFile(FileStream stream, double wallTime)
    {
        _stream = stream;
        MemoryStream data = Event(wallTime, 0);
        WriteBytes(data, EventFileVersion, "brain.Event:2"u8);
        WriteRecord(data);
    }

    /// <summary>Marks a restart of training: points of earlier files from <paramref name="step"/> on are dropped.</summary>
    public void Restart(double wallTime, long step)
    {
        MemoryStream data = Event(wallTime, step);
        WriteBytes(data, EventSession, [SessionStatus, SessionStart]);
        WriteRecord(data);
    }

    /// <summary>Writes the values of one step.</summary>
    public void Scalars(double wallTime, long step, IEnumerable<(string Tag, float Value)> scalars)
    {
        MemoryStream summary = new();
        Span<byte> bytes = stackalloc byte[4];
        foreach ((string tag, float value) in scalars)
        {
            MemoryStream point = new();
            WriteBytes(point, ValueTag, Encoding.UTF8.GetBytes(tag));
            point.WriteByte(ValueSimple);
            BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
            point.Write(bytes);
            WriteBytes(summary, SummaryValue, point.GetBuffer().AsSpan(0, (int)point.Length));
        }

        MemoryStream data = Event(wallTime, step);
        WriteBytes(data, EventSummary, summary.GetBuffer().AsSpan(0, (int)summary.Length));
        WriteRecord(data);
    }

    public void Flush() => PosixFiles.Flush(_stream);

    public void Dispose() => _stream.Dispose();

    private static MemoryStream Event(double wallTime, long step)
    {
        MemoryStream data = new();
        data.WriteByte(EventWallTime);
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, wallTime);
        data.Write(bytes);
        data.WriteByte(EventStep);
        WriteInteger(data, (ulong)step);
        return data;
    }

    private static void WriteBytes(MemoryStream data, byte field, ReadOnlySpan<byte> bytes)
    {
        data.WriteByte(field);
        WriteInteger(data, (ulong)bytes.Length);
        data.Write(bytes);
    }

    private static void WriteInteger(MemoryStream data, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            data.WriteByte((byte)(value | 0x80));
        data.WriteByte((byte)value);
    }

    private void WriteRecord(MemoryStream data)
    {
        ReadOnlySpan<byte> bytes = data.GetBuffer().AsSpan(0, (int)data.Length);
        byte[] record = new byte[8 + 4 + bytes.Length + 4];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedCrc(record.AsSpan(0, 8)));
        bytes.CopyTo(record.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(12 + bytes.Length), MaskedCrc(bytes));
        _stream.Write(record);
    }

    // CRC-32C (Castagnoli), rotated and shifted so that a check sum of data with check sums in it stays a good one.
    private static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
            crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xa282ead8;
    }
}
