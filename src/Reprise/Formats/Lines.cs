namespace Reprise.Formats;

/// <summary>The lines of an untrusted file: any number, each of bounded length.</summary>
internal static class Lines
{
    /// <summary>The lines from the first, without their line feeds; each is valid until the next is read.</summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="most">Bytes that a line may have.</param>
    /// <exception cref="InputException">A line is longer, or the stream cannot be read.</exception>
    public static IEnumerable<Line> Read(Stream stream, string path, int most = JsonBytes.Settings)
    {
        byte[] buffer = new byte[1 << 14];
        int start = 0, end = 0, searched = 0;
        long number = 0, position = 0;
        while (true)
        {
            int feed = buffer.AsSpan(searched, end - searched).IndexOf((byte)'\n');
            if (feed >= 0)
            {
                int length = searched + feed - start;
                position += length + 1;
                yield return new Line(++number, buffer.AsMemory(start, length), IsWhole: true, position);
                start = searched = start + length + 1;
                continue;
            }

            if (end - start > most)
                throw new InputException($"{path}: line {number + 1} is longer than {most} bytes, as no such file has; is it another?");
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (end, start) = (end - start, 0);
            searched = end;
            if (end == buffer.Length)
                Array.Resize(ref buffer, 2 * buffer.Length);
            int read = ReadSome(stream, buffer.AsSpan(end), path);
            if (read == 0)
                break;
            end += read;
        }

        if (end > 0)
            yield return new Line(number + 1, buffer.AsMemory(0, end), IsWhole: false, position + end);
    }

    private static int ReadSome(Stream stream, Span<byte> buffer, string path)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    /// <param name="Number">The line's number, from 1.</param>
    /// <param name="IsWhole">False for a last line without a line feed, which a process was writing when it ended.</param>
    /// <param name="End">Bytes of the file up to the line's end.</param>
    public readonly record struct Line(long Number, ReadOnlyMemory<byte> Text, bool IsWhole, long End);
}
