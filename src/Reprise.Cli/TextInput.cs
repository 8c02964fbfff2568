using System.IO.Compression;
using System.Text;
using Reprise.Formats;

namespace Reprise.Cli;

/// <summary>Sentences from arguments, files and standard input: one a line, lines without anything are passed over.</summary>
internal static class TextInput
{
    private const int LongestLine = 1 << 20; // characters; far more than the longest sentence that a model takes

    /// <summary>The arguments themselves, or the lines of standard input where there are none or only <c>-</c>.</summary>
    public static IEnumerable<string> OfArguments(Session session, IReadOnlyList<string> texts) =>
        texts is [] or ["-"] ? OfFile(session, "-") : texts;

    /// <summary>The lines of a file (gzip unpacked), or of standard input for <c>-</c>; read while they are used.</summary>
    public static IEnumerable<string> OfFile(Session session, string path)
    {
        if (path == "-")
        {
            session.NoteWhenTyping();
            return Lines(session, session.Terminal.OpenInput(), "standard input");
        }

        Stream file = OutsideFile.OpenOnce(path, "sentences, one a line, or - for standard input", session.Interrupted);
        return Lines(session, IsGzip(file, path) ? new GZipStream(file, CompressionMode.Decompress) : file, path);
    }

    /// <summary>By its first two bytes, as <c>prepare</c> tells it; by its name where bytes come but once.</summary>
    private static bool IsGzip(Stream file, string path)
    {
        if (!file.CanSeek)
            return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        bool isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip;
    }

    private static IEnumerable<string> Lines(Session session, Stream stream, string name)
    {
        using StreamReader reader = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
        StringBuilder line = new();
        bool any = false;
        for (long number = 1; ReadLine(reader, line, name, number); number++)
        {
            session.Interrupted.ThrowIfCancellationRequested();
            string text = line.ToString();
            if (string.IsNullOrWhiteSpace(text))
                continue;
            any = true;
            yield return text;
        }

        if (!any)
            throw new InputException($"{name}: no sentence is there; expected one a line");
    }

    private static bool ReadLine(StreamReader reader, StringBuilder line, string name, long number)
    {
        line.Clear();
        try
        {
            int c;
            while ((c = reader.Read()) is not (-1 or '\n'))
            {
                if (line.Length == LongestLine)
                    throw new InputException($"{name}: line {number} has more than {LongestLine} characters; expected one sentence a line");
                line.Append((char)c);
            }

            if (line.Length > 0 && line[^1] == '\r')
                line.Length--;
            return c == '\n' || line.Length > 0;
        }
        catch (Exception e) when (e is DecoderFallbackException or IOException or InvalidDataException)
        {
            throw new InputException($"{name}: line {number}: {(e is DecoderFallbackException ? "not valid UTF-8" : e.Message)}", e);
        }
    }
}
