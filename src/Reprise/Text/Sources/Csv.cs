using System.Text;

namespace Reprise.Text.Sources;

/// <summary>The column to read, the number of columns, and the delimiter.</summary>
internal readonly record struct CsvColumn(int Index, int Count, byte Delimiter);

/// <summary>
/// The fields of records. In CSV by RFC 4180 a quoted field may hold delimiters, line breaks and doubled quotes; a quote within an
/// unquoted field is a plain character. TSV has no quotes: its fields are the pieces between tabs.
/// </summary>
internal static class Csv
{
    /// <summary>Finds the raw bytes of one field, with its quotes if it has them.</summary>
    /// <returns>The number of fields in the record.</returns>
    public static int Find(ReadOnlySpan<byte> record, CsvColumn column, bool quotes, out ReadOnlySpan<byte> field)
    {
        field = default;
        for (int count = 0; ; count++)
        {
            int length = FieldLength(record, column.Delimiter, quotes);
            if (count == column.Index)
                field = record[..length];
            if (length == record.Length)
                return count + 1;
            record = record[(length + 1)..];
        }
    }

    /// <summary>All fields of one record as text. Bytes that are not UTF-8 show as replacement characters.</summary>
    public static List<string> Fields(ReadOnlySpan<byte> record, byte delimiter, bool quotes = true)
    {
        List<string> fields = [];
        while (true)
        {
            int length = FieldLength(record, delimiter, quotes);
            Span<char> field = Encoding.UTF8.GetString(record[..length]).ToCharArray();
            fields.Add((quotes ? Unquote(field) : field).ToString());
            if (length == record.Length)
                return fields;
            record = record[(length + 1)..];
        }
    }

    /// <summary>Removes the quotes of a field, in the same memory.</summary>
    public static Span<char> Unquote(Span<char> field)
    {
        if (field.IsEmpty || field[0] != '"')
            return field;
        field = field[^1] == '"' ? field[1..^1] : field[1..];
        int length = field.IndexOf('"');
        if (length < 0)
            return field;
        for (int from = length; from < field.Length; from++)
        {
            field[length++] = field[from];
            if (field[from] == '"')
                from++; // the second of two
        }

        return field[..length];
    }

    /// <summary>The bytes of the first field, up to its delimiter or the record's end.</summary>
    private static int FieldLength(ReadOnlySpan<byte> record, byte delimiter, bool quotes)
    {
        int from = 0;
        if (quotes && !record.IsEmpty && record[0] == '"')
        {
            from = 1;
            while (from < record.Length)
            {
                int quote = record[from..].IndexOf((byte)'"');
                from = quote < 0 ? record.Length : from + quote + 1;
                if (from >= record.Length || record[from] != '"')
                    break;
                from++;
            }
        }

        int end = record[from..].IndexOf(delimiter);
        return end < 0 ? record.Length : from + end;
    }
}
