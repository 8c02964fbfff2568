using CsvHelper;
using Reprise.Text.Sources;

namespace Reprise.Studies.Charts;

/// <summary>A record of a small CSV file.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Fields)
{
    private const string Advice = "; is there a quote too many, or one that is not doubled?";

    /// <summary>The records of a file in memory (RFC 4180), with the separator (comma, semicolon, tab) of the first line.</summary>
    /// <param name="text">Sound UTF-8 without a byte order mark.</param>
    /// <param name="where">The file, for messages.</param>
    /// <exception cref="InputException">A quoted field is not closed, or text follows its closing quote; the line is named.</exception>
    public static IEnumerable<CsvRecord> Read(ReadOnlyMemory<byte> text, string where)
    {
        int firstLine = text.Span.IndexOfAny((byte)'\n', (byte)'\r');
        using CsvReader csv = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = (char)CsvHeader.DelimiterOf(firstLine < 0 ? text.Span : text.Span[..firstLine]),
            HasHeader = false,
            TrackLineNumbers = true,
            OnMalformedRecord = record => Refuse(record, where),
        });
        while (csv.Read())
        {
            string[] fields = csv.Current.ToArray();
            if (fields is not [var only] || !string.IsNullOrWhiteSpace(only))
                yield return new CsvRecord((int)csv.LineNumber, fields);
        }
    }

    // A quote in any other field is a character.
    private static void Refuse(CsvMalformedRecord record, string where)
    {
        string? problem = record.Reason switch
        {
            CsvMalformedReason.UnterminatedQuote => "the field begins with a quote that is not closed before the file ends",
            CsvMalformedReason.TextAfterClosingQuote => "text after a closing quote",
            _ => null,
        };
        if (problem is not null)
            throw new InputException($"{where}: line {record.LineNumber}: {problem}{Advice}");
    }
}
