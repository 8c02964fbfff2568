namespace Reprise.Formats;

/// <summary>A whole file, checked against its SHA-256.</summary>
/// <param name="Name">Its name in its folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="HasSum">False where no SHA-256 is known, as for foreign and older files, which are not checked.</param>
internal sealed record FileSum(string Name, long Bytes, bool HasSum)
{
    /// <summary>Digits of a sum in a message.</summary>
    private const int Shown = 12;

    /// <param name="what">The file or a part of it, for the message.</param>
    public static InputException Differs(string what, string expected, string found, string toDo) =>
        new($"{what}: changed or damaged since it was written (SHA-256 expected {Start(expected)}, found {Start(found)}); {toDo}");

    private static string Start(string sum) => sum.Length > Shown ? $"{sum[..Shown]}…" : $"\"{Quote.Of(sum)}\"";
}
