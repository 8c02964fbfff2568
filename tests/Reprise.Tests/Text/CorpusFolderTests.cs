using System.Text;
using Reprise.Text;

namespace Reprise.Tests.Text;

public sealed class CorpusFolderTests : IDisposable
{
    private const string Sentence = "The cat sat on the mat.";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("notes.md", "holds something already (notes.md) and is no corpus")]
    [InlineData("vocabulary.txt", "holds something already (vocabulary.txt) and is no corpus")]
    [InlineData("config.json", "holds a model or a run (config.json)")]
    [InlineData("model.safetensors", "holds a model or a run (model.safetensors)")]
    public void A_folder_that_is_no_corpus_is_never_overwritten(string name, string message)
    {
        _folder.Write($"corpus/{name}", "mine");
        Refused(overwrite: false, message);
        Refused(overwrite: true, message);
        Directory.GetFileSystemEntries(_folder["corpus"]).ShouldBe([_folder[$"corpus/{name}"]]);
        File.ReadAllText(_folder[$"corpus/{name}"]).ShouldBe("mine");
    }

    [Fact]
    public void Overwriting_replaces_a_corpus_and_nothing_beside_it()
    {
        Prepare.Corpus(Options("Old words stood in this book."), _folder["corpus"]);
        _folder.Write("corpus/notes.md", "mine");
        Refused(overwrite: false, "holds a corpus already");
        Prepare.Corpus(Options(Sentence) with { Overwrite = true }, _folder["corpus"]);
        File.ReadAllText(_folder["corpus/notes.md"]).ShouldBe("mine");
        using (Corpus corpus = Corpus.Open(_folder["corpus"]))
            CorpusTests.Sentences(corpus.Train, corpus.Vocabulary).ShouldBe(["the cat sat on the mat ."]);

        _folder.Write("corpus/model.safetensors", "mine");
        Refused(overwrite: true, "holds a model or a run");
    }

    [Fact]
    public void A_device_in_the_place_of_a_corpuss_file_is_no_corpus_to_overwrite()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no devices in folders there");
        Directory.CreateDirectory(_folder["corpus"]);
        File.CreateSymbolicLink(_folder["corpus/corpus.json"], "/dev/zero");
        Refused(overwrite: true, "corpus.json: is a device; expected a file");
        Names().ShouldBe(["corpus.json"]);
    }

    [Fact]
    public void Files_of_a_killed_run_are_swept()
    {
        string[] leftovers =
        [
            ".prepare.tmp/vocabulary.txt", ".prepare.scratch/words", ".prepare.lock", $".prepare-{Guid.Empty:N}/vocabulary.txt",
        ];
        foreach (string left in leftovers)
            _folder.Write($"corpus/{left}", "half");
        Prepare.Corpus(Options(Sentence), _folder["corpus"]);
        Names().ShouldBe(["corpus.json", "test.safetensors", "train.safetensors", "vocabulary.txt"]);
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Train.Count.ShouldBe(1);
    }

    [Fact]
    public void One_process_at_a_time_makes_a_corpus_in_a_folder()
    {
        string? refusal = null;
        PrepareOptions first = Options(Sentence), second = Options("Another sentence is in this text.");
        first = first with
        {
            Progress = new Now(() => refusal ??= Should.Throw<InputException>(() => Prepare.Corpus(second, _folder["corpus"])).Message),
        };
        Prepare.Corpus(first, _folder["corpus"]);
        refusal.ShouldBe($"{_folder["corpus"]}: another process is making a corpus in this folder; wait for it or choose another folder");
        Names().ShouldNotContain(name => name.StartsWith('.'));
    }

    [Fact]
    public void A_file_in_the_folders_place_is_refused()
    {
        _folder.Write("corpus", "mine");
        Refused(overwrite: true, "is a file; expected a folder");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_disk_that_fails_is_reported_and_keeps_the_old_corpus(bool overwrite)
    {
        if (overwrite)
            Prepare.Corpus(Options("Old words stood in this book."), _folder["corpus"]);
        string[] before = Contents();
        PrepareOptions failing = Options(Sentence) with { Overwrite = overwrite, Progress = new ScratchThief(_folder["corpus"]) };
        InputException refusal = Should.Throw<InputException>(() => Prepare.Corpus(failing, _folder["corpus"]));
        refusal.Message.ShouldStartWith($"{_folder["corpus"]}: the corpus cannot be written: ");
        refusal.Message.ShouldContain("make room on the disk");
        refusal.InnerException.ShouldBeAssignableTo<IOException>();
        Contents().ShouldBe(before);

        string[] Contents() => Directory.Exists(_folder["corpus"])
            ? [
                .. Directory.GetFileSystemEntries(_folder["corpus"]).Order(StringComparer.Ordinal)
                    .Select(path => $"{path} {Convert.ToHexString(File.ReadAllBytes(path))}"),
            ]
            : [];
    }

    [Fact]
    public void A_test_part_without_sentences_is_reported_with_its_count()
    {
        CorpusInfo info = Prepare.Corpus(Options(Sentence) with { TestShare = 0.001 }, _folder["corpus"]);
        (info.Counts.Train, info.Counts.Test, info.Settings.TestShare).ShouldBe((1, 0, 0.001));
        using Corpus corpus = Corpus.Open(_folder["corpus"]);
        corpus.Test.Count.ShouldBe(0);
    }

    [Fact]
    public void A_failure_or_cancellation_keeps_the_old_corpus_and_leaves_nothing()
    {
        string good = _folder.Write("a.txt", $"{Sentence}\n");
        string bad = _folder.Write("b.txt", [.. Encoding.UTF8.GetBytes(CorpusTests.Book(20_000, 500)), 0xFF]);
        Prepare.Corpus(new PrepareOptions { Inputs = [good], TestShare = 0 }, _folder["corpus"]);
        string before = File.ReadAllText(_folder["corpus/corpus.json"]);
        Should.Throw<InputException>(
            () => Prepare.Corpus(new PrepareOptions { Inputs = [bad], Overwrite = true, Threads = 3 }, _folder["corpus"]));
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(
            () => CorpusBuilder.Build(new PrepareOptions { Inputs = [good], Overwrite = true }, _folder["corpus"], cancelled.Token));
        File.ReadAllText(_folder["corpus/corpus.json"]).ShouldBe(before);
        Directory.GetFileSystemEntries(_folder["corpus"]).Length.ShouldBe(4);
        Should.Throw<OperationCanceledException>(
            () => CorpusBuilder.Build(new PrepareOptions { Inputs = [good] }, _folder["fresh"], cancelled.Token));
        Directory.Exists(_folder["fresh"]).ShouldBeFalse();
    }

    private string[] Names() => TempFolder.NamesIn(_folder["corpus"]);

    private PrepareOptions Options(string text) =>
        new() { Inputs = [_folder.Write("text.txt", $"{text}\n")], Format = TextFormat.Lines, TestShare = 0, Threads = 1 };

    private void Refused(bool overwrite, string message) =>
        Should.Throw<InputException>(() => Prepare.Corpus(Options(Sentence) with { Overwrite = overwrite }, _folder["corpus"]))
            .Message.ShouldContain(message);

    private sealed class Now(Action action) : IProgress<PrepareProgress>
    {
        public void Report(PrepareProgress value) => action();
    }

    /// <summary>Takes away the room for temporary files while text is read, so that the next write fails as on a disk that fails.</summary>
    private sealed class ScratchThief(string folder) : IProgress<PrepareProgress>
    {
        public void Report(PrepareProgress value)
        {
            foreach (string staging in Directory.GetDirectories(folder, ".prepare.scratch"))
                Directory.Delete(staging, recursive: true);
        }
    }
}
