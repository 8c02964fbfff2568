namespace Reprise.Text.Sources;

/// <summary>All input files one after the other, in chunks. Not thread-safe: whoever takes a chunk holds a lock.</summary>
internal sealed class TextSource(IReadOnlyList<InputFile> files, string column) : IDisposable
{
    private int _file;
    private ChunkReader? _reader;
    private XmlDocumentationReader? _xml;
    private long _before; // bytes of the files that are done

    /// <summary>Bytes of the files that were read, before decompression.</summary>
    public long Position => _before + (_reader?.Position ?? _xml?.Position ?? 0);

    /// <summary>The next chunk; false at the end of the last file.</summary>
    public bool Next(TextChunk chunk)
    {
        for (; _file < files.Count; _file++)
        {
            if (files[_file].Bytes == 0)
                continue;
            if (_reader is null && _xml is null)
                Open(files[_file]);
            if (_reader?.Next(chunk) ?? _xml!.Next(chunk))
                return true;
            _before += files[_file].Bytes;
            Dispose();
        }

        return false;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _xml?.Dispose();
        (_reader, _xml) = (null, null);
    }

    private void Open(InputFile file)
    {
        if (file.Format == TextFormat.XmlDocumentation)
            _xml = new XmlDocumentationReader(file);
        else
            _reader = new ChunkReader(file, column);
    }
}
