using Reprise.Text;

namespace Reprise.Tests.Text;

public sealed class ProseMarksTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("The _quiet_ doctor came.", "The quiet doctor came.")]
    [InlineData(
        "_The old dog slept. The cat did not._ Then \"_go!_\" she said.",
        "The old dog slept.|The cat did not.|Then \"go!\" she said.")]
    [InlineData("It was _so_, and_so on_ and (_never_)--_ever_.", "It was so, and_so on_ and (never)--ever.")]
    [InlineData(
        "Call my_long_name, __init__ or a_b_ of _snake_case_ and _field here.",
        "Call my_long_name, __init__ or a_b_ of snake_case and _field here.")]
    [InlineData(
        "Sign here ____ and see http://example.org/_a/_b_c for more.",
        "Sign here ____ and see http://example.org/_a/_b_c for more.")]
    [InlineData("One _wraps\nhere_ too.\n\nOne _opens.\n\nOne closes_ alone.", "One wraps\nhere too.|One _opens.|One closes_ alone.")]
    public void Underscores_of_emphasis_go_and_those_of_names_stay(string text, string expected) =>
        string.Join('|', SentenceSplitter.Split(text, TextLanguage.English)).ShouldBe(expected);

    [Theory]
    [InlineData("It was built in 1850.[3] It fell in 1902.[4][15] Nobody cared.", "It was built in 1850.|It fell in 1902.|Nobody cared.")]
    [InlineData(
        "The mill[12], the pier[a] and the inn[note 2] are \"old\".[nb 1] [7] So is he.",
        "The mill, the pier and the inn are \"old\".|So is he.")]
    [InlineData("As in [3] and [4], the [sic] mill [...] stood (see [5]).", "As in [3] and [4], the [sic] mill [...] stood (see [5]).")]
    [InlineData(
        "The U.S.[6] Army wrote x[3] = 5 and [1850] there. [2] shows it.",
        "The U.S. Army wrote x[3] = 5 and [1850] there.|[2] shows it.")]
    [InlineData("It was built in 1850.³ It has 40 m² and 2³ doors.", "It was built in 1850.|It has 40 m² and 2³ doors.")]
    [InlineData(
        "Known.[12]–[15] Next. Seen,[1],[2] too.[3]-[5] Use items[0] and a[00].",
        "Known.|Next.|Seen, too.|Use items[0] and a[00].")]
    [InlineData(
        "Known.[citation needed] Next. Some[who?] say[Clarification needed] so. [better source needed] Yes: [help needed] now.",
        "Known.|Next.|Some say so.|Yes: [help needed] now.")]
    public void Marks_of_footnotes_go_and_other_brackets_stay(string text, string expected) =>
        string.Join('|', SentenceSplitter.Split(text, TextLanguage.English)).ShouldBe(expected);

    [Theory]
    [InlineData("She left . . . and he stayed. . . . The door shut.", "She left . . . and he stayed. . . .|The door shut.")]
    [InlineData(
        "She left .\u00A0.\u00A0. and he . .\n. stayed. .NET is no word.",
        "She left .\u00A0.\u00A0. and he . .\n. stayed.|.NET is no word.")]
    [InlineData("\"I . . . I cannot.\" He wept.", "\"I . . . I cannot.\"|He wept.")]
    [InlineData(
        "Figs. 3 and 4 of Lund et al. (2014), pp. 12 and No. 5, ca. 1850, vol. II, e.g. Rome. End.",
        "Figs. 3 and 4 of Lund et al. (2014), pp. 12 and No. 5, ca. 1850, vol. II, e.g. Rome.|End.")]
    [InlineData(
        "On Jan. 20 he left the U.S. He never wrote. At 5 p.m. Then he did.",
        "On Jan. 20 he left the U.S.|He never wrote.|At 5 p.m.|Then he did.")]
    [InlineData(
        "It was Tom's. Ann didn't. He came in. The art was lost. Plan b. Tom said no. 3 men left.",
        "It was Tom's.|Ann didn't.|He came in.|The art was lost.|Plan b.|Tom said no. 3 men left.")]
    [InlineData(
        "He knew (would you guess it?) I was there. My iPhone rang. iPhones do. See v. 2.1.0 of a.txt. Yes.",
        "He knew (would you guess it?) I was there.|My iPhone rang.|iPhones do.|See v. 2.1.0 of a.txt.|Yes.")]
    [InlineData(
        "Er sagte: «Komm.» Dann „Geh.“ Und »Nein.« Ja. He said so.» Then ‘no.’ Yes.",
        "Er sagte: «Komm.»|Dann „Geh.“|Und »Nein.«|Ja.|He said so.»|Then ‘no.’|Yes.")]
    [InlineData("He slept.—The rain fell--and fell.--Nobody came!—and yet.", "He slept.|—The rain fell--and fell.|--Nobody came!—and yet.")]
    [InlineData(
        "It was . . . ! Really . . . ? Yes. \"What . . . ?\" he said. Oh … ! No... ? Well.",
        "It was . . . !|Really . . . ?|Yes.|\"What . . . ?\" he said.|Oh … !|No... ?|Well.")]
    [InlineData(
        "So. . .and then he left. It is so . . .and then not. He knew... .NET is no word.",
        "So. . .and then he left.|It is so . . .and then not.|He knew...|.NET is no word.")]
    public void Points_that_end_nothing_are_told_from_full_stops(string text, string expected) =>
        string.Join('|', SentenceSplitter.Split(text, TextLanguage.English)).ShouldBe(expected);

    [Fact]
    public void Prose_is_cleaned_and_lines_and_code_documentation_are_not()
    {
        const string Text = "The _old_ bridge was built in 1850.[3]";
        Prepared(_folder.Write("a.txt", Text + "\n"), TextFormat.Prose).ShouldBe("the old bridge was built in 1850 .");
        Prepared(_folder.Write("a.csv", "text\n" + Text + "\n"), null).ShouldBe("the old bridge was built in 1850 .");
        Prepared(_folder.Write("b.txt", Text + "\n"), TextFormat.Lines).ShouldBe("the _old_ bridge was built in 1850 . [ 3 ]");
        string xml = $"<doc><members><member name=\"T:A\"><summary>{Text}</summary></member></members></doc>";
        Prepared(_folder.Write("a.xml", xml), null).ShouldStartWith("the _old_ bridge was built in 1850 .");
    }

    [Fact]
    public async Task Much_text_of_marks_takes_no_longer_than_its_length()
    {
        string text = string.Concat(Enumerable.Repeat("_a b_c [1 ", 200_000));
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        Task<List<string>> split = Task.Run(() => SentenceSplitter.Split(text, TextLanguage.English), cancellation);
        (await split.WaitAsync(TimeSpan.FromSeconds(60), cancellation)).ShouldHaveSingleItem().Length.ShouldBe(text.Length - 1);
    }

    private string Prepared(string input, TextFormat? format)
    {
        PrepareOptions options = new() { Inputs = [input], Format = format, TestShare = 0, MinimumWords = 1, Overwrite = true };
        Prepare.Corpus(options, _folder["corpus"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        return string.Join('|', CorpusTests.Sentences(corpus.Train, corpus.Vocabulary));
    }
}
