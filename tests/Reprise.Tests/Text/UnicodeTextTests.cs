using System.Security.Cryptography;
using System.Text;
using Reprise.Text;

namespace Reprise.Tests.Text;

public class UnicodeTextTests
{
    private static readonly TextOptions s_penn = new();
    private static readonly TextOptions s_asTheyAre = new() { LowerCase = false };

    [Theory]
    [InlineData("cafe\u0301 nai\u0308ve", "caf\u00E9 na\u00EFve")]
    [InlineData("a\u0301\u0323 a\u0323\u0301 \u00E1\u0323", "\u1EA1\u0301 \u1EA1\u0301 \u1EA1\u0301")]
    [InlineData("\u212B \u2126 \u212A \uF900", "\u00C5 \u03A9 K \u8C48")]
    [InlineData("\u1112\u1161\u11AB \uD558\u11AB \u1112\u1161", "\uD55C \uD55C \uD558")]
    [InlineData("\u0958 \u0915\u093C \uFB31 \u0344", "\u0915\u093C \u0915\u093C \u05D1\u05BC \u0308\u0301")]
    [InlineData("x\u0301\u0301\u0327\u0301", "x\u0327\u0301\u0301\u0301")]
    [InlineData("\U0001D160 \U00011099\U000110BA", "\U0001D158\U0001D165\U0001D16E \U0001109A")]
    public void Spellings_that_mean_the_same_are_one(string text, string expected) =>
        Normal(text, lowerCase: false).ShouldBe(expected);

    [Fact]
    public void Half_a_surrogate_pair_is_what_a_file_would_make_of_it() =>
        Normal("a\uD800b\uDC00\uD83D\uDE42", lowerCase: false).ShouldBe("a\uFFFDb\uFFFD\uD83D\uDE42");

    [Fact]
    public void All_characters_are_composed_as_Unicode_16_has_it()
    {
        // The digest of what ICU 78 makes of the same texts, compared text by text when this test was written.
        using IncrementalHash digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        UnicodeText unicode = new();
        char[] normal = new char[32];
        foreach (int point in Enumerable.Range(0, 0x110000).Where(c => c is < 0xD800 or > 0xDFFF))
        {
            if (Invisible.MayGo(point) || Invisible.IsSpace(point))
                continue;
            string c = char.ConvertFromUtf32(point);
            foreach (string text in (string[])[c, $"o\u0302{c}\u0301", c + "\u0323\u0301"])
                digest.AppendData(Encoding.UTF8.GetBytes(normal, 0, unicode.Apply(text, normal, lowerCase: false)));
        }

        Convert.ToHexStringLower(digest.GetHashAndReset()).ShouldBe("016587e846eda7dd732702b8dc1bd6042b439cbb174b8da01e787e7bff3ede30");
    }

