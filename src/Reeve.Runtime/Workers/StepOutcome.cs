using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Runtime.Workers;

/// <summary>What came of one try of a step.</summary>
internal readonly record struct StepOutcome(bool Succeeded, JsonElement Output, string? Error, bool Transient, TimeSpan? RetryAfter)
{
    public static StepOutcome Done(JsonElement output = default) =>
        new(true, output.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : output, null, false, null);

    public static StepOutcome Failed(string error, bool transient = false, TimeSpan? retryAfter = null, JsonElement output = default) =>
        new(false, output.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : output, error, transient, retryAfter);
}
