using System.Text;
using System.Xml;

namespace Reprise.Text.Sources;

/// <summary>
/// Reads the prose of XML documentation comments: the text of summary, returns, param, remarks and the like, a paragraph
/// each. References become the simple names that a reader would see; code samples are left out.
/// </summary>
internal sealed class XmlDocumentationReader : IDisposable
{
    private const int LongestParagraph = 1 << 16; // characters

    private readonly InputFile _file;
    private readonly TextStream _stream;
    private readonly XmlReader _xml;
    private readonly StringBuilder _prose = new();
    private readonly char[] _characters = new char[4096];
    private int _paragraph; // where the current one begins in _prose
    private long _tooLong;
    private long _position;

    public XmlDocumentationReader(InputFile file)
    {
        _file = file;
        _stream = TextStream.Open(file.Path, file.Name);
        _xml = XmlReader.Create(_stream.AsStream(), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
        });
    }

    public long Position => _stream.Position;

    /// <summary>The next chunk, as <see cref="TextFormat.Prose"/>; false at the end.</summary>
    public bool Next(TextChunk chunk)
    {
        _prose.Clear();
        (_paragraph, _tooLong) = (0, 0);
        try
        {
            bool more = true;
            while (_prose.Length < ChunkReader.UsualChunk && (more = _xml.Read()))
                Take();
            if (!more && _prose.Length == 0 && _tooLong == 0)
                return false;
            while (more && _prose.Length > _paragraph && (more = _xml.Read())) // to the paragraph's end
                Take();
            EndParagraph();
        }
        catch (XmlException e)
        {
            throw new InputException($"{_file.Name}: line {e.LineNumber}: not sound XML: {e.Message}", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{_file.Name}: damaged gzip data near byte {_stream.Position} of the file: {e.Message}", e);
        }

        chunk.Set(_file, TextFormat.Prose, Encoding.UTF8.GetBytes(_prose.ToString()), _position, 1);
        chunk.TooLong = _tooLong;
        chunk.TextBytes = chunk.Length;
        _position += chunk.Length;
        return true;
    }

    public void Dispose()
    {
        _xml.Dispose();
        _stream.Dispose();
    }

    private void Take()
    {
        switch (_xml.NodeType)
        {
            case XmlNodeType.Element:
                TakeElement();
                break;
            case XmlNodeType.EndElement when IsBlock(_xml.Name):
                EndParagraph();
                break;
            case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                if (_xml.Depth > 2)
                    TakeText();
                break;
        }
    }

    private void TakeElement()
    {
        string name = _xml.Name;
        if (_xml.Depth == 0 && name != "doc")
            throw new InputException($"{_file.Name}: its root element is <{name}>; expected <doc>, as in XML documentation files");
        if (name is "code" or "assembly" or "pre")
        {
            if (!_xml.IsEmptyElement)
                SkipElement();
            EndParagraph();
        }
        else if (IsBlock(name))
        {
            EndParagraph();
        }
        else if (name is "see" or "seealso" or "paramref" or "typeparamref")
        {
            if (_xml.IsEmptyElement && _xml.Depth > 3 && _prose.Length - _paragraph <= LongestParagraph)
                _prose.Append(Reference());
        }
        else if (name is "br")
        {
            _prose.Append(' ');
        }
    }

    private void SkipElement()
    {
        int depth = _xml.Depth;
        while (_xml.Read() && _xml.Depth > depth)
        {
        }
    }

    private void TakeText()
    {
        int read;
        while ((read = _xml.ReadValueChunk(_characters, 0, _characters.Length)) > 0)
        {
            if (_prose.Length - _paragraph <= LongestParagraph)
                AppendFolded(_characters.AsSpan(0, read));
        }
    }

    /// <summary>Appends text with every run of white space as one space, so that no empty line is taken for a paragraph's end.</summary>
    private void AppendFolded(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            int end = 0;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
                end++;
            _prose.Append(text[..end]);
            if (end < text.Length && _prose.Length > _paragraph && _prose[^1] != ' ')
                _prose.Append(' ');
            text = text[Math.Min(end + 1, text.Length)..];
        }
    }

    private void EndParagraph()
    {
        if (_prose.Length == _paragraph)
            return;
        if (_prose.Length - _paragraph > LongestParagraph)
        {
            _tooLong++;
            _prose.Length = _paragraph;
            return;
        }

        _prose.Append("\n\n");
        _paragraph = _prose.Length;
    }

    /// <summary>What a reader sees of an empty reference element.</summary>
    private string Reference()
    {
        if (_xml.GetAttribute("cref") is { } cref)
            return SimpleName(cref);
        return _xml.GetAttribute("langword") ?? _xml.GetAttribute("name") ?? _xml.GetAttribute("href") ?? "";
    }

    /// <summary>"M:System.Collections.Generic.List`1.Add(`0)" is "Add"; "M:System.String.#ctor" is "String".</summary>
    internal static string SimpleName(string cref)
    {
        ReadOnlySpan<char> name = cref;
        if (name.Length > 1 && name[1] == ':')
            name = name[2..];
        int end = name.IndexOfAny('(', '{', '~');
        if (end >= 0)
            name = name[..end];
        if (name.EndsWith(".#ctor") || name.EndsWith(".#cctor"))
            name = name[..name.LastIndexOf('.')];
        name = name[(name.LastIndexOf('.') + 1)..];
        int arity = name.IndexOf('`');
        if (arity >= 0)
            name = name[..arity];
        return name[(name.LastIndexOf('#') + 1)..].ToString();
    }

    private static bool IsBlock(string name) => name is "summary" or "returns" or "param" or "typeparam" or "remarks" or "value"
        or "exception" or "permission" or "example" or "para" or "list" or "listheader" or "item" or "term" or "description" or "member" or "p";
}
