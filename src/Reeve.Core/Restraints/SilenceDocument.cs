using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Matching;

namespace Reeve.Core.Restraints;

/// <summary>Reads a <c>Silence</c> document: <c>targets</c>, <c>binding</c>, <c>from</c>, <c>until</c>, <c>reason</c>.</summary>
public static class SilenceDocument
{
    /// <summary>The silence; what of it has mistakes is left out.</summary>
    public static Silence Read(ResourceDocument document, List<Mistake> mistakes)
    {
        var fields = new FieldReader(document.Spec, "/spec", mistakes);
        var silence = new Silence
        {
            Scope = document.Key.Scope,
            Name = document.Key.Name,
            Targets = SelectorReader.Read(fields, "targets"),
            Binding = fields.Text("binding"),
            From = fields.Moment("from"),
            Until = fields.Require("until") ? fields.Moment("until") ?? DateTimeOffset.MinValue : DateTimeOffset.MinValue,
            Reason = fields.Text("reason") ?? "",
        };
        fields.Close();
        return silence;
    }
}
