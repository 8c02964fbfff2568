using Reprise.Text;
using Reprise.Text.Languages;

namespace Reprise.Tests.Text;

public sealed class SentenceLanguageTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <param name="sentences">With | between them, which stands for a space in the text.</param>
    [Theory]
    [InlineData(TextLanguage.German, "Wir trafen ihn am 7. Juli um ca. 9 Uhr.|Sie war da.")]
    [InlineData(
        TextLanguage.German,
        "Das ist z. B. Wasser, d. h. Eis, usw.|Dann kam Dr. Klein aus Nr. 7.|Er blieb bis 1850.|Danach nicht mehr.")]
    [InlineData(TextLanguage.German, "Im 19. Jahrhundert lebte hier Friedrich II. von Preußen.|Es war der 5.|Das Haus ist alt.")]
    [InlineData(
        TextLanguage.German,
        "Es ist in der Goethestr. 5 bei Hrn. Weber, u. a. wegen der 2. Auflage.|Es kostet 3,5 Mio. Euro.|Nein.")]
    [InlineData(TextLanguage.German, "„Wer ist da?“, fragte er.|„Ich!“|Sie lachte.|»Komm!«|Er kam nicht.|»Wer?« rief sie.")]
    [InlineData(TextLanguage.German, "Siehe Abb. 3 und S. 12.|Peter kam am Mo. um 8 Uhr.")]
    [InlineData(TextLanguage.Spanish, "Véase pág. 12.|Es claro.|El Sr. Vega comió poco.|Ella nada.")]
    [InlineData(
        TextLanguage.Spanish,
        "Vivo en EE. UU. desde 1990.|La Sra. Gil, p. ej., no.|¿Y Ud. también?|¡Qué pena!|¿Por qué?|Nadie sabe.")]
    [InlineData(
        TextLanguage.Spanish,
        "Son los EE. UU.|Ella se fue a las 5 p. m.|Él no.|La pág. 5, el núm. 3 y el art. 2, etc.|Todo está bien.")]
    [InlineData(TextLanguage.Spanish, "«¡Vamos!», gritó.|«Ya voy.»|Y se fue.|—¿Quién es? —preguntó Ana.|—Yo.|Llamó Ud.|¿No es así?")]
    [InlineData(TextLanguage.French, "« Bonjour ! » dit Paul.|Elle rit.|« Venez ! »|Il partit.|« Où ? » demanda-t-elle.")]
    [InlineData(
        TextLanguage.French,
        "M. Dupont et Mme Leroy vivaient vers 44 av. J.-C. à Rome, p. ex. au n° 5, etc.|C'est tout.|M. Le Brun rit.")]
    [InlineData(TextLanguage.French, "«\u00A0Bonjour\u202F!\u00A0» dit-il.|L'homme est au chap. 3.|Qu'il parte.")]
    [InlineData(TextLanguage.Russian, "В г. Тверь тепло.|Идёт дождь.|В 1850 г. Пушкин был известен.")]
    [InlineData(
        TextLanguage.Russian,
        "Это т. е. давно, и т. д.|Потом он жил на ул. Ленина, д. 5.|Музей им. Горького закрыт.|Я дал им.|Он взял.")]
    [InlineData(TextLanguage.Russian, "Поэт А. С. Пушкин жил в XIX в.|Он умер.|Это сделал я.|Том ушёл.")]
    [InlineData(TextLanguage.Russian, "«Привет!» — сказал он.|— Кто там? — спросила Анна.|— Я.|Она ушла.")]
    [InlineData(
        TextLanguage.Italian,
        "Il sig. Rossi e il dott. Bianchi sono a pag. 5 del vol. 3.|La sig.ra Verdi, ad es., non c'è.|S. Maria è chiusa.")]
    [InlineData(TextLanguage.Italian, "Il pane, il latte ecc.|Poi basta.|«Andiamo!» disse.")]
    [InlineData(
        TextLanguage.Portuguese,
        "O Sr. Silva e a Sra. Costa moram na Av. Brasil, n.º 5.|Ela não.|D. Pedro era rei.|— Quem é? — perguntou ela.")]
    [InlineData(
        TextLanguage.Dutch,
        "Dhr. Jansen en mevr. De Vries wonen op nr. 5, d.w.z. in Utrecht.|Het is bijv. Jan.|Brood, kaas enz.|Daarna niet.")]
    [InlineData(TextLanguage.Dutch, "Daarna gingen zij.|'s Avonds regent het.|Hij sliep.")]
    [InlineData(
        TextLanguage.English,
        "Pres. Adams met Fr. Hall in Est. 1920.|See ll. 5, fol. 3, Chs. 2, Thm. 4, Def. 1, Prop. 2, Cor. 7, Ex. 9 and fn. 3.")]
    [InlineData(
        TextLanguage.English,
        "It is by Proust (trans. Kilmartin), ser. 2, Suppl. 4, Eqs. 3.|His idea of a prop.|Tom saw a def.|Yes.")]
    [InlineData(
        TextLanguage.German,
        "Die Bau GmbH & Co. KG hat rd. 500 und mind. 3 Leute.|Anna, gest. 1950, geb. Weber, war 5 Min. da.|Er nicht.")]
    [InlineData(TextLanguage.German, "Am 24. 12. 2020 kam er.|Am 3.1. 2021 ging er.|Siehe S. 3.|Dann am 5. Mai.")]
    [InlineData(TextLanguage.Spanish, "Murió en el 44 a. C. en Roma.|En el siglo III a. C. Roma creció.|Él va a C.|Nada.")]
    [InlineData(
        TextLanguage.French,
        "Voir l'art. 5, l’al. 2 et ch. 3.|Il habite l'av. Foch.|Ch. Baudelaire et Ph. Pétain, trad. Dupont, coll. Folio.|Le Cdt. Roy rit.")]
    [InlineData(TextLanguage.French, "Il viendra aujourd'hui.|Le Prof. Blanc aussi.|C'est mon prof.|Paul rit.")]
    [InlineData(TextLanguage.Italian, "L'art. 5 vale, e dell'art. 3 non è.|Oggi l'on. Rossi parla con gli altri.|È dell'anno.|Poi basta.")]
    [InlineData(
        TextLanguage.Russian,
        "Это ок. 1850 г., сер. XIX в. или нач. XX в.|Он род. 1850 и кн. Львов, вып. 3, чл.-корр. РАН, полк. Орлов.|5 руб. 30 коп.|Дорого.")]
    [InlineData(TextLanguage.Russian, "Это сев. Италия.|Цена 5 руб.|Дорого.|Пришёл полк.|Он стоял.")]
    [InlineData(TextLanguage.Other, "جاء د. أحمد إلى البيت.|كان ذلك عام 1950 م.|ثم رحل.")]
    [InlineData(TextLanguage.Other, "डॉ. शर्मा आए।|वे गए।|प्रो. वर्मा भी।")]
    [InlineData(TextLanguage.Spanish, "César vivió hasta el 44 a. C.|Él fue a Roma.|La casa de al lado es para el Sr. B.|Ella no.")]
    [InlineData(TextLanguage.German, "Es dauert min. 5 Stunden, d. h. 300 Min.|Das Haus der Firma Schmidt & Co.|Die Frau war da.")]
    [InlineData(
        TextLanguage.English,
        "It was Est. 1850 by the U.S. Army.|She is trans.|He is not.|I. E. Smith came.|See the chap. II, ll. 5.|No.")]
    [InlineData(TextLanguage.Other, "هل تريد القهوة؟|نعم!|«هل تريد الشاي؟» قال أحمد.")]
    [InlineData(TextLanguage.Other, "یہ کتاب ہے۔|وہ گھر ہے۔")]
    [InlineData(TextLanguage.Other, "Το πλοίο έφυγε.|Πού πήγε ο Νίκος!")]
    public void Sentences_end_as_their_language_ends_them(TextLanguage language, string sentences)
    {
        string text = sentences.Replace('|', ' ');
        string.Join('|', SentenceSplitter.Split(text, language)).ShouldBe(sentences);
        string.Join('|', SentenceSplitter.Split(text)).ShouldBe(sentences, "as guessed");
    }

    /// <param name="sentences">With | between them, where nothing stands in the text.</param>
    [Theory]
    [InlineData("昨天下了雨，我没出门。|今天呢？|你来吗？！|好……吧。|价格是3.5元。")]
    [InlineData("他说：“走吧！”|她笑了。|“去哪儿？”他问。|（他是老师。）|他走了（真的！他走了）。")]
    [InlineData("昨日は雨でした。|家にいました。|「行こう。」と彼は言った。|「本当？」|彼女は笑った。")]
    [InlineData("すごい!|行こう．|明日３．５時。")]
    [InlineData("यह किताब है।|वह घर है।|मैं यहाँ हूँ॥")]
    public void Signs_of_scripts_without_white_space_end_sentences_alone(string sentences)
    {
        string.Join('|', SentenceSplitter.Split(sentences.Replace("|", "", StringComparison.Ordinal))).ShouldBe(sentences);
    }

    [Theory]
    [InlineData("The boat and the oars were in the shed.", TextLanguage.English)]
    [InlineData("Das Boot und die Ruder waren nicht im Schuppen.", TextLanguage.German)]
    [InlineData("La barca y los remos no estaban en el cobertizo.", TextLanguage.Spanish)]
    [InlineData("La barque et les rames étaient dans la remise.", TextLanguage.French)]
    [InlineData("La barca e i remi non erano nella rimessa.", TextLanguage.Italian)]
    [InlineData("De boot en de riemen lagen niet in de schuur.", TextLanguage.Dutch)]
    [InlineData("O barco e os remos não estavam no barracão.", TextLanguage.Portuguese)]
    [InlineData("Лодка и вёсла были в сарае.", TextLanguage.Russian)]
    [InlineData("船和桨都在棚子里。", TextLanguage.Chinese)]
    [InlineData("舟とオールは小屋にあった。", TextLanguage.Japanese)]
    [InlineData("كان القارب في السقيفة.", TextLanguage.Other)]
    [InlineData("Kupi 42!", TextLanguage.English)]
    [InlineData("12 + 30", TextLanguage.English)]
    public void A_language_is_guessed_by_script_and_small_words(string text, TextLanguage expected) =>
        LanguageGuess.Of(text, TextLanguage.English).ShouldBe(expected);

    [Fact]
    public void A_given_language_is_not_guessed_over()
    {
        const string Text = "Es war am 3. Mai. Das Boot kam.";
        SentenceSplitter.Split(Text).ShouldBe(["Es war am 3. Mai.", "Das Boot kam."]);
        SentenceSplitter.Split(Text, TextLanguage.English).ShouldBe(["Es war am 3.", "Mai.", "Das Boot kam."]);
    }

    [Fact]
    public void A_corpus_notes_the_language_that_was_guessed_or_given()
    {
        string german = _folder.Write(
            "de.txt", "Das Boot kam am 3. Mai nach Nr. 7. Es war nicht leer.\n\nDie Ruder und das Netz fehlten.\n");
        CorpusInfo guessed = Prepared(german, null, out string[] sentences);
        guessed.Text.Language.ShouldBe(TextLanguage.German);
        sentences.ShouldBe(["das boot kam am 3 . mai nach nr. 7 .", "es war nicht leer .", "die ruder und das netz fehlten ."]);
        File.ReadAllText(_folder["corpus/corpus.json"]).ShouldContain("\"language\": \"de\"");
        Prepared(german, TextLanguage.English, out sentences).Text.Language.ShouldBe(TextLanguage.English);
        sentences[0].ShouldBe("das boot kam am 3 .");
    }

    [Fact]
    public void Records_of_several_languages_are_each_split_by_their_own()
    {
        string table = _folder.Write("a.csv", """
            text
            We saw him on Jan. 20 at the pier. He was not alone.
            Er kam am 3. Mai um ca. 5 Uhr an. Sie kam nicht.
            В г. Тверь тепло. Идёт дождь.
            今天天气很好。明天再见。
            """);
        Prepared(table, null, out string[] sentences).Counts.Read.ShouldBe(8);
        sentences.Length.ShouldBe(8);
    }

    [Theory]
    [InlineData(TextLanguage.German, "Das ist Nr. 7, z. B. für Dr. Klein usw. so", "das ist nr. 7 , z. b. für dr. klein usw. so")]
    [InlineData(
        TextLanguage.Russian,
        "В г. Тверь на ул. Мира, т. е. далеко от меня и тебя.",
        "в г. тверь на ул. мира , т. е. далеко от меня и тебя .")]
    [InlineData(TextLanguage.English, "On Jan. 20 he said no.", "on jan. 20 he said no .")]
    [InlineData(null, "On Jan. 20 he met Mr. Brown.", "on jan . 20 he met mr. brown .")]
    public void Words_keep_the_points_that_their_language_gives_them(TextLanguage? language, string text, string words)
    {
        TextOptions options = new() { Language = language };
        List<string> found = Tokenizer.Tokenize(text, options);
        string.Join(' ', found).ShouldBe(words);
        Tokenizer.Tokenize(Detokenizer.Detokenize(found, options), options).ShouldBe(found);
    }

    private CorpusInfo Prepared(string input, TextLanguage? language, out string[] sentences)
    {
        PrepareOptions options = new()
        {
            Inputs = [input],
            Text = new TextOptions { Language = language },
            TestShare = 0,
            MinimumWords = 1,
            Overwrite = true,
        };
        CorpusInfo info = Prepare.Corpus(options, _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        sentences = [.. CorpusTests.Sentences(corpus.Train, corpus.Vocabulary)];
        return info;
    }
}
