using System.Globalization;
using System.Text;
using Reprise.Formats;

namespace Reprise.Studies.Charts;

/// <summary>
/// Values as CSV (RFC 4180, with a line feed at the end of each line); numbers with all digits, an empty field for one that is not finite.
/// </summary>
/// <remarks>Text is made visible, and text that a spreadsheet would take as a formula (= + - @) begins with an apostrophe.</remarks>
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
        if (value is not string raw)
            return Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        string text = string.Join('\n', raw.Split('\n').Select(VisibleText.Of)); // a line end may stand in a field
        if (text.AsSpan().TrimStart() is ['=' or '+' or '-' or '@', ..])
            text = "'" + text; // else a spreadsheet would compute it
        return text.AsSpan().ContainsAny(ToQuote) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
