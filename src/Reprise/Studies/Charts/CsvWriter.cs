using System.Globalization;
using System.Text;

namespace Reprise.Studies.Charts;

/// <summary>Values as CSV (RFC 4180, with a line feed at the end of each line); numbers with all digits, what is not finite as an empty field.</summary>
internal sealed class CsvWriter
{
    private static readonly System.Buffers.SearchValues<char> ToQuote = System.Buffers.SearchValues.Create(",\"\r\n");

    private readonly StringBuilder _csv = new();

    public CsvWriter(params string[] columns) => Row([.. columns]);

    public void Row(params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++)
            _csv.Append(i == 0 ? "" : ",").Append(Field(values[i]));
        _csv.Append('\n');
    }

    public override string ToString() => _csv.ToString();

    private static string Field(object value)
    {
        if (value is double number)
            return double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.AsSpan().ContainsAny(ToQuote) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
