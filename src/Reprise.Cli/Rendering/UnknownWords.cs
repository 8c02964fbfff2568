namespace Reprise.Cli.Rendering;

/// <summary>Marks texts of which half of the words or more are unknown to the model, and warns of them once.</summary>
internal sealed class UnknownWords(Session session)
{
    private const string Meaning =
        "the model has one embedding for all unknown words, so it knows little more of such a text than its length";

    private long _texts;
    private long _mostlyUnknown;
    private long _words;
    private long _unknown;

    /// <summary>All words counted, and the unknown ones among them.</summary>
    public (long Words, long Unknown) Total => (_words, _unknown);

    /// <summary>The number of texts of mostly unknown words.</summary>
    public long MostlyUnknown => _mostlyUnknown;

    /// <summary>Counts a text and returns the mark of its row, empty where most words are known.</summary>
    public string Mark(int words, int unknown)
    {
        (_texts, _words, _unknown) = (_texts + 1, _words + words, _unknown + unknown);
        if (!AreMost(words, unknown))
            return "";
        _mostlyUnknown++;
        return $"  ({unknown} of {words} words unknown)";
    }

    /// <summary>Warns of the marked texts.</summary>
    public void Tell()
    {
        if (_mostlyUnknown > 0)
            session.Note($"warning: {Format.Count(_mostlyUnknown)} of {Format.Count(_texts)} texts are mostly unknown words: {Meaning}");
    }

    /// <summary>Warns of a text of mostly unknown words.</summary>
    public static void Tell(Session session, string name, int words, int unknown)
    {
        if (AreMost(words, unknown))
            session.Note($"warning: {name}: {unknown} of {words} words unknown: {Meaning}");
    }

    private static bool AreMost(int words, int unknown) => words > 0 && 2 * unknown >= words;
}
