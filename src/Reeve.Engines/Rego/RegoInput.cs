using System.Globalization;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Targets;
using Reeve.Languages.Rego.Values;

namespace Reeve.Engines.Rego;

/// <summary>Makes the document <c>input</c> of an evaluation. Names of members are made once.</summary>
internal static class RegoInput
{
    private static readonly StringValue Kind = StringValue.Of("kind");
    private static readonly StringValue Id = StringValue.Of("id");
    private static readonly StringValue At = StringValue.Of("at");
    private static readonly StringValue Path = StringValue.Of("path");
    private static readonly StringValue Name = StringValue.Of("name");
    private static readonly StringValue State = StringValue.Of("state");
    private static readonly StringValue Labels = StringValue.Of("labels");
    private static readonly StringValue Properties = StringValue.Of("properties");
    private static readonly StringValue Capacity = StringValue.Of("capacity");
    private static readonly StringValue SignalName = StringValue.Of("signal");
    private static readonly StringValue EventName = StringValue.Of("event");
    private static readonly StringValue TickName = StringValue.Of("tick");
    private static readonly StringValue OperationName = StringValue.Of("operation");
    private static readonly StringValue TargetName = StringValue.Of("target");
    private static readonly StringValue FactsName = StringValue.Of("facts");

    public static ObjectValue Of(in EvaluationInput input, Value properties, bool wantsMembers)
    {
        var made = new ObjectBuilder(6);
        var signal = new ObjectBuilder(3);
        signal.Set(At, Time(input.Signal?.At ?? input.Now));
        switch (input.Signal)
        {
            case EventSignal seen:
                signal.Set(Kind, EventName);
                made.Set(EventName, Event(seen.Event));
                break;
            case TickSignal tick:
                signal.Set(Kind, TickName);
                made.Set(TickName, Members(("due_at", Time(tick.DueAt))));
                break;
            case OperationSignal operation:
                signal.Set(Kind, OperationName);
                made.Set(OperationName, Operation(operation));
                break;
        }

        if (input.Signal is { } there)
        {
            signal.Set(Id, StringValue.Of(there.Id));
        }

        made.Set(SignalName, signal.ToObject());
        made.Set(TargetName, Target(input.Facts.Target));
        made.Set(FactsName, Facts(input, wantsMembers));
        made.Set(Properties, properties);
        return made.ToObject();
    }

    private static ObjectValue Facts(in EvaluationInput input, bool wantsMembers)
    {
        var facts = new ObjectBuilder(5);
        var scope = input.Facts.Target.Key.Scope;
        facts.Set(StringValue.Of("now"), Time(input.Now));
        facts.Set(StringValue.Of("binding"), StringValue.Of(input.Facts.Binding));
        facts.Set(StringValue.Of("tenant"), StringValue.Of(scope.Tenant));
        facts.Set(StringValue.Of("project"), StringValue.Of(scope.Project));
        if (input.Facts.Group is { } group)
        {
            facts.Set(StringValue.Of("group"), Target(group));
        }

        if (wantsMembers)
        {
            facts.Set(StringValue.Of("members"), ArrayValue.Of(input.Facts.Members.Select(Target)));
        }

        return facts.ToObject();
    }

    private static ObjectValue Event(Event seen)
    {
        var made = new ObjectBuilder(10);
        foreach (var (name, value) in seen.Attributes)
        {
            made.Set(StringValue.Of(name), RegoJson.Value(value));
        }

        made.Set(TargetName, StringValue.Of(seen.Target));
        made.Set(StringValue.Of("service"), StringValue.Of(seen.Service));
        made.Set(StringValue.Of("time"), Time(seen.Time));
        if (seen.Metric is { } metric && NumberValue.Of(metric) is { } number)
        {
            made.Set(StringValue.Of("metric"), number);
        }

        if (seen.State is { } state)
        {
            made.Set(State, StringValue.Of(state));
        }

        if (seen.Description is { } description)
        {
            made.Set(StringValue.Of("description"), StringValue.Of(description));
        }

        if (seen.Ttl is { } ttl && NumberValue.Of(ttl.TotalSeconds) is { } seconds)
        {
            made.Set(StringValue.Of("ttl"), seconds);
        }

        if (seen.Tags.Length > 0)
        {
            made.Set(StringValue.Of("tags"), ArrayValue.Of(seen.Tags.Select(StringValue.Of)));
        }

        return made.ToObject();
    }

    private static ObjectValue Operation(OperationSignal operation)
    {
        var made = new ObjectBuilder(8);
        made.Set(Name, StringValue.Of(operation.Operation));
        made.Set(StringValue.Of("phase"), StringValue.Of(operation.Phase == OperationPhase.Before ? "before" : "after"));
        made.Set(TargetName, StringValue.Of(operation.Target.Path));
        made.Set(StringValue.Of("inputs"), RegoJson.Value(operation.Inputs));
        made.Set(StringValue.Of("data"), RegoJson.Value(operation.Data));
        made.Set(StringValue.Of("requested_by"), StringValue.Of(operation.RequestedBy));
        if (operation.Succeeded is { } succeeded)
        {
            made.Set(StringValue.Of("succeeded"), BooleanValue.Of(succeeded));
        }

        return made.ToObject();
    }

    private static ObjectValue Target(Target target)
    {
        var made = new ObjectBuilder(7);
        made.Set(Path, StringValue.Of(target.Key.Path));
        made.Set(Name, StringValue.Of(target.Key.Name));
        made.Set(Kind, StringValue.Of(target.Kind));
        made.Set(State, StringValue.Of(target.State.ToString().ToLowerInvariant()));
        made.Set(Labels, ObjectValue.Of(
            target.Labels.Select(l => new KeyValuePair<Value, Value>(StringValue.Of(l.Key), StringValue.Of(l.Value)))));
        made.Set(Properties, RegoJson.Value(target.Properties));
        if (target.Capacity is { } capacity)
        {
            made.Set(Capacity, Members(
                ("min", NumberValue.Of((long)capacity.Min)), ("max", NumberValue.Of((long)capacity.Max)),
                ("desired", NumberValue.Of((long)capacity.Desired))));
        }

        return made.ToObject();
    }

    private static ObjectValue Members(params ReadOnlySpan<(string Name, Value Value)> members)
    {
        var made = new ObjectBuilder(members.Length);
        foreach (var (name, value) in members)
        {
            made.Set(StringValue.Of(name), value);
        }

        return made.ToObject();
    }

    private static StringValue Time(DateTimeOffset at) =>
        StringValue.Of(at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture));
}
