namespace Reprise.Text.Sources;

/// <summary>All input files one after the other, in chunks. Not thread-safe: the caller holds a lock.</summary>
internal sealed class TextSource(IReadOnlyList<InputFile> files, PrepareOptions options) : IDisposable
{
    private int _file;
    private IChunkReader? _reader;
    private long _before; // bytes of the files that are done

    /// <summary>Bytes of the files that were read, before decompression.</summary>
    public long Position => _before + (_reader?.Position ?? 0);

    /// <summary>The next chunk; false at the end of the last file.</summary>
    public bool Next(TextChunk chunk)
    {
        for (; _file < files.Count; _file++)
        {
            if (files[_file].Bytes == 0)
                continue;
            _reader ??= Open(files[_file]);
            if (_reader.Next(chunk))
                return true;
            _before += files[_file].Bytes;
            Dispose();
        }

        return false;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }

    private void Warn(string line) => options.Warnings?.Report(line);

    private IChunkReader Open(InputFile file) => file.Format switch
    {
        TextFormat.XmlDocumentation => new XmlDocumentationReader(file, Warn),
        TextFormat.Lines or TextFormat.Prose => new ChunkReader(file, options.Text.Language ?? TextLanguage.English, Warn),
        _ => new RecordReader(file, options),
    };
}