    [Fact]
    public void A_hundred_thousand_marks_on_a_letter_are_sorted_in_no_time()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 50_000));
        Normal("x" + marks, lowerCase: true).ShouldBe("x" + new string('\u0323', 50_000) + new string('\u0301', 50_000));
    }

    [Theory]
    [InlineData("DİYARBAKIR'A GİTTİ.", "diyarbakir'a gitti .")]
    [InlineData("DI\u0307YAR diyar Di\u0307yar I\u0323\u0307", "diyar diyar diyar \u1ECB")]
    [InlineData("ΣΑΣ σας ΟΔΟΣ, Σ ΣΟΦΟΣ-ΦΙΛΟΣ ΑΣ\u0301 ΑΣ\u00ADΑ", "σας σας οδος , σ σοφος-φιλος ας\u0301 ασα")]
    [InlineData("J\u030C \u01F0 STRAẞE straße", "\u01F0 \u01F0 straße straße")]
    [InlineData("\U00010400 ΐ Ϊ\u0301 Ǆ ǅ", "\U00010428 ΐ ΐ ǆ ǆ")]
    [InlineData("ПРИВЕТ Й И\u0306", "привет й й")]
    public void Small_letters_have_one_spelling(string text, string expected) => Words(text, s_penn).ShouldBe(expected);

    [Fact]
    public void Letters_that_stay_as_they_are_keep_their_dots() =>
        Words("DİYAR DI\u0307YAR ΣΑΣ", s_asTheyAre).ShouldBe("DİYAR DİYAR ΣΑΣ");

    [Theory]
    [InlineData("The old\u200Bcat", "the old cat")]
    [InlineData("old\u200E cat sees\u200F", "old cat sees")]
    [InlineData("\u061CThe \u2066old\u2069 \u202Bcat\u202C", "the old cat")]
    [InlineData("cat\u2060sees tall\u00ADdog \uFEFFa\uFEFFb", "catsees talldog ab")]
    [InlineData("cat\u200Csees the tall\u200Ddog", "catsees the talldog")]
    [InlineData("a \u200B \u200D \u2060 \uFE0F \u3164 \u034F \u2800 b", "a b")]
    [InlineData("e\u200D\u0301 e\u034F\u0301 e\uFE0F\u0301", "é é é")]
    [InlineData("می\u200Cخواهم क\u094D\u200Dष क\u094D\u200D \u200Cم", "می\u200Cخواهم क\u094D\u200Dष क\u094D م")]
    [InlineData("葛\uFE00 葛\U000E0100 x\uFE0F", "葛 葛 x")]
    public void Invisible_characters_belong_to_their_word_or_are_removed(string text, string expected)
    {
        Words(text, s_penn).ShouldBe(expected);
        Words(text, TextOptions.Foreign with { LowerCase = true }).ShouldBe(expected);
    }

    [Theory]
    [InlineData("family 👨\u200D👩\u200D👧 and heart ❤\uFE0F", "family 👨\u200D👩\u200D👧 and heart ❤\uFE0F")]
    [InlineData("👍🏽👍👍🏿!", "👍🏽 👍 👍🏿 !")]
    [InlineData("the🇩🇪🇫🇷🇩 flag", "the 🇩🇪 🇫🇷 🇩 flag")]
    [InlineData("5\uFE0F\u20E36\u20E3 *\uFE0F\u20E3", "5\uFE0F\u20E3 6\u20E3 *\uFE0F\u20E3")]
    [InlineData("c#\uFE0F\u20E3 x-5\uFE0F\u20E3", "c #\uFE0F\u20E3 x - 5\uFE0F\u20E3")]
    [InlineData("🏴\U000E0067\U000E0062\U000E007F🏳\uFE0F\u200D🌈", "🏴\U000E0067\U000E0062\U000E007F 🏳\uFE0F\u200D🌈")]
    [InlineData("👩🏽\u200D🚀🙂\u200D↔\uFE0F❤\uFE0F\u200D🔥ok", "👩🏽\u200D🚀 🙂\u200D↔\uFE0F ❤\uFE0F\u200D🔥 ok")]
    [InlineData("so 🙂\u200D now\u200D👧", "so 🙂 now 👧")]
    public void A_picture_is_one_word_with_all_that_is_joined_to_it(string text, string expected) => Words(text, s_penn).ShouldBe(expected);

    [Theory]
    [InlineData("हिन्दी में लिखा।", "हिन्दी में लिखा ।")]
    [InlineData("เขาไปที่บ้าน", "เขาไปที่บ้าน")]
    [InlineData("هل تريد الشَّاي؟ نعم، شكرا.", "هل تريد الشَّاي ؟ نعم ، شكرا .")]
    [InlineData("צה״ל שָׁלוֹם ג׳ירף", "צה״ל ש\u05B8\u05C1לו\u05B9ם ג׳ירף")]
    [InlineData("今天天气很好，我们去。二〇二四年", "今天天气很好 ， 我们去 。 二〇二四年")]
    [InlineData("col·lecció 𐐨𐐩 𠀀𠀁", "col·lecció 𐐨𐐩 𠀀𠀁")]
    [InlineData("@Anna mailed #Help, # 5 and F# to a+b@c", "@anna mailed #help , # 5 and f# to a + b@c")]
    public void Words_of_all_scripts_keep_their_marks(string text, string expected) => Words(text, s_penn).ShouldBe(expected);

    private static string Words(string text, TextOptions options) => string.Join(' ', Tokenizer.Tokenize(text, options));

    private static string Normal(string text, bool lowerCase)
    {
        char[] normal = new char[3 * text.Length];
        return new string(normal, 0, new UnicodeText().Apply(text, normal, lowerCase));
    }
}
