namespace Reprise.Formats;

/// <summary>A file that was read whole, to hold it against its SHA-256.</summary>
/// <param name="Name">Its name in its folder.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="HasSum">Whether a SHA-256 of it is known; where none is, as of foreign and older files, nothing can be said.</param>
internal sealed record FileSum(string Name, long Bytes, bool HasSum)
{
    /// <summary>Digits of a sum in a message.</summary>
    private const int Shown = 12;

    /// <param name="what">The file, or a part of it.</param>
    public static InputException Differs(string what, string expected, string found, string toDo) =>
        new($"{what}: changed or damaged since it was written (SHA-256 expected {Start(expected)}, found {Start(found)}); {toDo}");

    private static string Start(string sum) => sum.Length > Shown ? $"{sum[..Shown]}…" : $"\"{Quote.Of(sum)}\"";
}
