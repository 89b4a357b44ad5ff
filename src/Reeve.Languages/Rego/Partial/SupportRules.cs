using System.Text;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Partial;

/// <summary>
/// The rules that the queries need beside themselves, in packages below <c>partial</c>: what a default stands beside, what <c>else</c>
/// follows, functions, what comprehensions look at, and what is negated and more than one statement.
/// </summary>
internal sealed class SupportRules(
    Compilation compilation, Unknowns unknowns, Func<IReadOnlyList<Expression>, Term, List<(IReadOnlyList<Expression>, Term)>> complete)
{
    private readonly SortedDictionary<string, List<string>> _modules = new(StringComparer.Ordinal);
    private readonly HashSet<RuleNode> _made = [];
    private int _negations;

    /// <summary>The modules, as they are written.</summary>
    public IReadOnlyList<string> Modules =>
        [.. _modules.Select(m => $"package {m.Key}\n\n{string.Join("\n\n", m.Value)}\n")];

    /// <summary>The rules behind a reference, and how many of its parts name them; null when a variable comes first.</summary>
    public (RuleNode? Node, int Used) Find(RefTerm path)
    {
        var node = compilation.Root;
        for (var at = 1; at < path.Parts.Count; at++)
        {
            if (path.Parts[at] is not ScalarTerm key || node.Child(key.Value) is not { } child)
            {
                return (null, at);
            }

            node = child;
            if (node.HasRules)
            {
                return (node, at + 1);
            }
        }

        return (null, path.Parts.Count);
    }

    /// <summary>The same with rules of the support modules in the place of those that look at what is unknown.</summary>
    public Expression Refer(Expression statement) => Rewriter.Statement(statement);

    /// <summary>The same with a rule of the support modules.</summary>
    public Term Refer(RefTerm path) => Rewriter.Term(path);

    /// <summary>The name of a function as one of the support modules.</summary>
    public RefTerm Function(RefTerm callee, RuleNode node)
    {
        Make(node);
        return new RefTerm([callee.Parts[0], Word("partial", callee.Location), .. callee.Parts.Skip(1)], callee.Location);
    }

    /// <summary>A rule that holds when a body does; a function of the variables that the body shares with what is around it.</summary>
    public Term Not(IReadOnlyList<Expression> body, IReadOnlyList<string> shared)
    {
        var name = $"__not{_negations++}__";
        var location = body[0].Location;
        VarTerm[] variables = [.. shared.Select(s => new VarTerm(s, location))];
        var names = new LegalNames();
        var parameters = shared.Count == 0 ? "" : $"({string.Join(", ", variables.Select(v => TermText.Of(names.Of(v))))})";
        Module("partial").Add($"{name}{parameters} if {Text(body, names)}");
        var path = new RefTerm([new VarTerm("data", location), Word("partial", location), Word(name, location)], location);
        return shared.Count == 0 ? path : new CallTerm(path, variables, location);
    }

    private TermRewriter Rewriter => new(v => v, path =>
    {
        if (unknowns.IsNamed(path) || !unknowns.IsByRules(path))
        {
            return path;
        }

        if (Find(path).Node is not { } node)
        {
            throw PartialEvaluator.Ends(
                $"`{path}` cannot be evaluated in part: it asks for all rules of a package, or for a rule by a variable");
        }

        Make(node);
        return new RefTerm([path.Parts[0], Word("partial", path.Location), .. path.Parts.Skip(1)], path.Location);
    }, Written);

    /// <summary>A call of a function with its result behind the operands, as it can be written: <c>result = f(operands)</c>.</summary>
    public Term Written(Term term)
    {
        if (term is not CallTerm { Callee: RefTerm callee } call)
        {
            return term;
        }

        IReadOnlyList<Term> path = callee.Parts[1] is ScalarTerm { Value: StringValue { Text: "partial" } }
            ? [callee.Parts[0], .. callee.Parts.Skip(2)] : callee.Parts;
        var arity = compilation.Find(path)?.Arity ?? call.Arguments.Count;
        return call.Arguments.Count == arity + 1
            ? new CallTerm(
                new VarTerm("eq", call.Location),
                [call.Arguments[^1], new CallTerm(callee, [.. call.Arguments.Take(arity)], call.Location)], call.Location)
            : term;
    }

    private void Make(RuleNode node)
    {
        if (!_made.Add(node))
        {
            return;
        }

        var package = node.Rules[0].Module.Package;
        var rules = Module(string.Join('.', package.Prepend("partial").Select((step, at) => IsName(step) || at == 0
            ? step : throw PartialEvaluator.Ends($"the package of `{node.Name}` has no plain name"))));
        var name = string.Concat(node.Path.Skip(package.Count).Select((step, at) => step is StringValue { Text: var text } && IsName(text)
            ? at == 0 ? text : $".{text}" : $"[{step}]"));
        foreach (var rule in node.Rules)
        {
            if (rule.Source.IsDefault || node.IsFunction || rule.Rewritten!.Else is not null || node.IsPartial || rule.Tail.Count > 0)
            {
                rules.Add(AsWritten(name, rule));
                continue;
            }

            foreach (var (body, value) in complete(rule.Rewritten!.Body, rule.Rewritten.Value ?? Truth(rule.Source.Location)))
            {
                var names = new LegalNames();
                var made = TermText.Of(names.Rewriter.Term(value));
                rules.Add(body.Count == 0 ? $"{name} := {made}" : $"{name} := {made} if {Text(body, names)}");
            }
        }
    }

    private string AsWritten(string name, RuleInfo rule)
    {
        var names = new LegalNames();
        var (made, text) = (rule.Rewritten!, new StringBuilder(rule.Source.IsDefault ? "default " : ""));
        text.Append(name);
        foreach (var step in made.Tail)
        {
            text.Append('[').Append(Written(step, names)).Append(']');
        }

        if (rule.Node.IsFunction)
        {
            text.Append('(').AppendJoin(", ", made.Parameters.Select(p => Written(p, names))).Append(')');
        }

        text.Append(made.Key is { } key
            ? $" contains {Written(key, names)}"
            : $" := {Written(made.Value ?? Truth(rule.Source.Location), names)}");
        for (var part = made; part is not null; part = part.Else)
        {
            if (!ReferenceEquals(part, made))
            {
                // its parameters are the same, under names of its own
                foreach (var (own, first) in part.Parameters.SelectMany(TermSearch.All).Zip(made.Parameters.SelectMany(TermSearch.All)))
                {
                    names.Same(own, first);
                }

                text.Append($" else := {Written(part.Value ?? Truth(rule.Source.Location), names)}");
            }

            if (part.Body.Count > 0 && !rule.Source.IsDefault)
            {
                text.Append(" if ").Append(Text([.. part.Body.Select(Refer)], names));
            }
        }

        return text.ToString();
    }

    private string Written(Term term, LegalNames names) => TermText.Of(names.Rewriter.Term(Rewriter.Term(term)));

    private static string Text(IReadOnlyList<Expression> body, LegalNames names) =>
        $"{{\n{string.Concat(body.Select(s => $"\t{TermText.Of(names.Rewriter.Statement(s))}\n"))}}}";

    private List<string> Module(string package)
    {
        if (!_modules.TryGetValue(package, out var rules))
        {
            _modules[package] = rules = [];
        }

        return rules;
    }

    private static ScalarTerm Truth(Location location) => new(BooleanValue.Of(true), location);

    private static ScalarTerm Word(string text, Location location) => new(StringValue.Of(text), location);

    private static bool IsName(string text) =>
        text.Length > 0 && (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}

/// <summary>Gives variables names that can be written: their own where they had one, others <c>__local0__</c> and so on.</summary>
internal sealed class LegalNames
{
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal) { "input", "data" };

    public LegalNames() => Rewriter = new TermRewriter(Of);

    public TermRewriter Rewriter { get; }

    /// <summary>Two variables have one name.</summary>
    public void Same(Term own, Term first)
    {
        if (own is VarTerm one && first is VarTerm other && one.Name != other.Name)
        {
            _names[one.Name] = Of(other).Name;
        }
    }

    public VarTerm Of(VarTerm variable)
    {
        if (variable.Name is "input" or "data")
        {
            return variable;
        }

        if (!_names.TryGetValue(variable.Name, out var legal))
        {
            var end = variable.Name.AsSpan().IndexOfAny("%~$");
            var own = end < 0 ? variable.Name : variable.Name[..end];
            legal = own.Length > 0 && _taken.Add(own) ? own : null;
            for (var n = 0; legal is null; n++)
            {
                var name = own.Length > 0 ? $"{own}_{n + 1}" : $"__local{n}__";
                legal = _taken.Add(name) ? name : null;
            }

            _names[variable.Name] = legal;
        }

        return new VarTerm(legal, variable.Location);
    }
}
