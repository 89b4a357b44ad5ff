using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Rewriting: names, calls and order.</summary>
internal sealed partial class Compilation
{
    /// <summary>The rules that can be named without <c>data</c> in a package.</summary>
    public HashSet<string> RuleNames(IReadOnlyList<string> package) =>
        _packages.TryGetValue(string.Join('\u0001', package), out var modules)
            ? [.. modules.SelectMany(module => module.Rules).Select(rule => rule.Name)]
            : [];

    private void RewriteAll(IReadOnlyList<RegoModule> modules)
    {
        var byModule = new Dictionary<RegoModule, Names>(ReferenceEqualityComparer.Instance);
        var known = new Dictionary<string, HashSet<string>>();
        foreach (var module in modules)
        {
            var key = string.Join('\u0001', module.Package);
            if (!known.TryGetValue(key, out var rules))
            {
                known[key] = rules = RuleNames(module.Package);
            }

            CheckImports(module, rules);
            byModule[module] = Names.Of(module, rules);
        }

        foreach (var rule in _rules)
        {
            if (_errors.Full)
            {
                return;
            }

            rule.Rewritten = Rewrite(rule, byModule[rule.Module]);
        }

        if (!_options.Strict)
        {
            return;
        }

        foreach (var module in modules)
        {
            foreach (var (name, import) in byModule[module].Imports)
            {
                if (!byModule[module].Used.Contains(name))
                {
                    _errors.Add(RegoError.CompileError, import.Location, $"import {string.Join('.', import.Path)} unused");
                }
            }
        }
    }

    private void CheckImports(RegoModule module, HashSet<string> rules)
    {
        var protects = module.IsV1 || _options.Strict;
        var seen = new HashSet<string>();
        foreach (var import in module.Imports.Where(import => import.Path[0] is "data" or "input"))
        {
            if (protects && !seen.Add(import.Name))
            {
                _errors.Add(RegoError.CompileError, import.Location, $"import must not shadow import {import.Name}");
            }

            if (protects && (import.Name is "input" or "data") && (import.Path.Count > 1 || import.Alias is not null))
            {
                _errors.Add(
                    RegoError.CompileError, import.Location, $"imports must not shadow {import.Name} (use an alias with a different name)");
            }
        }

        if (!protects)
        {
            return;
        }

        foreach (var rule in module.Rules.Where(rule => rule.Name is "input" or "data"))
        {
            _errors.Add(
                RegoError.CompileError, rule.Location, $"rules must not shadow {rule.Name} (use a different rule name)");
        }

        foreach (var import in module.Imports.Where(import => import.Path[0] is "data" or "input" && rules.Contains(import.Name)))
        {
            _errors.Add(
                RegoError.TypeError, import.Location, $"conflicting rule for import {import.Name}: a rule of the package has the name");
        }
    }

    private RewrittenRule Rewrite(RuleInfo info, Names names)
    {
        var rewriter = new BodyRewriter(this, names, _errors, _options.Strict)
        {
            RefusesOldWays = info.Module.IsV1 || _options.Strict,
            Metadata = chain => chain ? MetadataChain(info) : MetadataRule(info),
        };
        return Rewrite(info, info.Source, rewriter);
    }

    private RewrittenRule Rewrite(RuleInfo info, RegoRule source, BodyRewriter rewriter)
    {
        var arguments = new NameScope(null);
        foreach (var parameter in source.Parameters ?? [])
        {
            DeclareParameters(parameter, arguments, rewriter);
        }

        var scope = new NameScope(arguments) { IsRuleBody = true };
        var body = rewriter.Body(source.Body, scope);
        List<Term> parameters = [.. (source.Parameters ?? []).Select(one => rewriter.Held(rewriter.Lift(one, arguments, body, []), body))];
        List<Term> tail = [.. info.Tail.Select(one => rewriter.Held(rewriter.Lift(one, scope, body, []), body))];
        var key = source.Key is null ? null : rewriter.Held(rewriter.Lift(source.Key, scope, body, []), body);
        var value = source.Value is null ? null : rewriter.Held(rewriter.Lift(source.Value, scope, body, []), body);
        rewriter.CheckUsed(scope);
        var safe = new HashSet<string>();
        foreach (var parameter in parameters)
        {
            TermVariables.Of(parameter, TermVariables.Skip.None, variable => safe.Add(variable.Name));
        }

        var order = new SafetyOrder(Arity, _errors);
        body = order.Order(body, safe);
        foreach (var head in (IEnumerable<Term?>)[.. tail, key, value])
        {
            if (head is not null && !_errors.Full)
            {
                order.CheckBound(head, safe);
            }
        }

        return new()
        {
            Source = source,
            Parameters = parameters,
            Tail = tail,
            Key = key,
            Value = value,
            Body = body,
            Else = source.Else is null ? null : Rewrite(info, source.Else, rewriter),
        };
    }

    private static void DeclareParameters(Term parameter, NameScope scope, BodyRewriter rewriter)
    {
        switch (parameter)
        {
            case VarTerm { IsWildcard: false } variable when scope.Here(variable.Name) is null:
                rewriter.Declare(variable, scope, NameScope.Origin.Parameter);
                break;
            case ArrayTerm array:
                foreach (var item in array.Items)
                {
                    DeclareParameters(item, scope, rewriter);
                }

                break;
            case ObjectTerm map:
                foreach (var pair in map.Pairs)
                {
                    DeclareParameters(pair.Value, scope, rewriter);
                }

                break;
        }
    }

    private static Value MetadataRule(RuleInfo info)
    {
        foreach (var annotations in info.Source.Annotations)
        {
            if (annotations.Scope == "rule")
            {
                return annotations.Fields;
            }
        }

        return ObjectValue.Empty;
    }

    private ArrayValue MetadataChain(RuleInfo info)
    {
        var chain = new List<Value>();
        var rulePath = Path(info.Node.Path);
        var own = info.Source.Annotations.FirstOrDefault(annotations => annotations.Scope == "rule");
        chain.Add(Entry(rulePath, own));
        var document = info.Node.Rules.SelectMany(rule => rule.Source.Annotations).FirstOrDefault(one => one.Scope == "document");
        if (document is not null)
        {
            chain.Add(Entry(rulePath, document));
        }

        foreach (var annotations in OfPackage(info.Module.Package, "package"))
        {
            chain.Add(Entry(Path([.. info.Module.Package.Select(StringValue.Of)]), annotations));
        }

        for (var length = info.Module.Package.Count; length > 0; length--)
        {
            List<string> path = [.. info.Module.Package.Take(length)];
            foreach (var annotations in OfPackage(path, "subpackages"))
            {
                chain.Add(Entry(Path([.. path.Select(StringValue.Of)]), annotations));
            }
        }

        return ArrayValue.Own([.. chain]);
    }

    private IEnumerable<RegoAnnotations> OfPackage(IReadOnlyList<string> package, string scope) =>
        _packages.TryGetValue(string.Join('\u0001', package), out var modules)
            ? modules.SelectMany(module => module.Annotations).Where(annotations => annotations.Scope == scope)
            : [];

    private static ArrayValue Path(IReadOnlyList<Value> path) => ArrayValue.Own([.. path]);

    private static ObjectValue Entry(ArrayValue path, RegoAnnotations? annotations)
    {
        var builder = new ObjectBuilder(2);
        builder.Set(StringValue.Of("path"), path);
        if (annotations is not null)
        {
            builder.Set(StringValue.Of("annotations"), annotations.Fields);
        }

        return builder.ToObject();
    }
}
