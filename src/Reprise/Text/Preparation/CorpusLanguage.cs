using System.Text;
using Reprise.Text.Languages;
using Reprise.Text.Sources;

namespace Reprise.Text.Preparation;

/// <summary>Guesses the language of a corpus from the first sentences of its text.</summary>
internal static class CorpusLanguage
{
    private const int Looked = LanguageGuess.Looked;

    /// <exception cref="InputException">The text cannot be read.</exception>
    public static TextLanguage Guess(IReadOnlyList<InputFile> files, PrepareOptions options)
    {
        StringBuilder head = new();
        using TextSource source = new(files, options);
        TextChunk chunk = new();
        ChunkText text = new(options, guess: true);
        while (head.Length < Looked && source.Next(chunk))
        {
            text.ForEachSentence(chunk, sentence =>
            {
                if (head.Length < Looked)
                    head.Append(sentence[..Math.Min(sentence.Length, Looked)]).Append(' ');
            });
        }

        return LanguageGuess.Of(head.ToString(), TextLanguage.English);
    }
}
