using Reprise.Formats;
using Reprise.Numerics.Interop;

namespace Reprise.Text.Sources;

/// <summary>Turns files, folders, globs and <c>-</c> into a list of files, each file once under any of its names.</summary>
/// <param name="options">The inputs, and how to read them.</param>
/// <param name="scratch">The folder for copies of inputs that can be read only once: standard input, pipes.</param>
/// <param name="excluded">The folder whose files are not read: that of the corpus being made.</param>
internal sealed class InputFiles(PrepareOptions options, string scratch, string excluded, CancellationToken cancellation)
{
    private static readonly string[] s_extensions = [".txt", ".text", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml"];

    private readonly string _excluded = Path.TrimEndingDirectorySeparator(Path.GetFullPath(excluded)) + Path.DirectorySeparatorChar;
    private readonly Dictionary<string, Part?> _seen = new(StringComparer.Ordinal); // the part that each file is given as, by identity
    private List<InputFile> _files = [];
    private Part? _given; // of the inputs that are being resolved

    /// <summary>The files in the order in which they are read: the text to train on, then the given parts.</summary>
    /// <exception cref="InputException">Something is missing or unreadable, or nothing is there to read.</exception>
    public List<InputFile> Resolve()
    {
        // Given parts come first, because a file of theirs may lie in a folder of text to train on.
        Add(options.TestInputs, Part.Test);
        Add(options.ValidationInputs, Part.Validation);
        Add(options.Inputs, given: null);
        _files = [.. _files.OrderBy(file => file.Given ?? Part.Train)];
        foreach (Part? given in (Part?[])[null, Part.Test, Part.Validation])
        {
            if (given is null || options.InputsOf(given.Value).Count > 0)
                RefuseEmpty(given);
        }

        if (options.Column != PrepareOptions.UsualColumn)
            Expect($"column \"{options.Column}\"", "json, csv and tsv have columns", TextFormat.Json, TextFormat.Csv, TextFormat.Tsv);
        if (options.SkipBadRecords)
            Expect("bad records are to be skipped", "json, csv and tsv have records", TextFormat.Json, TextFormat.Csv, TextFormat.Tsv);
        if (options.Delimiter is not null)
            Expect($"the delimiter is {CsvFraming.Name((byte)options.Delimiter)}", "csv has delimiters", TextFormat.Csv);
        return _files;
    }

    private void Add(IReadOnlyList<string> inputs, Part? given)
    {
        _given = given;
        foreach (string input in inputs)
        {
            if (input == "-")
                AddStandardInput();
            else if (File.Exists(input))
                AddNamed(Path.GetFullPath(input));
            else
                Find(input);
        }
    }

    private void RefuseEmpty(Part? given)
    {
        InputFile[] files = [.. _files.Where(file => file.Given == given)];
        if (files.Length == 0)
        {
            string inputs = string.Join(", ", given is null ? options.Inputs : options.InputsOf(given.Value));
            string other = _seen.Count > 0 ? "is given as another part, or " : "";
            throw new InputException($"{inputs}: all text found {other}lies in the output folder {excluded}");
        }

        if (files.All(file => file.Bytes == 0))
        {
            throw new InputException(
                files is [var empty] ? $"{empty.Name}: the file is empty" : $"all {files.Length} input files are empty");
        }
    }

    private void Expect(string option, string need, params TextFormat[] formats)
    {
        string found = $"{_files[0].Name} is read as {_files[0].Format.Name()}";
        if (!_files.Exists(file => formats.Contains(file.Format)))
            throw new InputException($"{option}: only {need}, and {found}; give the format, or not this option");
    }

    private void AddStandardInput()
    {
        string copy = Path.Combine(scratch, "standard-input");
        if (_seen.TryGetValue(copy, out Part? part))
        {
            RefuseOtherPart("standard input", part);
            return;
        }

        _seen.Add(copy, _given);
        if (options.StandardInput is null)
            throw new InputException("- stands for a stream, and PrepareOptions.StandardInput gives none; give it, or name a file");
        using InterruptibleStream source = new(options.StandardInput, cancellation);
        Copy(source, copy, "standard input");
        _files.Add(Describe(copy, "standard input"));
    }

    /// <summary>Adds a file that was named itself; of a pipe or a terminal a copy is made.</summary>
    private void AddNamed(string path)
    {
        if (!IsNew(path, out Part? part))
        {
            RefuseOtherPart(path, part);
            return;
        }

        using Stream stream = OutsideFile.OpenOnce(path, expected: null, cancellation);
        string file = stream is FileStream ? path : Copy(stream, Path.Combine(scratch, $"input-{_files.Count}"), path);
        _files.Add(Describe(file, path));
    }

    /// <summary>Copies an input that can be read only once. The copy ends after a zero byte: such an input may be endless.</summary>
    private static string Copy(Stream source, string path, string name)
    {
        using FileStream copy = new(path, FileMode.CreateNew, FileAccess.Write);
        byte[] piece = new byte[1 << 16];
        bool isGzip = false;
        for (int read; (read = Read(source, piece, name)) > 0;)
        {
            ReadOnlySpan<byte> bytes = piece.AsSpan(0, read);
            isGzip |= copy.Position == 0 && bytes is [0x1F, 0x8B, ..] or [0x1F];
            bool isUtf16 = copy.Position == 0 && bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
            if (!isGzip && bytes.IndexOf((byte)0) is var zero and >= 0 && !isUtf16)
                throw new InputException($"{name}: byte {copy.Position + zero}: {ChunkText.BinaryFile}");
            copy.Write(bytes);
        }

        return path;
    }

    private static int Read(Stream source, byte[] piece, string name)
    {
        try
        {
            return source.Read(piece);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OutsideFile.Unreadable(name, e);
        }
    }

    /// <summary>Adds the files of a folder or a glob; anything that is not a file is reported and skipped.</summary>
    private void Find(string input)
    {
        string? told = null;
        Listing listing = new(Warn, cancellation);
        List<string> found = [];
        string expected;
        if (Directory.Exists(input))
        {
            if (!IsCorpusOrRun(input))
                found = listing.Below(input, folder => !IsCorpusOrRun(folder));
            int json = options.Format == TextFormat.Json ? 0 : found.Count(path => Extension(path) == ".json");
            found.RemoveAll(path => !HasTextExtension(path));
            if (json > 0) // such a file is seldom text, and often says how other files are to be used
                Warn($"{input}: passed over: {json} named .json; they are read where they are named, by a pattern, or with --format json");
            expected = $"expected files named {string.Join(", ", s_extensions)}, or the same with .gz, outside of corpora and runs";
        }
        else if (input.AsSpan().ContainsAny('*', '?'))
        {
            found = listing.Matching(input);
            expected = "no file matches it";
        }
        else
        {
            string share = _given is null ? "" : "; a part is a share, such as 0.1, or files";
            throw new InputException($"{input}: no such file or folder{share}");
        }

        listing.TellRest(input);
        found.RemoveAll(path => !IsFile(path, Warn));
        if (found.Count == 0)
            throw new InputException($"{input}: no text found; {expected}{(told is null ? "" : $" ({told})")}");
        found.Sort(StringComparer.Ordinal);
        foreach (string path in found.Where(path => IsNew(path, out _)))
            _files.Add(Describe(path, path));

        void Warn(string line)
        {
            told ??= line;
            options.Warnings?.Report(line);
        }
    }

    private static bool IsFile(string path, Action<string> warn)
    {
        if (RegularFile.StatusOf(path) is not { } status)
        {
            if (new FileInfo(path).LinkTarget is null)
                return true; // opening it gives the reason
            warn($"{path}: passed over: a link that leads nowhere");
            return false;
        }

        if (status.Kind == FileKind.Regular)
            return true;
        warn($"{path}: passed over: it is {status.Words} and no file");
        return false;
    }

    /// <summary>Refuses an input that was named for two parts.</summary>
    private void RefuseOtherPart(string name, Part? part)
    {
        if (part != _given)
            throw new InputException($"{name}: named {PartName(part)} and {PartName(_given)}; expected each file in one part");

        static string PartName(Part? part) => part switch
        {
            Part.Test => "as the test part",
            Part.Validation => "as the validation part",
            _ => "as text to train on",
        };
    }

    /// <summary>True for a file outside of the corpus being made that was not seen under this or another name.</summary>
    /// <param name="part">Receives the part that a file which was seen is given as.</param>
    private bool IsNew(string path, out Part? part)
    {
        cancellation.ThrowIfCancellationRequested();
        part = _given;
        if (path.StartsWith(_excluded, StringComparison.Ordinal))
            return false;
        (ulong Device, ulong Inode)? identity = RegularFile.StatusOf(path)?.Identity;
        string key = identity is (ulong device, ulong inode) ? $"{device}:{inode}" : AtomicFile.Resolve(path);
        if (_seen.TryGetValue(key, out Part? seen))
        {
            part = seen;
            return false;
        }

        _seen.Add(key, _given);
        return true;
    }

    /// <summary>True if the text files of a folder are this library's own output.</summary>
    private static bool IsCorpusOrRun(string folder)
    {
        return CorpusInfo.IsIn(folder) || (Holds("config.json") && (Holds("model.safetensors") || Holds(CorpusInfo.VocabularyName)));

        bool Holds(string name) => File.Exists(Path.Combine(folder, name));
    }

    private bool HasTextExtension(string path)
    {
        string extension = Extension(path);
        return s_extensions.Contains(extension) || (extension == ".json" && options.Format == TextFormat.Json);
    }

    /// <summary>The extension in lower case, with its point; of a compressed file the one before .gz.</summary>
    internal static string Extension(string path)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        return Path.GetExtension(name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name);
    }

    private InputFile Describe(string path, string name)
    {
        TextFormat? byName = Extension(name) switch
        {
            ".json" or ".jsonl" or ".ndjson" => TextFormat.Json,
            ".csv" => TextFormat.Csv,
            ".tsv" => TextFormat.Tsv,
            ".xml" => TextFormat.XmlDocumentation,
            _ => null,
        };
        FormatChoice decided = options.Format is not null ? FormatChoice.Given
            : byName is not null ? FormatChoice.Extension
            : FormatChoice.Guessed;
        FileStatus status;
        using (FileStream opened = OutsideFile.Open(path, name: name))
            status = RegularFile.StatusOf(opened.SafeFileHandle);
        InputFile file = new(path, name, options.Format ?? byName ?? TextFormat.Lines, decided, status, _given);
        return decided == FormatChoice.Guessed ? file with { Format = FormatGuess.Of(file) } : file;
    }
}
