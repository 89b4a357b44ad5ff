using System.Text.Json.Serialization;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Targets;

namespace Reeve.Core.Documents;

/// <summary>How Core's records are written as JSON, in the store and on the wire: snake case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(UndefinedElementConverter)])]
[JsonSerializable(typeof(Target))]
[JsonSerializable(typeof(Execution))]
[JsonSerializable(typeof(Incident))]
[JsonSerializable(typeof(Episode))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(Checkpoint))]
[JsonSerializable(typeof(ScheduleMark))]
public sealed partial class CoreJson : JsonSerializerContext;
