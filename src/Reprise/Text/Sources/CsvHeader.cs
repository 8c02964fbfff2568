using System.Text.Unicode;
using Reprise.Formats;

namespace Reprise.Text.Sources;

/// <summary>Reads the first record of a CSV or TSV file: the delimiter, and the column to read.</summary>
internal static class CsvHeader
{
    private static readonly byte[] s_usual = [(byte)',', (byte)';', (byte)'\t'];

    /// <summary>Reads the header and moves the window past it.</summary>
    /// <exception cref="InputException">The wanted column is not there, or twice.</exception>
    public static CsvColumn Read(TextWindow window, InputFile file, PrepareOptions options)
    {
        SkipBlankLines(window);
        if (window.Bytes.IsEmpty)
            return default;
        bool tsv = file.Format == TextFormat.Tsv;
        byte[] delimiters = tsv ? [(byte)'\t'] : options.Delimiter is { } given ? [(byte)given] : s_usual;
        List<Header> headers = [.. delimiters.Select(d => Header.Read(window, d, quotes: !tsv))];
        if (headers.TrueForAll(h => h.Piece.Problem is not null))
            throw window.Error(headers[0].Piece.At, headers[0].Piece.Problem!);
        Header header = headers.Where(h => h.Piece.Problem is null)
            .OrderByDescending(h => h.Names.Contains(options.Column)).ThenByDescending(h => h.Names.Count).First(); // of equals the first
        int index = header.Names.IndexOf(options.Column);
        if (index < 0)
            throw Missing(window, file, header, options.Column, tsv);
        int again = header.Names.IndexOf(options.Column, index + 1);
        if (again > 0)
        {
            string two = $"columns {index + 1} and {again + 1} are both named \"{Quote.Of(options.Column)}\"";
            throw new InputException($"{file.Name}: line {window.Line}: {two}; rename one of them");
        }

        window.Consume(header.Piece.Length);
        return new CsvColumn(index, header.Names.Count, header.Delimiter);
    }

    /// <summary>The delimiter of an unknown header: of comma, semicolon and tab the one that gives most columns.</summary>
    public static byte DelimiterOf(ReadOnlySpan<byte> header)
    {
        byte best = s_usual[0];
        int most = 0;
        foreach (byte delimiter in s_usual)
        {
            int columns = Csv.Fields(header, delimiter).Count;
            if (columns > most)
                (best, most) = (delimiter, columns);
        }

        return best;
    }

    private static void SkipBlankLines(TextWindow window)
    {
        while (true)
        {
            (int end, int next) = LineBreaks.Find(window.Bytes, 0, window.Ended);
            if (end < 0 || !window.Bytes[..end].Trim((byte)' ').IsEmpty)
                return;
            window.Consume(next);
            window.Fill(ChunkReader.UsualChunk);
        }
    }

    /// <summary>The error about a missing column, with a similar name or another delimiter.</summary>
    private static InputException Missing(TextWindow window, InputFile file, Header header, string column, bool tsv)
    {
        string hint = "";
        if (header.Names.Find(name => Core(name).Equals(Core(column), StringComparison.OrdinalIgnoreCase)) is { } near)
        {
            hint = tsv && near.StartsWith('"')
                ? "; tsv has no quotes: if these stand around fields, read the file as csv (--format csv --delimiter tab)"
                : $"; did you mean \"{Quote.Of(near)}\"? Capitals and spaces count";
        }
        else
        {
            foreach (byte delimiter in (byte[])[.. s_usual, (byte)'|', (byte)':'])
            {
                if (Header.Read(window, delimiter, quotes: true) is { Piece.Problem: null } other && other.Names.Contains(column))
                {
                    string flag = delimiter == '\t' ? "tab" : $"\"{(char)delimiter}\"";
                    hint = $"; parted by {CsvFraming.Name(delimiter)} the header has it: give --format csv --delimiter {flag}";
                }
            }
        }

        string names = string.Join(", ", header.Names.Take(20).Select(n => Quote.Of(n)));
        return new InputException($"{file.Name}: line {window.Line}: no column \"{Quote.Of(column)}\"; its columns are {names}{hint}");
    }

    /// <summary>A name without quotes, spaces and invisible characters around it.</summary>
    private static ReadOnlySpan<char> Core(string name) => name.AsSpan().Trim(" \t\uFEFF\u00A0\u200B\"'");

    private sealed record Header(List<string> Names, RecordFraming.Piece Piece, byte Delimiter)
    {
        public static Header Read(TextWindow window, byte delimiter, bool quotes)
        {
            RecordFraming framing = quotes ? new CsvFraming(delimiter) : new LineFraming();
            RecordFraming.Piece piece;
            while (!framing.TryTake(window.Bytes, window.Ended, out piece))
            {
                if (window.Bytes.Length >= RecordReader.LongestRecord)
                {
                    int size = window.Bytes.Length;
                    throw window.Error(framing.OpenQuote ?? 0, $"no record ends within {size} bytes; expected the names of the columns");
                }

                window.Fill(2 * window.Bytes.Length);
            }

            ReadOnlySpan<byte> record = window.Bytes[piece.Record];
            if (!Utf8.IsValid(record) && ChunkText.Invalid(record) is var (at, what))
                throw window.Error(at, what);
            return new Header(piece.Problem is null ? Csv.Fields(record, delimiter, quotes) : [], piece, delimiter);
        }
    }
}
