using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;

namespace Reeve.Core.Policies;

/// <summary>
/// Reads a <c>PolicyType</c> document. Its name is the type's full name, <c>name-version</c>; the
/// spec has <c>engine</c>, <c>description</c>, <c>properties</c>, <c>support</c>, <c>source</c>.
/// </summary>
public static class PolicyTypeDocument
{
    private static readonly Dictionary<string, SupportLevel> Levels =
        Enum.GetValues<SupportLevel>().ToDictionary(level => level.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>The type; what of it has mistakes is left out.</summary>
    public static PolicyType Read(ResourceDocument document, long revision, List<Mistake> mistakes)
    {
        var fields = new FieldReader(document.Spec, "/spec", mistakes);
        var dash = document.Key.Name.LastIndexOf('-');
        if (dash <= 0 || dash == document.Key.Name.Length - 1 || !char.IsAsciiDigit(document.Key.Name[dash + 1]))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, "/metadata/name",
                $"`{document.Key.Name}` must end in a version, such as `{document.Key.Name}-1.0`"));
            dash = document.Key.Name.Length;
        }

        var type = new PolicyType
        {
            Name = document.Key.Name[..dash],
            Version = dash < document.Key.Name.Length ? document.Key.Name[(dash + 1)..] : "",
            Engine = fields.RequiredText("engine"),
            Description = fields.Text("description") ?? "",
            Properties = PropertySchemaDocument.Read(fields.Raw("properties") ?? Json.EmptyObject, "/spec/properties", mistakes),
            Support = fields.List("support", ReadSupport),
            Source = fields.Raw("source") ?? Json.EmptyObject,
            Revision = revision,
        };
        fields.Close();
        return type;
    }

    private static SupportStatus ReadSupport(FieldReader fields)
    {
        fields.Require("level");
        return new SupportStatus(fields.OneOf("level", Levels) ?? SupportLevel.Experimental, fields.Text("since") ?? "");
    }
}
