using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Signals;

namespace Reeve.Engines.Builtin.Heartbeat;

/// <summary>The properties of a <c>reeve.heartbeat</c> policy, read.</summary>
internal sealed record HeartbeatSettings
{
    /// <summary>The schema, in the shape in which policy types show it.</summary>
    public const string Schema = """
        {
          "service": {
            "type": "String", "default": "heartbeat",
            "description": "The service whose events are signs of life. Empty: every event that the binding passes on."
          },
          "ttl": {
            "type": "String", "constraints": [{ "type": "Duration", "constraint": { "min": "100ms" } }],
            "description": "How long a silence may last before the check `silent` finds it. When not given: what the events say, else 60s."
          },
          "on_failed_state": {
            "type": "Boolean", "default": true,
            "description": "Does the check `failed` find at once whom `reeve.state` reports as failed? Over when it is started."
          }
        }
        """;

    /// <summary>How long a silence may last when neither the policy nor an event says.</summary>
    public static readonly TimeSpan UsualTtl = TimeSpan.FromSeconds(60);

    public required string Service { get; init; }

    /// <summary>How long a silence may last; null when the events say.</summary>
    public TimeSpan? Ttl { get; init; }

    public bool OnFailedState { get; init; }

    public static HeartbeatSettings Read(JsonElement properties, List<Core.Errors.Mistake> mistakes)
    {
        var fields = new FieldReader(properties, "/spec/properties", mistakes);
        return new HeartbeatSettings
        {
            Service = fields.Text("service") ?? WellKnownServices.Heartbeat,
            Ttl = fields.Duration("ttl", TimeSpan.FromMilliseconds(100)),
            OnFailedState = fields.Flag("on_failed_state", otherwise: true),
        };
    }
}
