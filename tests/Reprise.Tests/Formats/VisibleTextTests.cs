using Reprise.Formats;

namespace Reprise.Tests.Formats;

/// <summary>Text from outside that would steer a terminal or turn a line around.</summary>
public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("plain text, na\u00efve caf\u00e9", "plain text, na\u00efve caf\u00e9")]
    [InlineData("red \u001b[31m text", "red \ufffd[31m text")]
    [InlineData("title \u001b]0;owned\u0007", "title \ufffd]0;owned\ufffd")]
    [InlineData("c1 \u009b31m \u0090", "c1 \ufffd31m \ufffd")]
    [InlineData("bell\b\u007f", "bell\ufffd\ufffd")]
    [InlineData("evil\u202etxt.exe\u2066", "evil\ufffdtxt.exe\ufffd")]
    [InlineData("one\ttwo\r\nthree\u2028four\u0085five", "one two  three four five")]
    [InlineData("\U0001F468\u200D\U0001F469", "\U0001F468\u200D\U0001F469")]
    public void Only_what_is_hidden_is_replaced(string text, string visible) => VisibleText.Of(text).ShouldBe(visible);

    [Fact]
    public void Half_of_a_surrogate_pair_is_replaced() => VisibleText.Of($"a{(char)0xD83D}b").ShouldBe("a\ufffdb");

    [Fact]
    public void A_quoted_text_is_short_and_visible() => Quote.Of("\u001b" + new string('x', 60)).ShouldBe($"\ufffd{new string('x', 39)}…");
}
