using System.Collections.Immutable;
using Reeve.Languages.Rego.Values;
using Reeve.Server.Opa.Documents;

namespace Reeve.Server.Opa.Logs;

/// <summary>
/// Takes out of a logged decision, or replaces in it, what a policy names by JSON pointers below <c>/input</c> and <c>/result</c>. A part
/// that is not there is passed over.
/// </summary>
internal static class DecisionMask
{
    public static void Apply(LoggedDecision logged, Value? mask)
    {
        foreach (var item in mask as IEnumerable<Value> ?? [])
        {
            switch (item)
            {
                case StringValue pointer:
                    Apply(logged, pointer.Text, null);
                    break;
                case ObjectValue rule when DataTree.TextMember(rule, "path") is { } path:
                    var replaces = DataTree.TextMember(rule, "op") == "upsert";
                    Apply(logged, path, replaces ? rule.Get("value") ?? NullValue.Instance : null);
                    break;
            }
        }
    }

    private static void Apply(LoggedDecision logged, string pointer, Value? replacement)
    {
        var path = OpaPath.ParsePointer(pointer);
        var root = path.Length == 0 ? null : path[0];
        var changed = root switch
        {
            "input" => Changed(logged.Input, path.RemoveAt(0), replacement, v => logged.Input = v),
            "result" => Changed(logged.Result, path.RemoveAt(0), replacement, v => logged.Result = v),
            _ => false,
        };
        if (changed)
        {
            (replacement is null ? logged.Erased : logged.Masked).Add(pointer);
        }
    }

    private static bool Changed(Value? value, ImmutableArray<string> path, Value? replacement, Action<Value?> set)
    {
        if (value is null)
        {
            return false;
        }

        if (path.Length == 0)
        {
            set(replacement);
            return true;
        }

        // INVARIANT: what is not there is not made, but the last step of an object may be
        var above = DataTree.Find(value, path[..^1]);
        var isThere = DataTree.Find(value, path) is not null;
        if (above is null || (!isThere && (replacement is null || above is not ObjectValue)))
        {
            return false;
        }

        set(DataTree.Changed(value, path, replacement));
        return true;
    }
}
