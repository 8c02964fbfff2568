using System.IO.Enumeration;
using System.Text.RegularExpressions;
using Reprise.Formats;

namespace Reprise.Text.Sources;

/// <summary>Turns files, folders, globs and <c>-</c> into a list of files.</summary>
internal static class InputFiles
{
    private const int SniffedBytes = 16 * 1024;
    private const int LongLine = 1000; // bytes: more than a sentence, so a line of this length is a paragraph

    private static readonly string[] s_extensions = [".txt", ".text", ".jsonl", ".ndjson", ".csv", ".tsv", ".xml"];

    /// <param name="options">What to read.</param>
    /// <param name="scratch">A folder for copies of what can be read only once: standard input, pipes.</param>
    /// <param name="excluded">A folder whose files are not taken: the corpus being made.</param>
    /// <exception cref="InputException">Something is missing or unreadable, or nothing is there to read.</exception>
    public static List<InputFile> Resolve(PrepareOptions options, string scratch, string excluded, CancellationToken cancellation)
    {
        List<InputFile> files = [];
        HashSet<string> seen = new(StringComparer.Ordinal);
        string excludedPrefix = Path.TrimEndingDirectorySeparator(Path.GetFullPath(excluded)) + Path.DirectorySeparatorChar;
        foreach (string input in options.Inputs)
        {
            if (input == "-")
            {
                string copy = Path.Combine(scratch, "standard-input");
                if (seen.Add(copy))
                    files.Add(Describe(Spool(options.StandardInput, copy, cancellation), "standard input", options.Format));
                continue;
            }

            foreach (string path in Expand(input))
            {
                if (seen.Add(path) && !path.StartsWith(excludedPrefix, StringComparison.Ordinal))
                    files.Add(Describe(Lasting(path, Path.Combine(scratch, $"input-{files.Count}"), cancellation), path, options.Format));
            }
        }

        if (files.Count == 0)
            throw new InputException($"{string.Join(", ", options.Inputs)}: all text found lies in the output folder {excluded}");
        if (files.All(f => f.Bytes == 0))
            throw new InputException(files.Count == 1 ? $"{files[0].Name}: the file is empty" : $"all {files.Count} input files are empty");
        if (options.Column != PrepareOptions.UsualColumn)
            Expect($"column \"{options.Column}\"", "json, csv and tsv have columns", TextFormat.Json, TextFormat.Csv, TextFormat.Tsv);
        if (options.SkipBadRecords)
            Expect("bad records are to be skipped", "json, csv and tsv have records", TextFormat.Json, TextFormat.Csv, TextFormat.Tsv);
        if (options.Delimiter is not null)
            Expect($"the delimiter is {CsvFraming.Name((byte)options.Delimiter)}", "csv has delimiters", TextFormat.Csv);
        return files;

        void Expect(string option, string need, params ReadOnlySpan<TextFormat> formats)
        {
            foreach (InputFile file in files)
            {
                if (formats.Contains(file.Format))
                    return;
            }

            string found = $"{files[0].Name} is read as {files[0].Format}";
            throw new InputException($"{option}: only {need}, and {found}; give the format, or not this option");
        }
    }

    private static string Spool(Stream? input, string path, CancellationToken cancellation)
    {
        using Stream given = input ?? throw new InputException("- stands for a stream, and PrepareOptions.StandardInput gives none; give it, or name a file");
        using InterruptibleStream source = new(given, cancellation);
        return Copy(source, path);
    }

    /// <summary>The file itself, or a copy of a pipe or a terminal.</summary>
    private static string Lasting(string path, string copy, CancellationToken cancellation)
    {
        using Stream stream = OutsideFile.OpenOnce(path, expected: null, cancellation);
        return stream is FileStream ? path : Copy(stream, copy);
    }

    private static string Copy(Stream source, string path)
    {
        using FileStream copy = new(path, FileMode.CreateNew, FileAccess.Write);
        source.CopyTo(copy);
        return path;
    }

