using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Reprise.Formats;

/// <summary>
/// Writes a float32 matrix as NumPy's <c>.npy</c>, version 1.0, row after row. The number of rows may be known only at the end.
/// </summary>
/// <remarks>Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html.</remarks>
internal sealed class Npy
{
    private const int HeaderLength = 128; // a multiple of 64, with room for any shape

    private readonly Stream _stream;
    private readonly int _columns;
    private readonly long _start;
    private long _rows;

    /// <summary>Leaves room for the header. The stream stays the caller's and must be seekable.</summary>
    public Npy(Stream stream, int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        _stream = stream;
        _columns = columns;
        _start = stream.Position;
        stream.Write(Header(0));
    }

    /// <summary>Appends whole rows.</summary>
    /// <exception cref="ArgumentException">The elements are not a whole number of rows.</exception>
    public void Write(ReadOnlySpan<float> rows)
    {
        if (rows.Length % _columns != 0)
            throw new ArgumentException($"{rows.Length} elements are not rows of {_columns}", nameof(rows));
        _stream.Write(MemoryMarshal.AsBytes(rows));
        _rows += rows.Length / _columns;
    }

    /// <summary>Writes the header with the number of rows; the stream then stands at its end.</summary>
    public void Finish()
    {
        _stream.Position = _start;
        _stream.Write(Header(_rows));
        _stream.Seek(0, SeekOrigin.End);
    }

    private byte[] Header(long rows)
    {
        byte[] header = new byte[HeaderLength];
        Array.Fill(header, (byte)' ');
        ReadOnlySpan<byte> magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];
        magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), HeaderLength - 10);
        Encoding.ASCII.GetBytes($"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {_columns}), }}", header.AsSpan(10));
        header[^1] = (byte)'\n';
        return header;
    }
}
