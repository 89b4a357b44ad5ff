using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Executions;

/// <summary>
/// Reads a <c>Workflow</c> document: <c>description</c>, <c>inputs</c> (name → {<c>default</c>} or {<c>required</c>}), <c>timeout</c>,
/// <c>steps</c>. A step has a <c>name</c>; an action, or <c>wait</c>, or <c>parallel</c> (a list of lists of steps); and may have
/// <c>when</c>, <c>retry</c>, <c>timeout</c>, <c>continue_on_error</c>.
/// </summary>
public static class WorkflowDocument
{
    private static readonly Dictionary<string, Comparator> Comparators = new(StringComparer.Ordinal)
    {
        ["equals"] = Comparator.EqualTo,
        ["not_equals"] = Comparator.NotEqualTo,
        ["above"] = Comparator.Above,
        ["below"] = Comparator.Below,
        ["in"] = Comparator.In,
        ["exists"] = Comparator.Exists,
    };

    /// <summary>The workflow; what of it has mistakes is left out.</summary>
    public static Workflow Read(ResourceDocument document, List<Mistake> mistakes)
    {
        var fields = new FieldReader(document.Spec, "/spec", mistakes);
        var (defaults, required) = ReadInputs(fields);
        var workflow = new Workflow
        {
            Scope = document.Key.Scope,
            Name = document.Key.Name,
            Description = fields.Text("description") ?? "",
            Timeout = fields.Duration("timeout"),
            Defaults = defaults,
            Required = required,
            Steps = ReadSteps(fields.Raw("steps"), "/spec/steps", mistakes),
        };
        if (workflow.Steps.IsEmpty && !mistakes.Exists(m => m.Path.StartsWith("/spec/steps", StringComparison.Ordinal)))
        {
            fields.Report(ErrorCodes.MissingField, "steps", "a workflow needs `steps`");
        }

        fields.Close();
        return workflow;
    }

    private static (JsonElement Defaults, ImmutableArray<string> Required) ReadInputs(FieldReader fields)
    {
        var required = ImmutableArray.CreateBuilder<string>();
        if (fields.Object("inputs") is not { } inputs)
        {
            return (Json.EmptyObject, []);
        }

        var defaults = new System.Text.Json.Nodes.JsonObject();
        foreach (var name in inputs.Names)
        {
            if (inputs.Object(name) is not { } input)
            {
                continue;
            }

            input.Text("description");
            if (input.Raw("default") is { } value)
            {
                defaults[name] = Json.ToNode(value);
            }

            if (input.Flag("required", false))
            {
                required.Add(name);
            }

            input.Close();
        }

        return (Json.From(defaults), required.ToImmutable());
    }

    private static ImmutableArray<WorkflowStep> ReadSteps(JsonElement? list, string path, List<Mistake> mistakes)
    {
        if (list is not { ValueKind: JsonValueKind.Array } steps)
        {
            if (list is not null)
            {
                mistakes.Add(new Mistake(ErrorCodes.WrongType, path, "expected a list of steps"));
            }

            return [];
        }

        var read = ImmutableArray.CreateBuilder<WorkflowStep>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var step in steps.EnumerateArray())
        {
            var at = $"{path}/{index++}";
            if (step.ValueKind != JsonValueKind.Object)
            {
                mistakes.Add(new Mistake(ErrorCodes.WrongType, at, "expected a step: an object with a `name` and an action"));
                continue;
            }

            if (ReadStep(new FieldReader(step, at, mistakes), at, mistakes) is not { } one)
            {
                continue;
            }

            if (!names.Add(one.Name))
            {
                mistakes.Add(new Mistake(ErrorCodes.Duplicate, at + "/name", $"there are two steps `{one.Name}`"));
            }

            read.Add(one);
        }

