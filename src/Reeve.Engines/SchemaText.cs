using System.Collections.Immutable;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies.Properties;

namespace Reeve.Engines;

/// <summary>Reads the schemas that the built-in policy types carry.</summary>
internal static class SchemaText
{
    /// <summary>The schema; all is updatable, as the state of a program belongs to one revision and starts anew with the next.</summary>
    public static PropertySchema Read(string text)
    {
        var mistakes = new List<Mistake>();
        var schema = PropertySchemaDocument.Read(Json.Parse(text), "", mistakes);
        if (mistakes.Count > 0)
        {
            throw new InvalidOperationException($"a built-in schema is wrong: {mistakes[0]}");
        }

        var fields = schema.Fields!.ToImmutableSortedDictionary(f => f.Key, f => f.Value with { Updatable = true }, StringComparer.Ordinal);
        return schema with { Fields = fields };
    }
}
