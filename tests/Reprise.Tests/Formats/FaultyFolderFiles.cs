using Reprise.Formats;
using Reprise.Tests.Training;

namespace Reprise.Tests.Formats;

/// <summary>Files that fail at their n-th operation and at every one after it, as if the process had been killed there.</summary>
internal sealed class FaultyFolderFiles(int failAt) : FolderFiles
{
    private int _operations;

    private bool Failed => _operations >= failAt;

    private bool FailsNext => _operations + 1 == failAt;

    public override void CreateFolder(string path) => Guarded(() => base.CreateFolder(path));

    public override Stream Create(string path)
    {
        Guarded(() => { });
        return new GuardedStream(base.Create(path), this);
    }

    public override void Close(Stream stream) => Guarded(() => base.Close(((GuardedStream)stream).Inner));

    public override void Move(string from, string to) => Guarded(() => base.Move(from, to));

    public override void MoveFolder(string from, string to) => Guarded(() => base.MoveFolder(from, to));

    public override void FlushFolder(string path) => Guarded(() => base.FlushFolder(path));

    public override void Delete(string path) => Guarded(() => base.Delete(path));

    public override void DeleteFolder(string path) => Guarded(() => base.DeleteFolder(path));

    private void Guarded(Action action)
    {
        if (Failed || ++_operations == failAt)
            throw new KilledException();
        action();
    }

    private sealed class GuardedStream(Stream inner, FaultyFolderFiles files) : Forwarding(inner)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            ReadOnlySpan<byte> whole = buffer;
            if (files.FailsNext)
                Inner.Write(whole[..(whole.Length / 2)]); // the kill comes in the middle of it
            files.Guarded(() => { });
            Inner.Write(whole);
        }
    }
}

/// <summary>A disk that holds so many bytes more and no others.</summary>
internal sealed class FullDisk(long bytes) : FolderFiles
{
    private long _left = bytes;

    /// <summary>Makes room again, or takes it.</summary>
    public void HasRoomFor(long bytes) => _left = bytes;

    public override Stream Create(string path) => new LimitedStream(base.Create(path), this);

    public override void Close(Stream stream) => base.Close(((LimitedStream)stream).Inner);

    private sealed class LimitedStream(Stream inner, FullDisk disk) : Forwarding(inner)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            disk._left -= buffer.Length;
            if (disk._left < 0)
                throw new IOException("No space left on device");
            Inner.Write(buffer);
        }
    }
}

internal abstract class Forwarding(Stream inner) : Stream
{
    public Stream Inner { get; } = inner;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => Inner.Length;

    public override long Position { get => Inner.Position; set => throw new NotSupportedException(); }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Inner.Dispose();
        base.Dispose(disposing);
    }
}
