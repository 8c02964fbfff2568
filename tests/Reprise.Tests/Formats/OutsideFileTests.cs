using System.IO.Pipes;
using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Tests.Formats;

public sealed class OutsideFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pipe_is_refused_without_waiting_for_its_other_end() =>
        Refused(SpecialFiles.Pipe(_folder["pipe"]), "is a pipe; expected a file");

    [Fact]
    public void A_link_to_a_device_without_end_is_refused() =>
        Refused(SpecialFiles.Zero(_folder["zero"]), "is a device; expected a file");

    [Fact]
    public void A_folder_is_refused() => Refused(Directory.CreateDirectory(_folder["folder"]).FullName, "is a folder; expected a file");

    [Fact]
    public void A_socket_is_refused()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes have no paths there");
        using NamedPipeServerStream socket = new(_folder["socket"]);
        Refused(_folder["socket"], "is a socket");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        Refused(_folder["nowhere"], "no such file");
        Refused("", "no such file");
        Refused("a\0b", "no such file");
        File.CreateSymbolicLink(_folder["dangling"], _folder["nowhere"]);
        Refused(_folder["dangling"], "no such file");
    }

    [Fact]
    public void Links_in_a_circle_are_refused()
    {
        File.CreateSymbolicLink(_folder["one"], _folder["two"]);
        File.CreateSymbolicLink(_folder["two"], _folder["one"]);
        Refused(_folder["one"], "cannot be read: ");
    }

    [Fact]
    public void A_file_behind_links_is_read()
    {
        File.WriteAllText(_folder["file"], "text");
        File.CreateSymbolicLink(_folder["link"], _folder["file"]);
        File.CreateSymbolicLink(_folder["link to the link"], _folder["link"]);
        OutsideFile.ReadAll(_folder["link to the link"], 4).ShouldBe("text"u8.ToArray());
    }

    [Fact]
    public void A_file_that_is_too_long_is_refused_before_it_is_read()
    {
        using (FileStream huge = File.Create(_folder["huge"]))
            huge.SetLength(1L << 40); // sparse
        Refused(_folder["huge"], "expected at most 100");
    }

    [Fact]
    public void All_names_of_a_file_have_one_identity_and_two_files_have_two()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux is asked for it");
        File.WriteAllText(_folder["file"], "text");
        File.WriteAllText(_folder["other"], "text");
        File.CreateSymbolicLink(_folder["link"], _folder["file"]);
        FileStatus file = RegularFile.StatusOf(_folder["file"])!.Value;
        RegularFile.StatusOf(_folder["link"]).ShouldBe(file);
        RegularFile.StatusOf(_folder["other"])!.Value.Identity.ShouldNotBe(file.Identity);
        using FileStream open = RegularFile.Open(_folder["link"]);
        RegularFile.StatusOf(open.SafeFileHandle).ShouldBe(file);
        (file.Kind, file.Length).ShouldBe((FileKind.Regular, 4));
        new DateTime(DateTime.UnixEpoch.Ticks + (file.Modified / 100), DateTimeKind.Utc)
            .ShouldBe(File.GetLastWriteTimeUtc(_folder["file"]));
    }

    [Fact]
    public void Waiting_at_a_pipe_that_is_never_opened_ends_with_a_cancellation()
    {
        string pipe = SpecialFiles.Pipe(_folder["pipe"]);
        using CancellationTokenSource interruption = new();
        Task<Stream> opening = Task.Run(() => OutsideFile.OpenOnce(pipe, null, interruption.Token), TestContext.Current.CancellationToken);
        interruption.Cancel();
        Should.Throw<OperationCanceledException>(() => SpecialFiles.InTime(() => opening.GetAwaiter().GetResult()));
        using FileStream other = new(pipe, FileMode.Open, FileAccess.ReadWrite); // frees the thread that is left behind
    }

    [Fact]
    public void Waiting_at_a_silent_pipe_ends_with_a_cancellation()
    {
        using AnonymousPipeServerStream writer = new(PipeDirection.Out);
        using AnonymousPipeClientStream reader = new(PipeDirection.In, writer.ClientSafePipeHandle);
        using CancellationTokenSource interruption = new();
        using InterruptibleStream stream = new(reader, interruption.Token);
        writer.WriteByte(7);
        stream.ReadByte().ShouldBe(7);
        Task<int> reading = Task.Run(stream.ReadByte, TestContext.Current.CancellationToken);
        interruption.Cancel();
        Should.Throw<OperationCanceledException>(() => SpecialFiles.InTime(() => reading.GetAwaiter().GetResult()));
        writer.WriteByte(8); // frees the thread that is left behind
    }

    private static void Refused(string path, string message)
    {
        string found = Should.Throw<InputException>(() => SpecialFiles.InTime(() => OutsideFile.Open(path, 100))).Message;
        found.ShouldStartWith(path);
        found.ShouldContain(message);
        found.ShouldNotContain("\n");
    }
}
