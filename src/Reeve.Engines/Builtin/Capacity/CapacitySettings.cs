using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Engines.Builtin.Capacity;

/// <summary>The properties of a <c>reeve.capacity</c> policy, read.</summary>
internal sealed record CapacitySettings
{
    /// <summary>The schema, in the shape in which policy types show it.</summary>
    public const string Schema = """
        {
          "wanted": {
            "type": "Integer", "constraints": [{ "type": "Range", "constraint": { "min": 0 } }],
            "description": "How many instances there should be. When not given: the desired capacity of the group."
          },
          "count": {
            "type": "String", "default": "started", "constraints": [{ "type": "AllowedValues", "constraint": ["started", "healthy"] }],
            "description": "Which instances count: all that are started, or of those only the ones whose property `healthy` is not false."
          },
          "stability": {
            "type": "String", "default": "0s", "constraints": [{ "type": "Duration" }],
            "description": "How long there must be too few before that is a finding."
          }
        }
        """;

    private static readonly Dictionary<string, bool> Counts = new(StringComparer.Ordinal) { ["started"] = false, ["healthy"] = true };

    /// <summary>How many are wanted; null for the group's own desired number.</summary>
    public int? Wanted { get; init; }

    /// <summary>Do only those count that are not known as unhealthy?</summary>
    public bool HealthyOnly { get; init; }

    public TimeSpan Stability { get; init; }

    public static CapacitySettings Read(JsonElement properties, List<Core.Errors.Mistake> mistakes)
    {
        var fields = new FieldReader(properties, "/spec/properties", mistakes);
        return new CapacitySettings
        {
            Wanted = fields.Whole("wanted", min: 0),
            HealthyOnly = fields.OneOf("count", Counts) ?? false,
            Stability = fields.Duration("stability") ?? TimeSpan.Zero,
        };
    }
}
