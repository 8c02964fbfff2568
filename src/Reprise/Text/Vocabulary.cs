namespace Reprise.Text;

/// <summary>The words of a model and their ids.</summary>
public static class Vocabulary
{
    public const int Unknown = 0, BeginOfSentence = 1, EndOfSentence = 2;
}
