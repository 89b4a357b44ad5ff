using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Core.Restraints;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Core.Time;

namespace Reeve.Core.Matching;

/// <summary>
/// Reads a <c>Binding</c> document: <c>policy</c>, <c>targets</c>, <c>per</c>, <c>on</c> {<c>events</c>, <c>schedule</c>,
/// <c>operations</c>}, <c>mode</c>, <c>enabled</c>, <c>priority</c>, <c>on_failure</c>, <c>repeat</c>, <c>restraints</c>, <c>incident</c>,
/// <c>escalation</c>, <c>resolution</c>.
/// </summary>
public static class BindingDocument
{
    private static readonly Dictionary<string, KeyScope> Scopes = new(StringComparer.Ordinal)
    {
        ["instance"] = KeyScope.Instance,
        ["group"] = KeyScope.Group,
        ["all"] = KeyScope.All,
    };

    private static readonly Dictionary<string, BindingMode> Modes = new(StringComparer.Ordinal)
    {
        ["enforce"] = BindingMode.Enforce,
        ["observe"] = BindingMode.Observe,
    };

    private static readonly Dictionary<string, FailureRule> Rules = new(StringComparer.Ordinal)
    {
        ["incident"] = FailureRule.Incident,
        ["skip"] = FailureRule.Skip,
        ["refuse"] = FailureRule.Refuse,
        ["allow"] = FailureRule.Allow,
    };

    private static readonly Dictionary<string, RepeatRule> Repeats = new(StringComparer.Ordinal)
    {
        ["episode"] = RepeatRule.Episode,
        ["signal"] = RepeatRule.Signal,
    };

    private static readonly Dictionary<string, OperationPhase> Phases = new(StringComparer.Ordinal)
    {
        ["before"] = OperationPhase.Before,
        ["after"] = OperationPhase.After,
    };

    private static readonly string[] Severities = ["info", "warning", "critical"];

    /// <summary>The binding; what of it has mistakes is left out.</summary>
    public static Binding Read(ResourceDocument document, long revision, List<Mistake> mistakes)
    {
        var fields = new FieldReader(document.Spec, "/spec", mistakes);
        var on = fields.Object("on");
        var binding = new Binding
        {
            Scope = document.Key.Scope,
            Name = document.Key.Name,
            Revision = revision,
            Policy = fields.RequiredText("policy"),
            Enabled = fields.Flag("enabled", true),
            Mode = fields.OneOf("mode", Modes) ?? BindingMode.Enforce,
            Priority = fields.Whole("priority", 0, 1_000_000) ?? 100,
            Targets = SelectorReader.Read(fields, "targets"),
            Per = fields.OneOf("per", Scopes) ?? KeyScope.Instance,
            OnFailure = fields.OneOf("on_failure", Rules) ?? FailureRule.Incident,
            Repeat = fields.OneOf("repeat", Repeats) ?? RepeatRule.Episode,
            Events = on is null ? [] : ReadEvents(on, mistakes),
            Schedule = on?.Raw("schedule") is { } schedule ? ScheduleDocument.Read(schedule, "/spec/on/schedule", mistakes) : null,
            Operations = on is null ? [] : ReadOperations(on),
            Restraints = RestraintReader.Read(fields, mistakes),
            Incident = ReadIncident(fields),
            Escalation = ReadBranches(fields, "escalation", mistakes),
            Resolution = ReadBranches(fields, "resolution", mistakes),
        };
        on?.Close();
        if (on is null)
        {
            fields.Report(
                ErrorCodes.MissingField, "on",
                "a binding needs `on` with `events`, `schedule` or `operations`: when is the policy looked at?");
        }
        else if (binding.Events.IsEmpty
            && binding.Schedule is null
            && binding.Operations.IsEmpty
            && !mistakes.Exists(m => m.Path.StartsWith("/spec/on", StringComparison.Ordinal)))
        {
            on.Report(
                ErrorCodes.MissingField, "events", "one of `events`, `schedule` and `operations` must say when the policy is looked at");
        }

        if (binding.Repeat == RepeatRule.Signal
            && binding.Escalation.Any(b => b.Steps.Length != 1 || b.Steps[0].Action.Kind == ActionKind.Approval))
        {
            fields.Report(
                ErrorCodes.NotAllowed, "repeat",
                "with `repeat: signal` each branch has exactly one step, and that is no approval: nothing counts further steps");
        }

        fields.Close();
        return binding;
    }

