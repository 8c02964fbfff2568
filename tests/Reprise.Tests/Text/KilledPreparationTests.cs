using Reprise.Tests.Formats;
using Reprise.Tests.Training;
using Reprise.Text;
using Reprise.Text.Preparation;

namespace Reprise.Tests.Text;

/// <summary>A folder has the old corpus or the new one, whole, wherever the process that replaces it is killed.</summary>
public sealed class KilledPreparationTests : IDisposable
{
    private const int Enough = 100;
    private const long Memory = 1 << 20;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_kill_at_any_operation_of_replacing_leaves_the_old_corpus_or_the_new_one()
    {
        string old = Make(Old, _folder["old"]).Hash, made = Make(New, _folder["new"]).Hash;
        bool sawOld = false, sawNew = false;
        int operations = 1;
        for (bool killed = true; killed && operations < Enough; operations++)
        {
            string corpus = _folder[$"corpus{operations}"];
            Make(Old, corpus);
            killed = IsKilledAt(operations, New, corpus);
            string[] left = TempFolder.NamesIn(corpus);

            string found = CorpusInfo.Load(corpus).Hash;
            found.ShouldBeOneOf(old, made);
            (sawOld, sawNew) = (sawOld || found == old, sawNew || found == made);
            if (sawNew)
                found.ShouldBe(made, $"killed at operation {operations}, after the point of no return");
            ShouldBeTheCorpusOf(found == old ? _folder["old"] : _folder["new"], corpus);
            TempFolder.NamesIn(corpus).ShouldBe(left, "who reads changes nothing");

            Make(New, corpus).Hash.ShouldBe(made); // the same command again
            ShouldBeTheCorpusOf(_folder["new"], corpus);
            TempFolder.NamesIn(corpus).ShouldBe(TempFolder.NamesIn(_folder["new"]), $"killed at operation {operations}");
        }

        operations.ShouldBeInRange(10, Enough - 1);
        sawOld.ShouldBeTrue();
        sawNew.ShouldBeTrue();
    }

    [Fact]
    public void A_kill_while_a_first_corpus_is_made_leaves_none_or_the_whole_one()
    {
        Make(New, _folder["new"]);
        bool killed = true;
        for (int operations = 1; killed && operations < Enough; operations++)
        {
            string corpus = _folder[$"corpus{operations}"];
            killed = IsKilledAt(operations, New with { Overwrite = false }, corpus);
            bool isThere = CorpusInfo.IsIn(corpus);
            if (isThere)
                ShouldBeTheCorpusOf(_folder["new"], corpus);
            Make(New with { Overwrite = isThere }, corpus);
            TempFolder.NamesIn(corpus).ShouldBe(TempFolder.NamesIn(_folder["new"]), $"killed at operation {operations}");
        }

        killed.ShouldBeFalse();
    }

    [Fact]
    public void A_kill_while_a_move_is_ended_leaves_the_corpus_that_was_valid()
    {
        Make(Old, _folder["old"]);
        Make(New, _folder["new"]);
        bool killed = true;
        for (int operations = 1; killed && operations < Enough; operations++)
        {
            string corpus = _folder[$"corpus{operations}"];
            Make(Old, corpus);
            Directory.CreateDirectory(Path.Combine(corpus, ".prepare.new")); // killed just after the instant that made it valid
            foreach (string name in TempFolder.NamesIn(_folder["new"]))
                File.Copy(Path.Combine(_folder["new"], name), Path.Combine(corpus, ".prepare.new", name));
            killed = IsKilledAt(operations, Old, corpus);
            string found = CorpusInfo.Load(corpus).Hash;
            ShouldBeTheCorpusOf(found == CorpusInfo.Load(_folder["old"]).Hash ? _folder["old"] : _folder["new"], corpus);
            Make(Old, corpus);
            TempFolder.NamesIn(corpus).ShouldBe(TempFolder.NamesIn(_folder["old"]), $"killed at operation {operations}");
        }

        killed.ShouldBeFalse();
    }

    [Fact]
    public void A_reader_whose_corpus_is_replaced_under_its_hands_reads_again()
    {
        string old = Make(Old, _folder["corpus"]).Hash;
        List<string> read = [];
        string found = CorpusFolder.Read(_folder["corpus"], () =>
        {
            read.Add(CorpusInfo.Load(_folder["corpus"]).Hash);
            if (read.Count == 1)
                Make(New, _folder["corpus"]);
            return read[^1];
        });
        read.Count.ShouldBe(2);
        read[0].ShouldBe(old);
        found.ShouldBe(CorpusInfo.Load(_folder["corpus"]).Hash);
    }

    [Fact]
    public void A_reader_that_fails_because_its_corpus_is_replaced_reads_again()
    {
        Make(Old, _folder["corpus"]);
        int tries = 0;
        CorpusFolder.Read(_folder["corpus"], () =>
        {
            if (++tries > 1)
                return "read";
            Make(New, _folder["corpus"]);
            throw new InputException("half of it is of another corpus");
        }).ShouldBe("read");
        InputException unsound = new("it is unsound");
        Should.Throw<InputException>(() => CorpusFolder.Read<string>(_folder["corpus"], () => throw unsound)).ShouldBe(unsound);
    }

    private PrepareOptions Old => Options("old.txt", 40) with { ValidationShare = 0.3 };

    private PrepareOptions New => Options("new.txt", 30); // without a validation part: that of before must go

    private PrepareOptions Options(string name, int sentences) => new()
    {
        Inputs =
        [
            _folder.Write(name, string.Join('\n', Enumerable.Range(0, sentences).Select(i => $"sentence {i} of {name} is about nothing"))),
        ],
        Format = TextFormat.Lines,
        TestShare = 0.2,
        Threads = 1,
        Overwrite = true,
    };

    private static CorpusInfo Make(PrepareOptions options, string corpus) => Prepare.Corpus(options, corpus);

    private static bool IsKilledAt(int operation, PrepareOptions options, string corpus)
    {
        try
        {
            CorpusBuilder.Build(options, corpus, Memory, TestContext.Current.CancellationToken, new FaultyFolderFiles(operation));
            return false;
        }
        catch (KilledException)
        {
            if (Directory.Exists(corpus))
                File.WriteAllText(Path.Combine(corpus, ".prepare.lock"), ""); // never deleted
            return true;
        }
    }

    /// <summary>Opens it and holds every file that belongs to it against the same one of another folder.</summary>
    private static void ShouldBeTheCorpusOf(string expected, string folder)
    {
        using Corpus corpus = Corpus.Open(folder), other = Corpus.Open(expected);
        corpus.Info.Hash.ShouldBe(other.Info.Hash);
        CorpusTests.Sentences(corpus.Train, corpus.Vocabulary).ShouldBe(CorpusTests.Sentences(other.Train, other.Vocabulary));
        (corpus.Validation?.Count).ShouldBe(other.Validation?.Count);
        foreach (CorpusFile file in corpus.Info.Files)
            File.ReadAllBytes(CorpusFolder.Find(folder, file.Name)).ShouldBe(File.ReadAllBytes(Path.Combine(expected, file.Name)));
    }
}
