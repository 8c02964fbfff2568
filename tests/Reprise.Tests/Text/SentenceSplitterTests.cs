using Reprise.Text;

namespace Reprise.Tests.Text;

public class SentenceSplitterTests
{
    [Theory]
    [InlineData("It rained. He left! Why? Nobody knew.", "It rained.|He left!|Why?|Nobody knew.")]
    [InlineData("\"Why?\" he said. Then he left.", "\"Why?\" he said.|Then he left.")]
    [InlineData("\"Strange!\" I cried. \"Very strange.\"", "\"Strange!\" I cried.|\"Very strange.\"")]
    [InlineData("\"Really?\" Mr. Tom Brown asked. No.", "\"Really?\" Mr. Tom Brown asked.|No.")]
    [InlineData("\"Go!\" He went.", "\"Go!\"|He went.")]
    [InlineData("I met Mr. Holmes and Dr. Watson. J. R. Smith came too.", "I met Mr. Holmes and Dr. Watson.|J. R. Smith came too.")]
    [InlineData("It was I. He knew.", "It was I.|He knew.")]
    [InlineData("At 5 p.m. he slept. At 6 a.m. He woke.", "At 5 p.m. he slept.|At 6 a.m.|He woke.")]
    [InlineData("Tea, cake, etc. were served. Ham, etc. All good.", "Tea, cake, etc. were served.|Ham, etc.|All good.")]
    [InlineData("He stopped ... and went on... Then he fell.", "He stopped ... and went on...|Then he fell.")]
    [InlineData("\"I... I don't know.\" She wept.", "\"I... I don't know.\"|She wept.")]
    [InlineData("It costs 3.50 in No. 5 Baker St. today.", "It costs 3.50 in No. 5 Baker St. today.")]
    [InlineData("No end mark here", "No end mark here")]
    [InlineData(
        "One line\nwraps here. Next\r\nline.\n\nNew paragraph\n \n\nLast", "One line\nwraps here.|Next\r\nline.|New paragraph|Last")]
    [InlineData("He paused.\n\nand went", "He paused.|and went")]
    [InlineData("(It was late.) We left.", "(It was late.)|We left.")]
    [InlineData("“Why?” she said. “Go.”", "“Why?” she said.|“Go.”")]
    [InlineData("", "")]
    [InlineData(" \n \n ", "")]
    public void Prose_is_parted_where_sentences_end(string text, string expected) =>
        string.Join('|', SentenceSplitter.Split(text)).ShouldBe(expected);
}
