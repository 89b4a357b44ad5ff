using Reeve.Core.Documents;

namespace Reeve.Core.Matching;

/// <summary>Reads a target selector: <c>path</c>, <c>kind</c>, <c>labels</c>.</summary>
public static class SelectorReader
{
    /// <summary>The selector of a member; everything when the member is absent.</summary>
    public static TargetSelector Read(FieldReader fields, string name)
    {
        if (fields.Object(name) is not { } selector)
        {
            return new TargetSelector();
        }

        var read = new TargetSelector
        {
            Path = selector.Text("path")?.Trim('/'),
            Kind = selector.Text("kind"),
            Labels = selector.TextMap("labels"),
        };
        selector.Close();
        return read;
    }
}
