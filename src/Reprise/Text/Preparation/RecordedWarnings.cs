namespace Reprise.Text.Preparation;

/// <summary>Passes warnings on and records them for corpus.json.</summary>
internal sealed class RecordedWarnings(IProgress<string>? next) : IProgress<string>
{
    public List<string> Lines { get; } = [];

    public void Report(string value)
    {
        if (Lines.Contains(value)) // a file may be read more than once
            return;
        Lines.Add(value);
        next?.Report(value);
    }
}
