using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Core.Executions;

/// <summary>What came of one try of a step.</summary>
/// <param name="Succeeded">Was it done?</param>
/// <param name="Output">What it gave; an object.</param>
/// <param name="Error">What went wrong; null on success.</param>
/// <param name="Transient">Can trying again help?</param>
/// <param name="RetryAfter">How long to wait before the next try, when the other side says.</param>
public readonly record struct StepOutcome(bool Succeeded, JsonElement Output, string? Error, bool Transient, TimeSpan? RetryAfter)
{
    /// <summary>It was done.</summary>
    public static StepOutcome Done(JsonElement output = default) =>
        new(true, output.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : output, null, false, null);

    /// <summary>It was not done.</summary>
    public static StepOutcome Failed(string error, bool transient = false, TimeSpan? retryAfter = null, JsonElement output = default) =>
        new(false, output.ValueKind == JsonValueKind.Undefined ? Json.EmptyObject : output, error, transient, retryAfter);
}
