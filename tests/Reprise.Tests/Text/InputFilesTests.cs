using System.Diagnostics;
using Reprise.Tests.Formats;
using Reprise.Text;

namespace Reprise.Tests.Text;

/// <summary>Files are read once each, regular ones alone, as they were when they were found.</summary>
public sealed class InputFilesTests : IDisposable
{
    private const string Sentence = "The cat sat on the mat.\n";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_is_read_once_whatever_its_names()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux identifies names of one file");
        _folder.Write("books/a.txt", Sentence);
        File.CreateSymbolicLink(_folder["books/b.txt"], _folder["books/a.txt"]);
        Hard(_folder["books/a.txt"], _folder["books/c.txt"]);
        Directory.CreateSymbolicLink(_folder["shelf"], _folder["books"]);
        Read(_folder["books"], _folder["shelf"], _folder["books/*.txt"], _folder["shelf/b.txt"]).Counts.Read.ShouldBe(1);
    }

    [Fact]
    public void Links_to_folders_are_reported_and_not_followed()
    {
        _folder.Write("elsewhere/more.txt", Sentence);
        _folder.Write("books/a.txt", Sentence);
        _folder.Write("books/deep/b.txt", "A dog ran over the hill.\n");
        Directory.CreateSymbolicLink(_folder["books/self"], ".");
        Directory.CreateSymbolicLink(_folder["books/up"], "..");
        Directory.CreateSymbolicLink(_folder["books/deep/one"], "..");
        Directory.CreateSymbolicLink(_folder["books/deep/two"], "../..");
        Directory.CreateSymbolicLink(_folder["books/there"], _folder["elsewhere"]);
        CorpusInfo info = SpecialFiles.InTime(() => Read(_folder["books"]));
        info.Counts.Read.ShouldBe(2);
        info.Warnings.ShouldContain(warning => warning.Contains("a link to a folder, which is not followed"));
        info.Warnings[^1].ShouldContain("5 links to folders in all");
        SpecialFiles.InTime(() => Read(_folder["books/**/*.txt"])).Counts.Read.ShouldBe(2);
        Read(_folder["books/there"]).Counts.Read.ShouldBe(1); // it was named
    }

    [Fact]
    public void A_folder_that_holds_nothing_but_links_to_folders_is_refused_as_such()
    {
        _folder.Write("elsewhere/more.txt", Sentence);
        Directory.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(_folder["books"]).FullName, "there"), _folder["elsewhere"]);
        Refused(_folder["books"]).ShouldContain("a link to a folder, which is not followed");
    }

    [Fact]
    public void Listing_ends_with_a_cancellation()
    {
        _folder.Write("books/a.txt", Sentence);
        PrepareOptions options = new() { Inputs = [_folder["books"]] };
        CancellationToken cancelled = new(canceled: true);
        Should.Throw<OperationCanceledException>(() => CorpusBuilder.Build(options, _folder["corpus"], cancelled));
    }

    [Fact]
    public void An_entry_that_is_no_file_in_a_folder_is_skipped_and_reported()
    {
        _folder.Write("books/a.txt", Sentence);
        SpecialFiles.Pipe(_folder["books/b.txt"]);
        SpecialFiles.Zero(_folder["books/c.txt"]);
        File.CreateSymbolicLink(_folder["books/d.txt"], _folder["nowhere"]);
        foreach (string input in (string[])[_folder["books"], _folder["books/*.txt"]])
        {
            CorpusInfo info = SpecialFiles.InTime(() => Read(input));
            info.Counts.Read.ShouldBe(1);
            info.Warnings.ShouldBe([
                $"{_folder["books/b.txt"]}: passed over: it is a pipe and no file",
                $"{_folder["books/c.txt"]}: passed over: it is a device and no file",
                $"{_folder["books/d.txt"]}: passed over: a link that leads nowhere",
            ], ignoreOrder: true);
        }
    }

    [Fact]
    public void A_folder_of_pipes_has_no_text()
    {
        Directory.CreateDirectory(_folder["pipes"]);
        string pipe = SpecialFiles.Pipe(_folder["pipes/a.txt"]);
        Refused(_folder["pipes"]).ShouldContain($"{pipe}: passed over: it is a pipe");
    }

    [Fact]
    public void A_named_pipe_that_is_given_is_read_when_somebody_writes()
    {
        string pipe = SpecialFiles.Pipe(_folder["pipe"]);
        Task<CorpusInfo> reading = Task.Run(() => Read(pipe), TestContext.Current.CancellationToken);
        using (FileStream writer = new(pipe, FileMode.Open, FileAccess.Write))
            writer.Write("The cat sat on the mat.\n"u8);
        SpecialFiles.InTime(() => reading.GetAwaiter().GetResult()).Counts.Read.ShouldBe(1);
    }

    [Fact]
    public void A_named_pipe_without_a_writer_gives_way_to_a_cancellation()
    {
        string pipe = SpecialFiles.Pipe(_folder["pipe"]);
        using CancellationTokenSource interruption = new();
        PrepareOptions options = new() { Inputs = [pipe] };
        Task<CorpusInfo> reading = Task.Run(
            () => CorpusBuilder.Build(options, _folder["corpus"], interruption.Token), TestContext.Current.CancellationToken);
        interruption.Cancel();
        Should.Throw<OperationCanceledException>(() => SpecialFiles.InTime(() => reading.GetAwaiter().GetResult()));
        using FileStream other = new(pipe, FileMode.Open, FileAccess.ReadWrite); // frees the thread that is left behind
    }

    [Fact]
    public void A_device_without_end_is_refused() =>
        Refused(SpecialFiles.Zero(_folder["zero"])).ShouldContain("is a device; expected a file");

    [Theory]
    [InlineData(TextFormat.Prose)]
    [InlineData(TextFormat.Lines)]
    [InlineData(null)]
    public void A_file_that_grows_while_it_is_read_is_refused(TextFormat? format) =>
        Changed(format, path => File.AppendAllText(path, Sentence))
            .ShouldContain($"({Long.Length} bytes at first, then {Long.Length + Sentence.Length})");

    [Fact]
    public void A_file_that_shrinks_while_it_is_read_is_refused() => Changed(TextFormat.Lines, path =>
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        file.SetLength(100);
    }).ShouldContain($"({Long.Length} bytes at first, then 100)");

    [Fact]
    public void A_file_that_is_written_to_in_place_while_it_is_read_is_refused() => Changed(TextFormat.Lines, path =>
    {
        using (FileStream file = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.Write("x"u8);
        File.SetLastWriteTimeUtc(path, new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // clocks of file systems are coarse
    }).ShouldContain("the file was changed while it was read;");

    private static string Long { get; } = string.Concat(Enumerable.Repeat(Sentence, 50_000)); // several chunks

    private string Changed(TextFormat? format, Action<string> change)
    {
        string path = _folder.Write("a.txt", Long);
        PrepareOptions options = new() { Inputs = [path], Format = format, Threads = 1, Progress = new Once(() => change(path)) };
        string message = Should.Throw<InputException>(() => Prepare.Corpus(options, _folder["corpus"])).Message;
        message.ShouldStartWith($"{path}: the file was changed while it was read");
        Directory.Exists(_folder["corpus"]).ShouldBeFalse();
        return message;
    }

    private CorpusInfo Read(params string[] inputs) =>
        Prepare.Corpus(new PrepareOptions { Inputs = inputs, TestShare = 0, Overwrite = true }, _folder["corpus"]);

    private string Refused(string input) => Should.Throw<InputException>(() => SpecialFiles.InTime(() => Read(input))).Message;

    private static void Hard(string file, string link)
    {
        using Process process = Process.Start("ln", [file, link]);
        process.WaitForExit(60_000).ShouldBeTrue();
        process.ExitCode.ShouldBe(0);
    }

    private sealed class Once(Action action) : IProgress<PrepareProgress>
    {
        private bool _done;

        public void Report(PrepareProgress value)
        {
            if (!_done)
                action();
            _done = true;
        }
    }
}
