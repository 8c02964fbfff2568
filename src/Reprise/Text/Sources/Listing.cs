using System.IO.Enumeration;
using System.Text.RegularExpressions;

namespace Reprise.Text.Sources;

/// <summary>
/// Lists the files below a folder. A link to a folder is reported and not followed, which excludes files elsewhere and endless loops; the
/// given folder may be a link. Hidden files are left out.
/// </summary>
internal sealed class Listing(Action<string> warn, CancellationToken cancellation)
{
    private const int LinksNamed = 3;
    private static readonly EnumerationOptions s_everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    private int _linkedFolders;

    /// <param name="enters">Decides if a folder below is listed.</param>
    /// <exception cref="InputException">A folder cannot be listed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public List<string> Below(string folder, Predicate<string> enters)
    {
        try
        {
            return
            [
                .. new FileSystemEnumerable<string>(Path.GetFullPath(folder), (ref entry) => entry.ToFullPath(), s_everything)
                {
                    ShouldIncludePredicate = (ref entry) =>
                    {
                        cancellation.ThrowIfCancellationRequested();
                        return !entry.IsDirectory;
                    },
                    ShouldRecursePredicate = (ref entry) => enters(entry.ToFullPath()) && !IsLink(ref entry),
                },
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be listed: {e.Message}", e);
        }
    }

    /// <summary>Lists the files that match a glob: <c>*</c> and <c>?</c> within a name, <c>**</c> through folders.</summary>
    /// <inheritdoc cref="Below" path="/exception"/>
    public List<string> Matching(string pattern)
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
        return [.. Below(root, _ => recursive).Where(path => matcher.IsMatch(Path.GetRelativePath(full, path).Replace('\\', '/')))];
    }

    /// <summary>Reports the number of links to folders, if more were met than were named.</summary>
    public void TellRest(string folder)
    {
        if (_linkedFolders > LinksNamed)
            warn($"{folder}: {_linkedFolders} links to folders in all, which are not followed");
    }

    private bool IsLink(ref FileSystemEntry entry)
    {
        if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint) || entry.ToFileSystemInfo().LinkTarget is null)
            return false;
        _linkedFolders++;
        if (_linkedFolders <= LinksNamed)
            warn($"{entry.ToFullPath()}: a link to a folder, which is not followed; name it too to have its text");
        return true;
    }
}
