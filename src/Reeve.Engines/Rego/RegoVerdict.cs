using System.Collections.Immutable;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Signals;
using Reeve.Languages.Rego.Values;

namespace Reeve.Engines.Rego;

/// <summary>Reads the verdict out of the document that a package is.</summary>
internal static class RegoVerdict
{
    /// <summary>The check of findings that name none.</summary>
    public const string Check = "rego";

    // the last three are what policies for other programs are used to
    private static readonly string[] FindingRules = ["findings", "deny", "violation", "violations"];

    /// <summary>The rules that are read; what a package says by another name is passed over.</summary>
    public static readonly string[] Rules =
        [.. FindingRules, "checks", "actions", "refuse", "allow", "amend", "actionRequired", "diagnostics"];

    private static readonly Dictionary<string, DiagnosticSeverity> Severities = new(StringComparer.Ordinal)
    {
        ["info"] = DiagnosticSeverity.Info,
        ["warning"] = DiagnosticSeverity.Warning,
        ["error"] = DiagnosticSeverity.Error,
    };

    public static Verdict Read(ObjectValue said, Signal? signal)
    {
        var diagnostics = ImmutableArray.CreateBuilder<Diagnostic>();
        var findings = new SortedDictionary<string, List<Finding>>(StringComparer.Ordinal);
        foreach (var rule in FindingRules)
        {
            ReadFindings(said.Get(rule), rule, findings, diagnostics);
        }

        // EMCO's policies say only that something must be done
        if (said.Get("actionRequired") is BooleanValue { Boolean: true })
        {
            Add(findings, Check, new Finding("action required", Json.EmptyObject));
        }

        if (!findings.ContainsKey(Check))
        {
            findings[Check] = [];
        }

        foreach (var item in Items(said.Get("diagnostics")))
        {
            diagnostics.Add(DiagnosticOf(item));
        }

        return new Verdict
        {
            Checks = [.. Passed(said, findings), .. findings.Select(f => new CheckVerdict(f.Key, [.. f.Value])
            {
                Summary = f.Value.Count == 0 ? null : f.Value[0].Summary,
            })],
            Actions = ReadActions(said.Get("actions"), diagnostics),
            Operation = signal is OperationSignal { Phase: OperationPhase.Before } ? ReadOperation(said, findings) : null,
            Diagnostics = diagnostics.ToImmutable(),
        };
    }

    // a check that is named here and found nothing has passed
    private static IEnumerable<CheckVerdict> Passed(ObjectValue said, SortedDictionary<string, List<Finding>> findings) =>
        Items(said.Get("checks")).OfType<StringValue>().Where(c => !findings.ContainsKey(c.Text)).Select(c => new CheckVerdict(c.Text, []));

    private static void ReadFindings(
        Value? value, string rule, SortedDictionary<string, List<Finding>> findings, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        // an object says which check each finding is of
        if (value is ObjectValue byCheck && rule == "findings")
        {
            foreach (var (check, items) in byCheck)
            {
                var name = check is StringValue text ? text.Text : check.ToString();
                if (!findings.ContainsKey(name))
                {
                    findings[name] = [];
                }

                foreach (var item in items is ObjectValue ? [items] : Items(items))
                {
                    Add(findings, name, FindingOf(item, diagnostics));
                }
            }

            return;
        }

        foreach (var item in Items(value))
        {
            var check = ((item as ObjectValue)?.Get("check") as StringValue)?.Text;
            Add(findings, check ?? Check, FindingOf(item, diagnostics));
        }
    }

    private static void Add(SortedDictionary<string, List<Finding>> findings, string check, Finding finding)
    {
        if (!findings.TryGetValue(check, out var list))
        {
            findings[check] = list = [];
        }

        list.Add(finding);
    }

    private static Finding FindingOf(Value item, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        switch (item)
        {
            case StringValue text:
                return new Finding(text.Text, Json.Object(("summary", text.Text)));
            case ObjectValue fields:
                var summary = Text(fields, "summary") ?? Text(fields, "msg") ?? Text(fields, "message") ?? fields.ToString();
                var data = fields.Get("data") ?? fields.Get("details");
                return new Finding(summary, RegoJson.Element(data as ObjectValue ?? fields), Text(fields, "target"))
                {
                    Identity = fields.Get("identity") is { } identity ? RegoJson.Element(identity) : null,
                };
            default:
                diagnostics.Add(new Diagnostic(DiagnosticSeverity.Warning, $"a finding is neither a text nor an object: `{item}`"));
                return new Finding(item.ToString(), Json.EmptyObject);
        }
    }

    private static ImmutableArray<ActionSpec> ReadActions(Value? value, ImmutableArray<Diagnostic>.Builder diagnostics)
    {
        var actions = ImmutableArray.CreateBuilder<ActionSpec>();
        foreach (var item in Items(value))
        {
            // a bare name is that of a workflow
            var element = item is StringValue name ? Json.Object(("workflow", name.Text)) : RegoJson.Element(item);
            var mistakes = new List<Mistake>();
            var action = ActionReader.Read(new FieldReader(element, "", mistakes), "", mistakes);
            if (action is not null && mistakes.Count == 0)
            {
                actions.Add(action);
                continue;
            }

            var why = string.Join("; ", mistakes.Select(m => m.Message));
            diagnostics.Add(new Diagnostic(DiagnosticSeverity.Error, $"the action `{item}` cannot be taken: {why}"));
        }

        return actions.ToImmutable();
    }

    private static OperationChange? ReadOperation(ObjectValue said, SortedDictionary<string, List<Finding>> findings)
    {
        var allowed = (said.Get("allow") as BooleanValue)?.Boolean;
        var reasons = Items(said.Get("refuse")).Select(r => r is StringValue text ? text.Text : r.ToString())
            .Where(r => r is not ("false" or "true")).ToList();
        if (said.Get("refuse") is BooleanValue { Boolean: true } && reasons.Count == 0)
        {
            reasons.Add("the policy refuses it");
        }

        if (allowed == false && reasons.Count == 0)
        {
            reasons.AddRange(findings.Values.SelectMany(f => f).Select(f => f.Summary).DefaultIfEmpty("the policy does not allow it"));
        }
        else if (allowed is null && reasons.Count == 0)
        {
            // asked before an operation, what is found says that it must not run
            reasons.AddRange(findings.Values.SelectMany(f => f).Select(f => f.Summary));
        }

        if (reasons.Count > 0)
        {
            return OperationChange.Refuse(string.Join("; ", reasons));
        }

        return said.Get("amend") is ObjectValue amended ? OperationChange.Amend(RegoJson.Element(amended)) : null;
    }

    private static Diagnostic DiagnosticOf(Value item)
    {
        var fields = item as ObjectValue;
        var severity = Severities.GetValueOrDefault(fields is null ? "info" : Text(fields, "severity") ?? "info", DiagnosticSeverity.Info);
        return new Diagnostic(severity, fields is null ? (item as StringValue)?.Text ?? item.ToString() : Text(fields, "message") ?? "");
    }

    private static string? Text(ObjectValue fields, string name) => (fields.Get(name) as StringValue)?.Text;

    // one of something is as good as a list of one
    private static IEnumerable<Value> Items(Value? value) => value switch
    {
        null or NullValue or BooleanValue => [],
        ArrayValue or SetValue => (IEnumerable<Value>)value,
        _ => [value],
    };
}
