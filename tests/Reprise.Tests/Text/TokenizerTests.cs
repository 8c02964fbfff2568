using Reprise.Text;

namespace Reprise.Tests.Text;

public class TokenizerTests
{
    [Theory]
    [InlineData("I couldn't see you.", "i could n't see you .")]
    [InlineData("You're late, aren't you?", "you 're late , are n't you ?")]
    [InlineData("He can't and won't.", "he ca n't and wo n't .")]
    [InlineData("They shouldn't've gone", "they should n't 've gone")]
    [InlineData("I'd've said John's dog's", "i 'd 've said john 's dog 's")]
    [InlineData("\"Why?\" he said.", "\" why ? \" he said .")]
    [InlineData("the word 'grotesque' here", "the word ' grotesque ' here")]
    [InlineData("'Tis the dogs' day; get 'em!", "'tis the dogs ' day ; get 'em !")]
    [InlineData("'Twasn't so", "'twas n't so")]
    [InlineData("Mr. Holmes met Mrs. Hudson, Dr. Watson and St. John.", "mr. holmes met mrs. hudson , dr. watson and st. john .")]
    [InlineData("J. R. Smith came at 5 p.m. sharp.", "j. r. smith came at 5 p.m. sharp .")]
    [InlineData("It was I.", "it was i .")]
    [InlineData("over 1,000.50 or 3-4 at 10:30 on 1/2/1900", "over 1,000.50 or 3-4 at 10:30 on 1/2/1900")]
    [InlineData("-5 and .5, $7, 20%", "-5 and .5 , $ 7 , 20 %")]
    [InlineData("well-known mother-in-law's", "well-known mother-in-law 's")]
    [InlineData("yes -- no--maybe ---- so", "yes -- no -- maybe -- so")]
    [InlineData("well...yes .... no", "well ... yes ... no")]
    [InlineData("System.IO.Stream or my_name in .NET, C# and C++.", "system.io.stream or my_name in .net , c# and c++ .")]
    [InlineData("and/or (see [1])", "and / or ( see [ 1 ] )")]
    [InlineData("o'clock ma'am d'you", "o'clock ma'am d'you")]
    [InlineData("AT&T mails a.b@c.org", "at&t mails a.b@c.org")]
    [InlineData("see (https://a.org/b-c?d=e/). ftp://x, a:// b", "see ( https://a.org/b-c?d=e/ ) . ftp://x , a : / / b")]
    [InlineData("“I don’t know…” — she said", "\" i do n't know ... \" -- she said")]
    [InlineData("Avenue de l'Opéra, naïve ÉCLAIR", "avenue de l'opéra , naïve éclair")]
    [InlineData("a\u00A0b\tc\r\nd\u0001e so\u00ADft", "a b c d e soft")]
    [InlineData("🙂 ok", "🙂 ok")]
    [InlineData("a <unk> b", "a < unk > b")]
    [InlineData("", "")]
    [InlineData("  \t ", "")]
    public void Penn_words(string text, string expected) =>
        string.Join(' ', Tokenizer.Tokenize(text, new TextOptions())).ShouldBe(expected);

    [Fact]
    public void Letters_may_stay_as_they_are() =>
        string.Join(' ', Tokenizer.Tokenize("Mr. Brown CAN'T", new TextOptions { LowerCase = false })).ShouldBe("Mr. Brown CA N'T");

    [Fact]
    public void White_space_alone_parts_words_of_foreign_models() =>
        Tokenizer.Tokenize("  The <unk>, isn't\tN ", TextOptions.Foreign).ShouldBe(["The", "<unk>,", "isn't", "N"]);

    [Fact]
    public void Tokenizing_into_a_used_buffer_allocates_nothing()
    {
        TokenBuffer buffer = new();
        TextOptions options = new();
        const string Sentence = "\"I couldn't have known,\" said Mr. Holmes -- \"the dog's bark...\"";
        for (int i = 0; i < 100; i++)
            Tokenizer.Tokenize(Sentence, options, buffer);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            Tokenizer.Tokenize(Sentence, options, buffer);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
