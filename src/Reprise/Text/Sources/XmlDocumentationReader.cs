using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Xml;

namespace Reprise.Text.Sources;

/// <summary>
/// Reads the prose of XML documentation comments: the text of summary, returns, param, remarks and the like, a paragraph each. A reference
/// becomes the simple name that a reader would see. Code is left out: samples, paragraphs of a native signature or an instruction alone,
/// and the "-or-" between conditions.
/// </summary>
internal sealed class XmlDocumentationReader : IChunkReader
{
    private const int LongestParagraph = 1 << 16; // characters

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_english = new[]
    {
        "the", "an", "of", "to", "is", "in", "for", "and", "or", "this", "that", "if", "with", "as", "from", "are", "be", "by",
        "it", "not", "on", "at", "was", "no", "all", "when", "has", "have", "can", "will", "use", "get", "gets", "sets", "returns",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly SearchValues<char> s_signs = SearchValues.Create("_(,/{[=");

    private readonly InputFile _file;
    private readonly TextStream _stream;
    private readonly XmlReader _xml;
    private readonly StringBuilder _prose = new();
    private readonly char[] _characters = new char[4096];
    private int _paragraph;  // index in _prose at which the current one begins
    private int _spaces;     // white space after its last character
    private int _lineBreaks; // line ends in that white space
    private readonly List<int> _tooLong = []; // line numbers
    private long _position;

    /// <param name="warn">Receives a line about what was left out of the file.</param>
    public XmlDocumentationReader(InputFile file, Action<string>? warn)
    {
        _file = file;
        _stream = TextStream.Open(file, warn);
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
        _paragraph = 0;
        _tooLong.Clear();
        chunk.Begin(_file, TextFormat.Prose);
        try
        {
            bool more = true;
            while (_prose.Length < ChunkReader.UsualChunk && (more = _xml.Read()))
                Take();
            if (!more)
                _stream.CheckUnchanged();
            if (!more && _prose.Length == 0 && _tooLong.Count == 0)
                return false;
            while (more && _prose.Length > _paragraph && (more = _xml.Read())) // to the end of the paragraph
                Take();
            EndParagraph();
        }
        catch (XmlException e)
        {
            throw new InputException($"{_file.Name}: line {e.LineNumber}: not sound XML: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{_file.Name}: cannot be read: {e.Message}", e);
        }

        chunk.Set(Encoding.UTF8.GetBytes(_prose.ToString()), _position, 1);
        foreach (int line in _tooLong)
            chunk.LeaveOutTooLong($"{_file.Name}: line {line}: a paragraph of more than {LongestParagraph} characters");
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
            if (_xml.IsEmptyElement && _xml.Depth > 3)
                Append(Reference());
        }
        else if (name is "br")
        {
            _spaces++;
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
            ReadOnlySpan<char> text = _characters.AsSpan(0, read);
            while (!text.IsEmpty)
            {
                int end = 0;
                while (end < text.Length && !char.IsWhiteSpace(text[end]))
                    end++;
                Append(text[..end]);
                if (end == text.Length)
                    break;
                _spaces++;
                _lineBreaks += text[end] == '\n' ? 1 : 0;
                text = text[(end + 1)..];
            }
        }
    }

    /// <summary>Appends a piece of a paragraph, after one space if there was any, or to a new paragraph after an empty line.</summary>
    private void Append(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (_lineBreaks > 1)
            EndParagraph();
        if (_spaces > 0 && _prose.Length > _paragraph)
            _prose.Append(' ');
        (_spaces, _lineBreaks) = (0, 0);
        if (_prose.Length - _paragraph <= LongestParagraph)
            _prose.Append(text);
    }

    private void EndParagraph()
    {
        (_spaces, _lineBreaks) = (0, 0);
        int length = _prose.Length - _paragraph;
        if (length == 0)
            return;
        string text = length > LongestParagraph ? "" : _prose.ToString(_paragraph, length);
        if (length > LongestParagraph)
            _tooLong.Add(((IXmlLineInfo)_xml).LineNumber);
        _prose.Length = _paragraph;
        if (text.Length > 0 && !IsCode(text))
            _prose.Append(text.Replace("-or-", "\n\n", StringComparison.OrdinalIgnoreCase)).Append("\n\n");
        _paragraph = _prose.Length;
    }

    /// <summary>True for a paragraph of only a signature or an instruction, frequent in the documentation of intrinsics.</summary>
    private static bool IsCode(string text)
    {
        if (text.StartsWith("A32:", StringComparison.Ordinal) || text.StartsWith("A64:", StringComparison.Ordinal))
            return true;
        if (text.AsSpan().IndexOfAny(s_signs) < 0)
            return false;
        foreach (Range word in text.AsSpan().SplitAny(" ,.;:()"))
        {
            if (s_english.Contains(text.AsSpan()[word]))
                return false;
        }

        return true;
    }

    /// <summary>The text that a reader sees for an empty reference element.</summary>
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
        or "exception" or "permission" or "example" or "para" or "list" or "listheader" or "item" or "term"
            or "description" or "member" or "p";
}