    private static ImmutableArray<EventFilter> ReadEvents(FieldReader on, List<Mistake> mistakes)
    {
        if (on.Raw("events") is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            on.Report(ErrorCodes.WrongType, "events", "expected a list of services, such as [heartbeat, `cpu*`]");
            return [];
        }

        var filters = ImmutableArray.CreateBuilder<EventFilter>();
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var path = $"/spec/on/events/{index++}";
            if (item.ValueKind == JsonValueKind.String)
            {
                filters.Add(new EventFilter(item.GetString()!));
            }
            else if (item.ValueKind == JsonValueKind.Object)
            {
                var fields = new FieldReader(item, path, mistakes);
                var service = fields.RequiredText("service");
                var state = fields.Text("state");
                if (service.Length > 0)
                {
                    filters.Add(new EventFilter(service, state));
                }

                fields.Close();
            }
            else
            {
                mistakes.Add(new Mistake(
                    ErrorCodes.WrongType, path, "expected the name of a service, or an object with `service` and `state`"));
            }
        }

        return filters.ToImmutable();
    }

    private static ImmutableArray<OperationFilter> ReadOperations(FieldReader on) =>
        [.. on.List("operations", fields =>
        {
            var operation = fields.RequiredText("operation");
            if (operation.Length > 0 && operation != "*" && !Operation.All.Contains(operation))
            {
                var near = DidYouMean.Find(operation, Operation.All);
                fields.Report(
                    ErrorCodes.NotFound, "operation",
                    $"there is no operation `{operation}`{(near is null ? "" : $"; did you mean `{near}`?")}");
            }

            var phase = fields.OneOf("phase", Phases) ?? OperationPhase.Before;
            fields.Close();
            return new OperationFilter(operation, phase);
        })];

    private static IncidentSettings ReadIncident(FieldReader fields)
    {
        if (fields.Object("incident") is not { } incident)
        {
            return new IncidentSettings();
        }

        var settings = new IncidentSettings
        {
            Open = incident.Flag("open", true),
            Severity = ReadSeverity(incident),
            HashInclude = incident.Texts("hash_include"),
            HashExclude = incident.Texts("hash_exclude"),
            RerunOnChange = incident.Flag("rerun_on_change", true),
        };
        incident.Close();
        return settings;
    }

    private static string ReadSeverity(FieldReader incident)
    {
        var severity = incident.Text("severity") ?? "warning";
        if (!Severities.Contains(severity))
        {
            incident.Report(ErrorCodes.NotAllowed, "severity", $"expected one of {string.Join(", ", Severities)}, found `{severity}`");
        }

        return severity;
    }

    private static ImmutableArray<Branch> ReadBranches(FieldReader fields, string member, List<Mistake> mistakes)
    {
        var index = 0;
        var names = new HashSet<string>(StringComparer.Ordinal);
        return [.. fields.List(member, branch =>
        {
            var path = $"/spec/{member}/{index++}";
            var name = branch.Text("name") ?? (index == 1 ? "main" : $"branch-{index}");
            if (!names.Add(name))
            {
                branch.Report(ErrorCodes.Duplicate, "name", $"there are two branches `{name}`");
            }

            var step = 0;
            var steps = branch.List("steps", s => ReadStep(s, $"{path}/steps/{step++}", mistakes));
            if (steps.IsEmpty)
            {
                branch.Report(ErrorCodes.MissingField, "steps", "a branch needs `steps`");
            }

            branch.Close();
            return new Branch(name, [.. steps.OfType<EscalationStep>()]);
        })];
    }

    private static EscalationStep? ReadStep(FieldReader fields, string path, List<Mistake> mistakes)
    {
        var action = ActionReader.Read(fields, path, mistakes);
        var attempts = fields.Raw("attempts") is { ValueKind: JsonValueKind.String } word && word.GetString() == "unlimited"
            ? 0
            : fields.Whole("attempts", 1, 1_000_000) ?? 1;
        var settle = fields.Duration("settle");
        var timeout = fields.Duration("timeout");
        fields.Close();
        if (action is null)
        {
            if (!mistakes.Exists(m => m.Path.StartsWith(path + "/", StringComparison.Ordinal)))
            {
                mistakes.Add(new Mistake(ErrorCodes.MissingField, path, "a step has one of `operation`, `workflow`, `actor`, `approval`"));
            }

            return null;
        }

        return new EscalationStep(action) { Attempts = attempts, Settle = settle, Timeout = timeout };
    }
}
