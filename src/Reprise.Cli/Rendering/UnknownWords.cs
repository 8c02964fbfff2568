namespace Reprise.Cli.Rendering;

/// <summary>Texts of which a model does not know half of the words or more: marks each in its row, and says once what that means.</summary>
internal sealed class UnknownWords(Session session)
{
    private const string Meaning = "all unknown words are one word to the model, so of such a text it knows little more than the length";

    private long _texts;
    private long _mostlyUnknown;
    private long _words;
    private long _unknown;

    /// <summary>All words counted, and how many of them are unknown.</summary>
    public (long Words, long Unknown) Total => (_words, _unknown);

    /// <summary>Texts of mostly unknown words.</summary>
    public long MostlyUnknown => _mostlyUnknown;

    /// <summary>Counts a text and gives the mark of its row: nothing where the model knows most of the words.</summary>
    public string Mark(int words, int unknown)
    {
        (_texts, _words, _unknown) = (_texts + 1, _words + words, _unknown + unknown);
        if (!AreMost(words, unknown))
            return "";
        _mostlyUnknown++;
        return $"  ({unknown} of {words} words unknown)";
    }

    /// <summary>Warns of what was marked.</summary>
    public void Tell()
    {
        if (_mostlyUnknown > 0)
            session.Note($"warning: {Format.Count(_mostlyUnknown)} of {Format.Count(_texts)} texts are mostly unknown words: {Meaning}");
    }

    /// <summary>Warns of one text, where it is mostly unknown words.</summary>
    public static void Tell(Session session, string what, int words, int unknown)
    {
        if (AreMost(words, unknown))
            session.Note($"warning: {what}: {unknown} of {words} words unknown: {Meaning}");
    }

    private static bool AreMost(int words, int unknown) => words > 0 && 2 * unknown >= words;
}
