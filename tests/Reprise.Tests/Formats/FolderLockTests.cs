using Reprise.Formats;

namespace Reprise.Tests.Formats;

public sealed class FolderLockTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_folder_is_held_by_one_and_let_go_without_a_trace()
    {
        using (FolderLock held = FolderLock.Hold(_temp.Path, "a.lock", "at work"))
            Should.Throw<InputException>(() => FolderLock.Hold(_temp.Path, "a.lock", "at work")).Message
                .ShouldBe($"{_temp.Path}: another process is at work in this folder; wait for it or choose another folder");
        Directory.GetFileSystemEntries(_temp.Path).ShouldBeEmpty();
        FolderLock.Hold(_temp.Path, "a.lock", "at work").Dispose();
    }

    [Fact]
    public void What_is_no_file_is_refused_in_the_place_of_a_lock()
    {
        string zero = SpecialFiles.Zero(_temp["a.lock"]);
        SpecialFiles.InTime(() => Should.Throw<InputException>(() => FolderLock.Hold(_temp.Path, "a.lock", "at work")).Message)
            .ShouldBe($"{zero}: is a device; expected a file, or none: remove it");
        string pipe = SpecialFiles.Pipe(_temp["a.lock"]);
        SpecialFiles.InTime(() => Should.Throw<InputException>(() => FolderLock.Hold(_temp.Path, "a.lock", "at work")).Message)
            .ShouldBe($"{pipe}: is a pipe; expected a file, or none: remove it");
    }

    [Fact]
    public void The_lock_of_a_process_that_was_killed_holds_nothing()
    {
        File.WriteAllText(_temp["a.lock"], "");
        FolderLock.Hold(_temp.Path, "a.lock", "at work").Dispose();
        Directory.GetFileSystemEntries(_temp.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_file_that_another_process_deleted_before_it_was_locked_is_not_the_lock()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "no file that is open can be deleted there");
        using FileStream late = new(_temp["a.lock"], FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        FolderLock.IsStillThere(_temp["a.lock"], late).ShouldBeTrue();
        File.Delete(_temp["a.lock"]);
        FolderLock.IsStillThere(_temp["a.lock"], late).ShouldBeFalse();
        using FolderLock held = FolderLock.Hold(_temp.Path, "a.lock", "at work"); // a third one came
        FolderLock.IsStillThere(_temp["a.lock"], late).ShouldBeFalse();
    }
}
