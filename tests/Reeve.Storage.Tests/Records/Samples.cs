using System.Collections.Immutable;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Targets;

namespace Reeve.Storage.Tests.Records;

/// <summary>Records to keep, with every field that matters filled in.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly Scope Scope = new("acme", "shop");
    public static readonly IdSource Ids = new(TimeProvider.System, new Random(1));

    public static JournalEntry Entry(int minute = 0, string kind = JournalKinds.Acted) => new()
    {
        At = Start.AddMinutes(minute),
        Scope = Scope,
        Kind = kind,
        Who = "policy/heal",
        Summary = "heals `w-1`: größer als 3 \"€\"",
        Target = "shop/workers/w-1",
        Binding = "heal",
        Policy = "heal",
        PolicyRevision = 3,
        Data = Json.Parse("""{"value":1.5,"rows":[1,2,{"a":null}]}"""),
    };

    public static Execution Execution(int minute = 0, string? key = null) => new()
    {
        Id = new(Ids.Next("exe")),
        Scope = Scope,
        Action = new ActionSpec(ActionKind.Operation, Operation.Heal, Json.Parse("""{"instances":["w-1"]}"""), "group"),
        Target = "shop/workers/w-1",
        IdempotencyKey = key ?? Ids.Next("key"),
        CreatedAt = Start.AddMinutes(minute),
        CreatedBy = "policy/heal",
        Cause = new Cause(
            "heal", "heal", 3, new EpisodeId("epi-1"), new IncidentId("inc-1"), "silent", "shop/workers/w-1", "main", 0, 1,
            "silent for 10 s", Json.Parse("""{"finding":1}""")),
    };

    public static Incident Incident(int minute = 0) => new()
    {
        Id = new(Ids.Next("inc")),
        Scope = Scope,
        Binding = "heal",
        Policy = "heal",
        PolicyRevision = 3,
        Check = "silent",
        Target = "shop/workers/w-1",
        Episode = new EpisodeId("epi-1"),
        Summary = "silent for 10 s",
        Findings = [new Finding("silent", Json.Parse("""{"seconds":10}"""), "shop/workers/w-1")],
        FindingCount = 1,
        FindingsHash = "abc",
        TriggeredAt = Start.AddMinutes(minute),
    };

    public static Approval Approval(int minute = 0) => new()
    {
        Id = new(Ids.Next("apr")),
        Scope = Scope,
        Subject = Ids.Next("subject"),
        Message = "may it?",
        Target = "shop/workers/w-1",
        Incident = new IncidentId("inc-1"),
        Episode = new EpisodeKey(Scope, "heal", "shop/workers/w-1", "silent"),
        RequestedAt = Start.AddMinutes(minute),
        ExpiresAt = Start.AddMinutes(minute + 10),
    };

    public static Target Target(string path) => new()
    {
        Key = new TargetKey(Scope, path),
        Kind = "instance",
        Labels = ImmutableSortedDictionary<string, string>.Empty.Add("tier", "web"),
        Aliases = ["host-1"],
        Properties = Json.Parse("""{"pid":12}"""),
        State = TargetState.Started,
        StateSince = Start,
        Capacity = new Capacity(1, 5, 2),
        Driver = new DriverChoice("process", Json.Parse("""{"command":["sleep"]}""")),
        CreatedAt = Start,
    };

    public static Episode Episode(int minute = 0) => new()
    {
        Id = new(Ids.Next("epi")),
        Key = new EpisodeKey(Scope, "heal", "shop/workers/w-1", "silent"),
        Origin = "shop/workers/w-1",
        Incident = new IncidentId("inc-1"),
        OpenedAt = Start.AddMinutes(minute),
        LastFindingAt = Start.AddMinutes(minute + 1),
        Findings = [new Finding("silent", Json.Parse("""{"seconds":10}"""))],
        Branches =
        [
            new BranchState("main")
            {
                Phase = BranchPhase.Held,
                Until = Start.AddMinutes(5),
                HeldBy = Json.Parse("""[{"restraint":"cooldown"}]"""),
            },
        ],
    };

    /// <summary>A set of an execution and this many journal entries.</summary>
    public static ChangeSet Changes(int entries)
    {
        var changes = new ChangeSet();
        changes.Executions.Add(Execution());
        for (var i = 0; i < entries; i++)
        {
            changes.Journal.Add(Entry(i));
        }

        return changes;
    }
}
