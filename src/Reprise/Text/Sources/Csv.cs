using System.Text;

namespace Reprise.Text.Sources;

/// <summary>
/// Comma-separated values by RFC 4180: a field in quotes may hold delimiters, line breaks and doubled quotes. A quote within
/// a field that does not begin with one is a plain character.
/// </summary>
internal static class Csv
{
    /// <summary>Bytes of the first record with its line end; -1 if it does not end here.</summary>
    public static int RecordLength(ReadOnlySpan<byte> text, byte delimiter)
    {
        int i = 0;
        while (true)
        {
            i += FieldLength(text[i..], delimiter, out _);
            if (i >= text.Length)
                return -1;
            if (text[i++] == '\n')
                return i;
        }
    }

    /// <summary>Where the quote stands that is still open at the end of <paramref name="text"/>, which begins with a record; -1 if none is.</summary>
    public static int OpenQuote(ReadOnlySpan<byte> text, byte delimiter)
    {
        for (int i = 0; i < text.Length;)
        {
            int length = FieldLength(text[i..], delimiter, out bool open);
            if (open)
                return i;
            i += length + 1;
        }

        return -1;
    }

    /// <summary>The raw bytes of one field of a record, with its quotes if it has them; empty if the record is shorter.</summary>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> record, int index, byte delimiter)
    {
        for (int i = 0; ; i++)
        {
            int length = FieldLength(record, delimiter, out _);
            if (i == index)
                return record[..length].TrimEnd((byte)'\r');
            if (length >= record.Length || record[length] == '\n')
                return default;
            record = record[(length + 1)..];
        }
    }

    /// <summary>All fields of one record as text. Bytes that are not UTF-8 show as replacement characters.</summary>
    public static List<string> Fields(ReadOnlySpan<byte> record, byte delimiter)
    {
        List<string> fields = [];
        while (true)
        {
            int length = FieldLength(record, delimiter, out _);
            byte[] field = record[..length].TrimEnd((byte)'\r').ToArray();
            fields.Add(Encoding.UTF8.GetString(field.AsSpan(0, Unquote(field, field))));
            if (length >= record.Length || record[length] == '\n')
                return fields;
            record = record[(length + 1)..];
        }
    }

    /// <summary>Writes a field without its quotes to <paramref name="plain"/>, which may be the same memory.</summary>
    /// <returns>The number of bytes written.</returns>
    public static int Unquote(ReadOnlySpan<byte> field, Span<byte> plain)
    {
        if (field.IsEmpty || field[0] != '"')
        {
            field.CopyTo(plain);
            return field.Length;
        }

        int length = 0;
        for (int i = 1; i < field.Length; i++)
        {
            if (field[i] == '"' && (++i == field.Length || field[i] != '"'))
                break; // the closing quote; what follows it is not the field's
            plain[length++] = field[i];
        }

        return length;
    }

    /// <summary>Bytes up to the delimiter, line feed or end that closes the first field; whether the end came within its quotes.</summary>
    private static int FieldLength(ReadOnlySpan<byte> text, byte delimiter, out bool open)
    {
        int i = 0;
        open = !text.IsEmpty && text[0] == '"';
        if (open)
        {
            i = 1;
            while (true)
            {
                int quote = text[i..].IndexOf((byte)'"');
                if (quote < 0)
                    return text.Length;
                i += quote + 1;
                if (i >= text.Length || text[i] != '"')
                    break;
                i++;
            }

            open = false;
        }

        int end = text[i..].IndexOfAny(delimiter, (byte)'\n');
        return end < 0 ? text.Length : i + end;
    }
}
