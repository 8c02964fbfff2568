using FsCheck;
using FsCheck.Fluent;
using Reprise.Text;

namespace Reprise.Tests.Text;

public class DetokenizerTests
{
    private static readonly TextOptions s_penn = new();

    private static readonly TextOptions[] s_options =
    [
        s_penn, s_penn with { LowerCase = false }, s_penn with { Language = TextLanguage.French }, TextOptions.Foreign,
        TextOptions.Foreign with { LowerCase = true },
    ];

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
    [InlineData("'tis rock ' n ' roll -- it 's", "'tis rock 'n' roll -- it's")]
    [InlineData("c++ , c# or .net to @anna ( #help ) or a.b@example.org ...", "c++, c# or .net to @anna (#help) or a.b@example.org...")]
    [InlineData("20 ° c at 90 ° , 5 m ² , or 3,5 % for 5 € or € 7 or £ 9", "20 °c at 90°, 5 m², or 3,5% for 5 € or €7 or £9")]
    [InlineData("« bonjour ! » dit-il ; « quoi ? ! » , dit anne .", "« bonjour ! » dit-il ; « quoi ?! », dit anne.")]
    [InlineData("« ну ? » -- спросил он .", "«ну?» -- спросил он.")]
    [InlineData("« vale » , dijo ; ¿ qué ? ¡ nada !", "«vale», dijo; ¿qué? ¡nada!")]
    [InlineData("» wo ? « , fragte er , » hier ? «", "»wo?«, fragte er, »hier?«")]
    [InlineData("komm mit « , sagte er , » jetzt . «", "komm mit«, sagte er, »jetzt.«")]
    [InlineData("sagte er . «", "sagte er.«")]
    [InlineData("» hej » , sade han .", "»hej», sade han.")]
    [InlineData("dijo ella . »", "dijo ella.»")]
    [InlineData("‹ so › , » ‹ nein › «", "‹so›, »‹nein›«")]
    [InlineData("今天很好 ， 我们走吧 。 他说 ： 「 好 」 。", "今天很好，我们走吧。他说：「好」。")]
    [InlineData("他说 \" 好 \" 。 我 走", "他说\"好\"。我 走")]
    [InlineData("هل تريد الشاي ؟ نعم ، شكرا .", "هل تريد الشاي؟ نعم، شكرا.")]
    [InlineData("वह गया ।", "वह गया।")]
    [InlineData("ναι · όχι", "ναι· όχι")]
    [InlineData("good 👍🏽 👨‍👩‍👧 !", "good 👍🏽 👨‍👩‍👧!")]
    [InlineData("", "")]
    public void Words_are_put_together_as_a_person_would(string words, string expected) =>
        Detokenizer.Detokenize(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), s_penn).ShouldBe(expected);

    [Theory]
    [InlineData(TextLanguage.French, "qui est là ? moi ; à 50 % ! a : b", "qui est là ? moi ; à 50 % ! a : b")]
    [InlineData(TextLanguage.French, "« si » , et ‹ no › ...", "« si », et ‹ no ›...")]
    [InlineData(TextLanguage.German, "zu 50 % » so « oder » nein «", "zu 50 % »so« oder »nein«")]
    [InlineData(TextLanguage.German, "er sagte : « nein » , mehr nicht .", "er sagte: «nein», mehr nicht.")]
    [InlineData(TextLanguage.Russian, "он . » и « да ! » -- 5 % ?", "он.» и «да!» -- 5%?")]
    public void The_habits_of_a_language_space_its_signs(TextLanguage language, string words, string expected) =>
        Detokenizer.Detokenize(words.Split(' '), s_penn with { Language = language }).ShouldBe(expected);

    [Fact]
    public void Foreign_words_are_put_side_by_side() =>
        Detokenizer.Detokenize(["do", "n't", ",", "ok"], TextOptions.Foreign).ShouldBe("do n't , ok");

    [Fact]
    public void Any_text_keeps_its_words() =>
        Check.One(Runs(2000), Prop.ForAll<string>(text => KeepsWords(text ?? "")));

    [Fact]
    public void Text_full_of_traps_keeps_its_words()
    {
        string[] traps =
            ["'", "\"", "-", "--", ".", "...", "n't", "'s", "'d", "'em", "'tis", "'ll", "mr.", "mr", "p.m", "i", "s", "d", "t", "n", "a",
            "5", ",", ":", "/", "c#", "++", "#", "&", "@", "(", ")",
            " ", " ", "’", "“", "—", "…", "é", "\u0301", "\ud83d\ude42", "_", "$", "://", "?", "<", "don't", "x", "İ", "\u00AD",
            "«", "»", "‹", "›", "@", "++", "°", "€", "%", "Σ", "ς", "Σ", "I", "J", "i", "\u0307", "\u0323", "\u030C", "\u0345",
            "ß", "ẞ", "ｗ", "今", "。", "ا", "क", "\u094D", "\u05F4", "·", "\u1161", "\u11A8", "ᄀ", "가", "\u200B", "\u200C",
            "\u200D", "\u200E", "\uFE0F", "\uFE0E", "\u20E3", "\uFEFF", "\u0600", "\ud83d", "\ude42", "❤", "👩", "🏽", "🇩", "🇪",
            "🏴", "\U000E0067", "\U000E007F", "℗", "↔", "\U0001D160", "𐐀", "\u2800", "*", "#", "5", "→", "\u180B", "ᠠ"];
        Gen<string> text = Gen.ArrayOf(Gen.Elements(traps)).Select(string.Concat);
        Check.One(Runs(30_000), Prop.ForAll(text.ToArbitrary(), KeepsWords));
    }

    [Fact]
    public void Each_word_of_any_character_is_found_again_as_it_is()
    {
        // Ideographs and syllables of Hangul are all alike, and the third plane has nothing but ideographs.
        foreach (int point
            in Enumerable.Range(0, 0x20000).Concat(Enumerable.Range(0x2F800, 0x200)).Concat(Enumerable.Range(0xE0000, 0x200)))
        {
            if (point is (> 0x3500 and < 0x9F00) or (> 0xAC80 and < 0xD700) or (>= 0xD800 and < 0xF900) or (> 0x12000 and < 0x1D000))
                continue;
            string c = char.ConvertFromUtf32(point);
            KeepsWords($"{c} x{c} {c}{c}i x {c}\u0307\u0323 I{c}\u0307 -{c} Σ{c}.{c}#");
        }
    }

    private static Config Runs(int count) => Config.QuickThrowOnFailure.WithMaxTest(count).WithReplay(7, 11);

    private static bool KeepsWords(string text)
    {
        foreach (TextOptions options in s_options)
        {
            List<string> words = Tokenizer.Tokenize(text, options);
            if (!Tokenizer.Tokenize(Detokenizer.Detokenize(words, options), options).SequenceEqual(words))
                throw new InvalidOperationException($"{text} -> {string.Join(" | ", words)} -> {Detokenizer.Detokenize(words, options)}");
        }

        return true;
    }
}
