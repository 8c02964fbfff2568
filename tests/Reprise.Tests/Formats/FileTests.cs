using System.Diagnostics;
using System.Text;
using Reprise.Formats;
using Reprise.Tests.House;

namespace Reprise.Tests.Formats;

public sealed class FileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_failed_write_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.Write("a.txt", "old");
        Should.Throw<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write("half"u8);
            throw new IOException("disk full");
        }));
        File.ReadAllText(path).ShouldBe("old");
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void A_whole_write_replaces_the_old_file()
    {
        string path = _folder.Write("a.txt", "old and longer");
        AtomicFile.Write(path, stream => stream.Write("new"u8));
        File.ReadAllText(path).ShouldBe("new");
        Directory.GetFiles(_folder.Path).ShouldBe([path]);
    }

    [Fact]
    public void A_write_through_a_link_replaces_the_file_and_keeps_the_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights there");
        string path = _folder.Write("a.txt", "old");
        string link = Path.Combine(_folder.Path, "link");
        string dangling = Path.Combine(_folder.Path, "dangling");
        File.CreateSymbolicLink(link, "a.txt");
        File.CreateSymbolicLink(dangling, "new.txt");
        AtomicFile.Write(link, stream => stream.Write("new"u8));
        AtomicFile.Write(dangling, stream => stream.Write("made"u8));
        new FileInfo(link).LinkTarget.ShouldBe("a.txt");
        File.ReadAllText(path).ShouldBe("new");
        File.ReadAllText(Path.Combine(_folder.Path, "new.txt")).ShouldBe("made");
    }

    [Fact]
    public void A_path_that_is_no_file_is_not_replaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "pipes and devices are no files there");
        string pipe = Path.Combine(_folder.Path, "pipe");
        Child.Run(new ProcessStartInfo("mkfifo", [pipe])).Code.ShouldBe(0);
        string device = Path.Combine(_folder.Path, "null");
        File.CreateSymbolicLink(device, "/dev/null");
        foreach (string path in (string[])[_folder.Path, pipe, device])
            Should.Throw<InputException>(() => AtomicFile.Write(path, stream => stream.Write("x"u8))).Message.ShouldStartWith(path);
        AtomicFile.Write(_folder.Write("empty", ""), stream => stream.Write("x"u8));
    }

    [Fact]
    public void Npy_has_the_header_and_rows_that_numpy_expects()
    {
        using MemoryStream stream = new();
        Npy npy = new(stream, 3);
        npy.Write([1, 2, 3]);
        npy.Write([4, 5, 6, 7, 8, 9]);
        Should.Throw<ArgumentException>(() => npy.Write([1, 2]));
        npy.Finish();

        byte[] bytes = stream.ToArray();
        bytes[..10].ShouldBe([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0, 118, 0]);
        string header = Encoding.ASCII.GetString(bytes, 10, 118);
        header.ShouldStartWith("{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }");
        header.ShouldEndWith("\n");
        Enumerable.Range(0, 9).Select(i => BitConverter.ToSingle(bytes, 128 + (4 * i))).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        bytes.Length.ShouldBe(128 + 36);
    }
}