    private static List<string> Expand(string input)
    {
        if (File.Exists(input))
            return [Path.GetFullPath(input)];
        List<string> found;
        string expected;
        if (Directory.Exists(input))
        {
            found = IsCorpusOrRun(input) ? [] : Below(input, folder => !IsCorpusOrRun(folder)).Where(HasTextExtension).ToList();
            expected = $"expected files named {string.Join(", ", s_extensions)}, or the same with .gz, outside of corpora and runs";
        }
        else if (input.AsSpan().ContainsAny('*', '?'))
        {
            found = Glob(input);
            expected = "no file matches it";
        }
        else
        {
            throw new InputException($"{input}: no such file or folder");
        }

        if (found.Count == 0)
            throw new InputException($"{input}: no text found; {expected}");
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static List<string> Glob(string pattern)
    {
        pattern = pattern.Replace('\\', '/');
        int wildcard = pattern.AsSpan().IndexOfAny('*', '?');
        int slash = pattern.LastIndexOf('/', wildcard);
        string root = slash < 0 ? "." : slash == 0 ? "/" : pattern[..slash];
        if (!Directory.Exists(root))
            throw new InputException($"{pattern}: the folder {root} does not exist");
        string relative = pattern[(slash + 1)..];
        string expression = Regex.Escape(relative)
            .Replace(@"\*\*/", "(?:[^/]+/)*", StringComparison.Ordinal)
            .Replace(@"\*\*", ".*", StringComparison.Ordinal)
            .Replace(@"\*", "[^/]*", StringComparison.Ordinal)
            .Replace(@"\?", "[^/]", StringComparison.Ordinal);
        Regex matcher = new($"^{expression}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        string full = Path.GetFullPath(root);
        bool recursive = relative.Contains('/') || relative.Contains("**", StringComparison.Ordinal);
        return Below(root, _ => recursive)
            .Where(path => matcher.IsMatch(Path.GetRelativePath(full, path).Replace('\\', '/')))
            .ToList();
    }

    /// <summary>Whether the text files of a folder are this library's own, not somebody's text.</summary>
    private static bool IsCorpusOrRun(string folder)
    {
        return CorpusInfo.IsIn(folder) || (Holds("config.json") && (Holds("model.safetensors") || Holds(CorpusInfo.VocabularyName)));

        bool Holds(string name) => File.Exists(Path.Combine(folder, name));
    }

    private static List<string> Below(string folder, Predicate<string> enters)
    {
        try
        {
            // Hidden files are left out, as the options do by themselves.
            return
            [
                .. new FileSystemEnumerable<string>(
                    Path.GetFullPath(folder),
                    (ref entry) => entry.ToFullPath(),
                    new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false })
                {
                    ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
                    ShouldRecursePredicate = (ref entry) => enters(entry.ToFullPath()),
                },
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be listed: {e.Message}", e);
        }
    }

    private static bool HasTextExtension(string path) => s_extensions.Contains(Extension(path));

    /// <summary>In small letters and with its point; that of what is compressed, without the .gz.</summary>
    internal static string Extension(string path)
    {
        string name = Path.GetFileName(path).ToLowerInvariant();
        return Path.GetExtension(name.EndsWith(".gz", StringComparison.Ordinal) ? name[..^3] : name);
    }

    private static InputFile Describe(string path, string name, TextFormat? format)
    {
        try
        {
            format ??= Extension(name) switch
            {
                ".json" or ".jsonl" or ".ndjson" => TextFormat.Json,
                ".csv" => TextFormat.Csv,
                ".tsv" => TextFormat.Tsv,
                ".xml" => TextFormat.XmlDocumentation,
                _ => Sniff(path, name),
            };
            return new InputFile(path, name, format.Value, new FileInfo(path).Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{name}: cannot be read: {e.Message}", e);
        }
    }

    private static TextFormat Sniff(string path, string name)
    {
        using TextStream stream = TextStream.Open(path, name);
        byte[] head = new byte[SniffedBytes];
        ReadOnlySpan<byte> text = head.AsSpan(0, stream.Fill(head));
        if (text.IndexOf("\n\n"u8) >= 0 || text.IndexOf("\n\r\n"u8) >= 0)
            return TextFormat.Prose;
        while (text.Length > LongLine)
        {
            int end = text.IndexOf((byte)'\n');
            if (end is < 0 or > LongLine)
                return TextFormat.Prose;
            text = text[(end + 1)..];
        }

        return TextFormat.Lines;
    }
}
