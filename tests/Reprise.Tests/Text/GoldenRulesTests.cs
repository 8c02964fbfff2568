using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>
/// The kinds of the public list that is known as the golden rules of English sentence splitting, in its order, with sentences of our own.
/// docs/sentences.md says the same in words.
/// </summary>
public class GoldenRulesTests
{
    /// <param name="sentences">With | between them, which stands for a space in the text.</param>
    [Theory]
    [InlineData("1 full stop", "The kettle boiled.|Nobody heard it.")]
    [InlineData("2 question mark", "Where is the ladder?|Ruth took it.")]
    [InlineData("3 exclamation mark", "What a storm!|We stayed in.")]
    [InlineData("4 capital initial", "The prize went to Clara T. Holm of Bergen.")]
    [InlineData("5 small letter with a point", "The map is on p. 31 of the atlas.")]
    [InlineData("6 small abbreviation within", "Did Otto and co. bring the boat?")]
    [InlineData("7 capital abbreviation within", "The mill was sold by Marsh, Webb & Co. in spring.")]
    [InlineData("8 small abbreviation at the end", "Write to Otto and co.|They have the keys.")]
    [InlineData("9 capital abbreviation at the end", "The mill was sold by Marsh, Webb & Co.|It burned down later.")]
    [InlineData("10 abbreviation before a name", "We climbed Mt. Kenya in June.")]
    [InlineData("11 before and after a name", "St. Olaf's School is on 3rd st. by the river.")]
    [InlineData("12 possessive of an abbreviation", "This was Hal Greene Jr.'s first farm.")]
    [InlineData("13 several points within", "She flew to the U.S.A. in March.")]
    [InlineData("14 several points at the end", "Norway is not in the E.U.|What about Malta?")]
    [InlineData("15 U.S. at the end", "My aunt lives in the U.S.|Where does yours live?")]
    [InlineData("16 U.S. before a capital", "He served in the U.S. Navy for two years.")]
    [InlineData("17 U.S. before a small letter", "They have traded with the U.S. since then.")]
    [InlineData(
        "18 time of day within and at the end",
        "At 7 a.m. Mrs. Lund fed the hens.|She shut the gate at 8 P.M.|Mrs. Lund was tired.")]
    [InlineData("19 number within", "The rope cost $12.50 at the harbour.")]
    [InlineData("20 number at the end", "The rope cost $12.50.|It broke at once.")]
    [InlineData("21 sentence in brackets within", "Ines plays the harp (She began at six years of age.) in the town band.")]
    [InlineData("22 mail address", "Write to ben.hale@harbour.example.org.|He answers soon.")]
    [InlineData("23 web address", "The plan is at https://www.harbour.example.org/plans/2.1/new_pier.html.|Please read it.")]
    [InlineData("24 single quotes within", "The old man laughed, 'That is my hat.' he told us.")]
    [InlineData("25 double quotes within", "The old man laughed, \"That is my hat.\" he told us.")]
    [InlineData("26 double quotes at the end", "The old man laughed, \"That is my hat.\"|He put it on at once.")]
    [InlineData("27 two exclamation marks", "Stop!!|The bridge is out.")]
    [InlineData("28 two question marks", "Stop??|Who says so?")]
    [InlineData("29 exclamation and question mark", "Stop!?|Are you mad?")]
    [InlineData("30 question and exclamation mark", "Stop?!|Are you mad?")]
    [InlineData("31 list: point and bracket, no point at the end", "1.) Boil the water|2.) Warm the pot")]
    [InlineData("32 list: point and bracket, point at the end", "1.) Boil the water.|2.) Warm the pot.")]
    [InlineData("33 list: bracket, no point at the end", "1) Boil the water|2) Warm the pot")]
    [InlineData("34 list: bracket, point at the end", "1) Boil the water.|2) Warm the pot.")]
    [InlineData("35 list: point, no point at the end", "1. Boil the water|2. Warm the pot")]
    [InlineData("36 list: point, point at the end", "1. Boil the water.|2. Warm the pot.")]
    [InlineData("37 list: bullet", "• 3. Boil the water|• 4. Warm the pot")]
    [InlineData("38 list: hyphen bullet", "⁃3. Boil the water|⁃4. Warm the pot")]
    [InlineData("39 list: letters", "a. Boil the water|b. Warm the pot|c. Fetch the milk")]
    [InlineData("40 line break in a sentence, as from a PDF", "The ferry left the island\nbefore the fog came.")]
    [InlineData("41 line break after a space in a sentence", "The ferry left \nbefore the fog came.|We waved.")]
    [InlineData("43 place number", "The hut stands at N°. 2041.118.207.|Nobody lives there.")]
    [InlineData("44 name with an exclamation mark", "He wrote songs for Wham! in those years.")]
    [InlineData("45 I at the end and I as an initial", "Nobody knew but you and I.|Have you met Walter I. Finch yet?")]
    [InlineData("46 ellipsis at the end of a quotation", "The guide says that further on “the path grows less certain. . . .”")]
    [InlineData("47 ellipsis in square brackets", "\"The mason [...] laid the stone of the pier [...]\" (Webb 12).")]
    [InlineData(
        "48 spaced ellipsis and point at the end",
        "Where a clerk leaves out the rest of a letter, he sets three points and then a full stop . . . .|Nobody minds.")]
    [InlineData("49 four points", "He had never asked for this....|The door opened.")]
    [InlineData("50 ellipsis within", "We could not ... well, I mean...you know . . . that is, the boat . . . I never liked it.")]
    [InlineData(
        "51 ellipses within and at the end",
        "The second part is not in his hand . . . and was added later by a clerk. . . .|The third is lost. . . .")]
    public void A_rule_is_met(string rule, string sentences) =>
        string.Join('|', SentenceSplitter.Split(sentences.Replace('|', ' '), TextLanguage.English)).ShouldBe(sentences, rule);

    [Theory]
    [InlineData("42 list of lines without signs: books are wrapped like that", "ladders\nropes and nails\npaint")]
    [InlineData("52 no white space between sentences: names such as node.js are written like that", "The kettle boiled.Nobody heard it.")]
    public void A_rule_is_not_met_and_the_text_stays_one_sentence(string rule, string text) =>
        SentenceSplitter.Split(text, TextLanguage.English).ShouldBe([text], rule);
}
