using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Tests.Numerics;

public sealed class PosixFilesTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_failed_flush_to_disk_is_an_error_with_the_reason_of_the_system()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no POSIX calls here");
        using AnonymousPipeServerStream pipe = new(PipeDirection.Out);
        using SafeFileHandle handle = new(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);
        using FileStream file = new(handle, FileAccess.Write, bufferSize: 1);
        string message = Should.Throw<IOException>(() => PosixFiles.Flush(file)).Message;
        message.ShouldContain("could not be flushed to the disk: ");
        message.ShouldNotEndWith(": ");
        Should.Throw<IOException>(() => new FolderFiles().Close(file)).Message.ShouldBe(message);
    }

    [Fact]
    public void A_file_and_the_names_of_its_folder_are_brought_to_the_disk()
    {
        using (FileStream file = File.Create(_temp["a"]))
        {
            file.WriteByte(1);
            PosixFiles.Flush(file);
            new FileInfo(_temp["a"]).Length.ShouldBe(1); // what was buffered went with it
        }

        PosixFiles.FlushFolder(_temp.Path);
    }

    [Fact]
    public void A_folder_that_is_not_there_cannot_be_brought_to_the_disk()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no POSIX calls here");
        string message = Should.Throw<IOException>(() => PosixFiles.FlushFolder(_temp["nowhere"])).Message;
        message.ShouldContain("nowhere could not be flushed to the disk: ");
    }

    [Fact]
    public void Standard_streams_are_inherited_and_others_are_not()
    {
        PosixFiles.WasInherited(2).ShouldBeTrue();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no POSIX calls here");
        using FileStream file = File.Create(_temp["a"]);
        PosixFiles.WasInherited((int)file.SafeFileHandle.DangerousGetHandle()).ShouldBeFalse();
        PosixFiles.WasInherited(1 << 20).ShouldBeFalse();
    }
}
