using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;

namespace Reeve.Languages.XPath;

/// <summary>A part of an XML document whose names have lost their namespaces: an element, an attribute or a text.</summary>
public sealed class XmlData
{
    /// <summary>The longest document, in characters.</summary>
    public const int Longest = 64 * 1024 * 1024;

    /// <summary>The deepest nesting of elements.</summary>
    public const int Deepest = 256;

    internal XmlData(XPathNavigator at, int nodes)
    {
        At = at;
        Nodes = nodes;
    }

    /// <summary>All text inside it.</summary>
    public string Text => At.Value;

    /// <summary>The name of an element or attribute, or empty.</summary>
    public string Name => At.LocalName;

    internal XPathNavigator At { get; }

    /// <summary>How many nodes the document has: what a search may cost grows with it.</summary>
    internal int Nodes { get; }

    /// <summary>
    /// Reads a document; null, and then <paramref name="error"/> says why. Document types are refused, and with them all entities but the
    /// five of XML itself.
    /// </summary>
    public static XmlData? TryParse(string text, out string error)
    {
        error = "";
        if (text.Length > Longest)
        {
            error = $"the document has more than {Longest} characters";
            return null;
        }

        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true };
        try
        {
            using var reader = XmlReader.Create(new StringReader(text.TrimStart('\uFEFF', ' ', '\r', '\n', '\t')), settings);
            var (document, nodes) = Read(reader);
            if (nodes < 0)
            {
                error = $"elements are nested more than {Deepest} deep";
                return null;
            }

            return new XmlData(document.CreateNavigator(), nodes);
        }
        catch (XmlException e)
        {
            error = e.Message.Contains("DTD", StringComparison.Ordinal)
                ? $"line {e.LineNumber}, column {e.LinePosition}: document types are refused"
                : $"line {e.LineNumber}, column {e.LinePosition}: not XML";
            return null;
        }
    }

    // by hand, so that depth is bounded before anything recursive meets the tree
    private static (XDocument Document, int Nodes) Read(XmlReader reader)
    {
        var document = new XDocument();
        XContainer at = document;
        var nodes = 0;
        var blank = ""; // white space is text only where an element holds nothing else
        while (reader.Read())
        {
            nodes++;
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth >= Deepest)
                    {
                        return (document, -1);
                    }

                    var element = new XElement(reader.LocalName);
                    at.Add(element);
                    var isEmpty = reader.IsEmptyElement;
                    nodes += AddAttributes(reader, element);
                    at = isEmpty ? at : element;
                    blank = "";
                    break;
                case XmlNodeType.Whitespace:
                    blank = at is XElement { FirstNode: null } ? reader.Value : "";
                    break;
                case XmlNodeType.EndElement:
                    if (blank.Length > 0 && at is XElement { FirstNode: null })
                    {
                        at.Add(new XText(blank));
                    }

                    blank = "";
                    at = at.Parent ?? (XContainer)document;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace when at is XElement inside:
                    inside.Add(new XText(reader.Value));
                    break;
            }
        }

        return (document, nodes);
    }

    private static int AddAttributes(XmlReader reader, XElement element)
    {
        var count = 0;
        while (reader.MoveToNextAttribute())
        {
            if (reader.Prefix != "xmlns" && reader.Name != "xmlns" && element.Attribute(reader.LocalName) is null)
            {
                element.Add(new XAttribute(reader.LocalName, reader.Value));
                count++;
            }
        }

        return count;
    }
}
