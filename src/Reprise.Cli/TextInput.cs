using Reprise.Formats;
using Reprise.Text.Sources;

namespace Reprise.Cli;

/// <summary>Sentences from arguments, files and standard input: one a line, lines without anything are passed over.</summary>
internal static class TextInput
{
    /// <summary>The arguments themselves, or the lines of standard input where there are none or only <c>-</c>.</summary>
    public static IEnumerable<string> OfArguments(Session session, IReadOnlyList<string> texts) =>
        texts is [] or ["-"] ? OfFile(session, "-") : texts;

    /// <summary>The lines of a file (gzip unpacked), or of standard input for <c>-</c>; read while they are used.</summary>
    public static IEnumerable<string> OfFile(Session session, string path)
    {
        if (path == "-")
        {
            session.NoteWhenTyping();
            return Lines(session, session.Terminal.OpenInput(), "standard input");
        }

        Stream file = OutsideFile.OpenOnce(path, "sentences, one a line, or - for standard input", session.Interrupted);
        return Lines(session, file, path);
    }

    private static IEnumerable<string> Lines(Session session, Stream stream, string name)
    {
        bool any = false;
        foreach (string line in TextLines.Of(stream, name, session.Note))
        {
            session.Interrupted.ThrowIfCancellationRequested();
            if (string.IsNullOrWhiteSpace(line))
                continue;
            any = true;
            yield return line;
        }

        if (!any)
            throw new InputException($"{name}: no sentence is there; expected one a line");
    }
}
