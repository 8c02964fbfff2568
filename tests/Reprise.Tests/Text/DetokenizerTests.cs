using FsCheck;
using FsCheck.Fluent;
using Reprise.Text;

namespace Reprise.Tests.Text;

public class DetokenizerTests
{
    private static readonly TextOptions s_penn = new();

    [Theory]
    [InlineData("i could n't see you .", "i couldn't see you.")]
    [InlineData("\" why ? \" he said .", "\"why?\" he said.")]
    [InlineData("he said , \" i know . \"", "he said, \"i know.\"")]
    [InlineData("you did . \"", "you did.\"")]
    [InlineData("yes , i did , \" he said .", "yes, i did,\" he said.")]
    [InlineData("\" i did", "\"i did")]
    [InlineData("the word ' grotesque ' here", "the word 'grotesque' here")]
    [InlineData("the dogs ' day", "the dogs' day")]
    [InlineData("mr. brown 's dog ( a terrier ) -- it 's 10:30 ...", "mr. brown's dog (a terrier) -- it's 10:30...")]
    [InlineData("it costs $ 5 , or 20 % more", "it costs $5, or 20% more")]
    [InlineData("and / or [ 1 ]", "and/or [1]")]
    [InlineData("get 'em , i 'd say", "get 'em, i'd say")]
    [InlineData("a <unk> , then", "a <unk>, then")]
    [InlineData("n't 's", "n't's")]
    [InlineData("", "")]
    public void Words_are_put_together_as_a_person_would(string words, string expected) =>
        Detokenizer.Detokenize(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), s_penn).ShouldBe(expected);

    [Fact]
    public void Foreign_words_are_put_side_by_side() =>
        Detokenizer.Detokenize(["do", "n't", ",", "ok"], TextOptions.Foreign).ShouldBe("do n't , ok");

    [Fact]
    public void Any_text_keeps_its_words() =>
        Check.One(Runs(2000), Prop.ForAll<string>(text => KeepsWords(text ?? "")));

    [Fact]
    public void Text_full_of_traps_keeps_its_words()
    {
        string[] traps = ["'", "\"", "-", "--", ".", "...", "n't", "'s", "'d", "'em", "'tis", "'ll", "mr.", "mr", "p.m", "i", "s", "d", "t", "n", "a",
            "5", ",", ":", "/", "c#", "++", "#", "&", "@", "(", ")", " ", " ", "’", "“", "—", "…", "é", "\u0301", "\ud83d\ude42", "_", "$", "://", "?", "<", "don't", "x", "İ", "\u00AD"];
        Gen<string> text = Gen.ArrayOf(Gen.Elements(traps)).Select(string.Concat);
        Check.One(Runs(20_000), Prop.ForAll(text.ToArbitrary(), KeepsWords));
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(7, 11);

    private static bool KeepsWords(string text)
    {
        foreach (TextOptions options in new[] { s_penn, s_penn with { LowerCase = false }, TextOptions.Foreign })
        {
            List<string> words = Tokenizer.Tokenize(text, options);
            if (!Tokenizer.Tokenize(Detokenizer.Detokenize(words, options), options).SequenceEqual(words))
                throw new InvalidOperationException($"{text} -> {string.Join(" | ", words)} -> {Detokenizer.Detokenize(words, options)}");
        }

        return true;
    }
}
