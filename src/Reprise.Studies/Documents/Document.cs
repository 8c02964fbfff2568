using System.Collections;
using Reprise.Formats;

namespace Reprise.Studies.Documents;

/// <summary>
/// A title and its blocks, in order; written as a page (<see cref="HtmlWriter"/>) and as Markdown (<see cref="MarkdownWriter"/>).
/// </summary>
internal sealed class Document(string title) : IEnumerable<Block>
{
    private readonly List<Block> _blocks = [];

    public string Title { get; } = title;

    /// <summary>One or two sentences under the title; null for none.</summary>
    public Inline? Summary { get; init; }

    public IReadOnlyList<Block> Blocks => _blocks;

    public void Add(Block block) => _blocks.Add(block);

    public void AddRange(IEnumerable<Block> blocks) => _blocks.AddRange(blocks);

    /// <summary>
    /// Writes <c>report.html</c>, <c>report.md</c> and the document's figures into a folder, each whole or not at all.
    /// </summary>
    /// <param name="name">The name of the two files, without their endings.</param>
    /// <exception cref="InputException">A folder, a pipe or a device has one of these names.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    public void Write(string folder, string name = "report")
    {
        string figures = Path.Combine(folder, "figures");
        Directory.CreateDirectory(figures);
        foreach (Figure figure in _blocks.OfType<Figure>())
            AtomicFile.WriteText(Path.Combine(figures, figure.Name + ".svg"), figure.Svg);
        AtomicFile.WriteText(Path.Combine(folder, name + ".md"), MarkdownWriter.Write(this));
        AtomicFile.WriteText(Path.Combine(folder, name + ".html"), HtmlWriter.Write(this));
    }

    IEnumerator<Block> IEnumerable<Block>.GetEnumerator() => _blocks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _blocks.GetEnumerator();
}
