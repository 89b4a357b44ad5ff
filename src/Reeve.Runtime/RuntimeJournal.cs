using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Journal;

namespace Reeve.Runtime;

/// <summary>What the runtime itself has to say in the journal.</summary>
internal static class RuntimeJournal
{
    /// <summary>The process has started.</summary>
    public static JournalEntry Started(LoopState state, IReadOnlyList<Execution> resumed, DateTimeOffset now)
    {
        var lastKept = state.Checkpoints.Count > 0 ? state.Checkpoints.Max(c => c.At) : (DateTimeOffset?)null;
        return new JournalEntry
        {
            At = now,
            Scope = Scope.Default,
            Kind = JournalKinds.Started,
            Who = "system",
            Summary = $"started; {resumed.Count} executions go on, {state.Episodes.Count} episodes live"
                + (lastKept is { } at ? $"; window contents after the checkpoint of {at:u} are lost" : ""),
            Data = Json.Build(writer =>
            {
                writer.WriteStartObject();
                writer.WriteStartArray("resumed");
                foreach (var execution in resumed)
                {
                    writer.WriteStringValue(execution.Id.Value);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }),
        };
    }

    /// <summary>The wall clock was set.</summary>
    public static JournalEntry Jumped(TimeSpan by, DateTimeOffset now) => new JournalEntry
    {
        At = now,
        Scope = Scope.Default,
        Kind = JournalKinds.ClockJumped,
        Who = "system",
        Summary = by > TimeSpan.Zero
            ? $"the clock was set forward by {Core.Time.Durations.Format(by)}"
            : $"the clock was set back by {Core.Time.Durations.Format(by.Negate())}; time goes on from where it was",
    };
}
