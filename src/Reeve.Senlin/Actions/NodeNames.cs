using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>
/// The name of a node that a cluster makes, by the format <c>node.name.format</c> of the cluster's configuration: <c>$nI</c> is the index
/// in at least n digits, <c>$nR</c> are n random letters and digits, 8 unless said, <c>$nr</c> the same in small letters.
/// </summary>
internal static partial class NodeNames
{
    private const string Usual = "node-$8R";

    /// <summary>The name; the same for the same node, so that a restart does not rename it.</summary>
    public static string Of(ClusterRecord cluster, int index, string nodeId)
    {
        var format = cluster.Config.Text("node.name.format") is { Length: > 0 } own ? own : Usual;
        var drawn = 0;
        var name = Directive().Replace(format, match =>
        {
            var width = match.Groups["width"].ValueSpan;
            var most = width.Length == 0 ? (int?)null
                : Math.Min(int.Parse(width, CultureInfo.InvariantCulture), SizeLimits.LongestName);
            return match.Groups["what"].ValueSpan is "I"
                ? index.ToString(CultureInfo.InvariantCulture).PadLeft(most ?? 0, '0')
                : Drawn(nodeId, drawn++, most ?? 8);
        });
        return name.Length <= SizeLimits.LongestName ? name : name[..SizeLimits.LongestName];
    }

    private static string Drawn(string nodeId, int which, int length)
    {
        var text = new StringBuilder(length + 32);
        for (var i = 0; text.Length < length; i++)
        {
            text.Append(Uuid.For("name", nodeId, $"{which}/{i}").Replace("-", "", StringComparison.Ordinal));
        }

        if (length > 0)
        {
            // a name begins with a letter
            text[0] = (char)('a' + Convert.ToInt32(text[0].ToString(), 16));
        }

        return text.ToString(0, length);
    }

    [GeneratedRegex(@"\$(?<width>[0-9]{0,8})(?<what>[rRI])")]
    private static partial Regex Directive();
}