        return read.ToImmutable();
    }

    private static WorkflowStep? ReadStep(FieldReader fields, string path, List<Mistake> mistakes)
    {
        var name = fields.RequiredText("name");
        var action = ActionReader.Read(fields, path, mistakes);
        var wait = fields.Duration("wait");
        var parallel = ReadParallel(fields, path, mistakes);
        if (name.Length > 0 && !ResourceDocument.IsName(name))
        {
            fields.Report(ErrorCodes.NotAllowed, "name", $"`{name}` is no name: use letters, digits, `-`, `_` and `.`");
        }

        var ways = (action is null ? 0 : 1) + (wait is null ? 0 : 1) + (parallel.IsEmpty ? 0 : 1);
        if (ways != 1 && !mistakes.Exists(m => m.Path.StartsWith(path + "/", StringComparison.Ordinal)))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.MissingField, path, "a step has one of `operation`, `workflow`, `actor`, `approval`, `wait`, `parallel`"));
        }

        var step = new WorkflowStep
        {
            Name = name,
            Action = action,
            Wait = wait,
            Parallel = parallel,
            When = fields.Object("when") is { } when ? ReadCondition(when, path + "/when", mistakes) : null,
            Retry = ReadRetry(fields),
            Timeout = fields.Duration("timeout"),
            ContinueOnError = fields.Flag("continue_on_error", false),
        };
        fields.Close();
        return name.Length == 0 ? null : step;
    }

    private static ImmutableArray<ImmutableArray<WorkflowStep>> ReadParallel(FieldReader fields, string path, List<Mistake> mistakes)
    {
        if (fields.Raw("parallel") is not { } list)
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            fields.Report(ErrorCodes.WrongType, "parallel", "expected a list of branches, each a list of steps");
            return [];
        }

        return [.. list.EnumerateArray().Select((branch, i) => ReadSteps(branch, $"{path}/parallel/{i}", mistakes))];
    }

    private static RetrySettings ReadRetry(FieldReader fields)
    {
        if (fields.Object("retry") is not { } retry)
        {
            return RetrySettings.Default;
        }

        var settings = new RetrySettings(
            retry.Whole("attempts", 1, 1000) ?? RetrySettings.Default.Attempts,
            retry.Duration("backoff") ?? RetrySettings.Default.Backoff,
            retry.Duration("max_backoff") ?? RetrySettings.Default.MaxBackoff,
            retry.Flag("always", false));
        retry.Close();
        return settings;
    }

    private static Condition? ReadCondition(FieldReader fields, string path, List<Mistake> mistakes)
    {
        Condition? read = null;
        if (fields.Raw("all") is { } all)
        {
            read = new AllOf(ReadConditions(all, path + "/all", mistakes));
        }
        else if (fields.Raw("any") is { } any)
        {
            read = new AnyOf(ReadConditions(any, path + "/any", mistakes));
        }
        else if (fields.Object("not") is { } not)
        {
            read = ReadCondition(not, path + "/not", mistakes) is { } negated ? new Not(negated) : null;
        }
        else if (fields.Raw("value") is { } value && Comparators.Keys.FirstOrDefault(fields.Has) is { } comparator)
        {
            read = new Comparison(value, Comparators[comparator], fields.Raw(comparator)!.Value);
        }
        else
        {
            mistakes.Add(new Mistake(
                ErrorCodes.MissingField, path,
                "a condition has `all`, `any`, `not`, or a `value` and one of "
                    + $"{string.Join(", ", Comparators.Keys.Select(k => $"`{k}`"))}"));
        }

        fields.Close();
        return read;
    }

    private static ImmutableArray<Condition> ReadConditions(JsonElement list, string path, List<Mistake> mistakes)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, path, "expected a list of conditions"));
            return [];
        }

        return [.. list.EnumerateArray()
            .Select((c, i) => c.ValueKind == JsonValueKind.Object
                ? ReadCondition(new FieldReader(c, $"{path}/{i}", mistakes), $"{path}/{i}", mistakes)
                : null)
            .OfType<Condition>()];
    }
}
