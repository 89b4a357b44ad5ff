using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>Are all functions, variables and labels there? Said before a program runs, not when it comes to them.</summary>
internal static class Resolver
{
    public static void Check(Node root, IEnumerable<string> variables)
    {
        // built-in names need no place in the scope
        var scope = variables.Aggregate(Scope.Empty, (s, v) => s.With("$" + v));
        Visit(root, scope.With("$ENV").With("$__prog_args"));
    }

    private static void Visit(Node node, Scope scope)
    {
        switch (node)
        {
            case Variable variable when !scope.Has("$" + variable.Name):
                throw new ExpressionFault(variable.Column, $"`${variable.Name}` is not defined");
            case Break leave when !scope.Has("*" + leave.Name):
                throw new ExpressionFault(leave.Column, $"`$*label-{leave.Name}` is not defined");
            case Call call:
                if (!scope.Has(call.Key) && !Builtins.Native.ContainsKey(call.Key) && !Prelude.Definitions.ContainsKey(call.Key))
                {
                    throw new ExpressionFault(call.Column, Missing(call));
                }

                break;
            case Label label:
                Visit(label.Body, scope.With("*" + label.Name));
                return;
            case Define define:
                var inner = scope.With(define.Definition.Key);
                var body = define.Definition.Parameters.Aggregate(
                    inner, (s, p) => p[0] == '$' ? s.With(p).With(p[1..] + "/0") : s.With(p + "/0"));
                Visit(define.Definition.Body, body);
                Visit(define.Rest, inner);
                return;
            case Bind bind:
                Visit(bind.Source, scope);
                Visit(bind.Body, Bound(bind.Patterns, scope));
                return;
            case Reduce reduce:
                Visit(reduce.Source, scope);
                Visit(reduce.Inner.Init, scope);
                Visit(reduce.Inner.Update, Bound([reduce.Pattern], scope));
                return;
            case Foreach each:
                Visit(each.Source, scope);
                Visit(each.Inner.Init, scope);
                var bound = Bound([each.Pattern], scope);
                Visit(each.Inner.Update, bound);
                if (each.Inner.Extract is { } extract)
                {
                    Visit(extract, bound);
                }

                return;
        }

        foreach (var part in node.Parts)
        {
            Visit(part, scope);
        }
    }

    private static Scope Bound(IReadOnlyList<Pattern> patterns, Scope scope)
    {
        // a key of a pattern sees the variables that stand before it
        var bound = patterns.SelectMany(p => p.Names).Aggregate(scope, (s, n) => s.With("$" + n));
        foreach (var part in patterns.SelectMany(p => p.Parts))
        {
            Visit(part, bound);
        }

        return bound;
    }

    private static string Missing(Call call)
    {
        var counts = Builtins.Native.Keys.Concat(Prelude.Definitions.Keys)
            .Where(k => k.StartsWith(call.Name + "/", StringComparison.Ordinal)).Select(k => k[(call.Name.Length + 1)..]).ToList();
        return counts.Count > 0
            ? $"`{call.Name}` takes {string.Join(" or ", counts)} arguments and has {call.Key[(call.Name.Length + 1)..]}"
            : $"there is no function `{call.Name}`";
    }

    private sealed record Scope(Scope? Outer, string Name)
    {
        public static readonly Scope Empty = new(null, "");

        public Scope With(string name) => new(this, name);

        public bool Has(string name)
        {
            for (var at = this; at is not null; at = at.Outer)
            {
                if (at.Name == name)
                {
                    return true;
                }
            }

            return false;
        }
    }
}
