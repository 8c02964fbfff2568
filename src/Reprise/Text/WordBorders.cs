namespace Reprise.Text;

/// <summary>Tells which pieces of a sentence belong to one word: neighbours that join letters, digits or bytes beyond ASCII.</summary>
internal sealed class WordBorders
{
    private readonly bool[] _begins, _ends; // within a word, by id

    /// <param name="pieces">A vocabulary of pieces.</param>
    public WordBorders(Vocabulary pieces)
    {
        (_begins, _ends) = (new bool[pieces.Count], new bool[pieces.Count]);
        for (int id = Vocabulary.SpecialTokens; id < pieces.Count; id++)
        {
            string piece = pieces[id];
            (_begins[id], _ends[id]) = (IsOfWord(piece[0]), IsOfWord(piece[^1]));
        }
    }

    /// <summary>True if a piece continues the word of the piece before it.</summary>
    public bool Continues(int before, int piece) => _ends[before] && _begins[piece];

    private static bool IsOfWord(char character) =>
        ByteCharacters.ByteOf(character) is var value && (value >= 128 || char.IsAsciiLetterOrDigit((char)value));
}
