using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Policies;

/// <summary>
/// Reads a <c>Policy</c> document: <c>type</c> (as name-version) and <c>properties</c>. The values are checked where the type is known.
/// </summary>
public static class PolicyDocument
{
    /// <summary>The type's full name and the values as given.</summary>
    public static (string Type, JsonElement Properties) Read(ResourceDocument document, List<Mistake> mistakes)
    {
        var fields = new FieldReader(document.Spec, "/spec", mistakes);
        var type = fields.RequiredText("type");
        var properties = fields.Raw("properties") ?? Json.EmptyObject;
        if (properties.ValueKind != JsonValueKind.Object)
        {
            fields.Report(ErrorCodes.WrongType, "properties", "expected an object");
            properties = Json.EmptyObject;
        }

        fields.Close();
        return (type, properties);
    }
}
