using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>
/// The modules of one program on their way: the tree of their rules, then the rules rewritten and ordered, then their code.
/// </summary>
internal sealed partial class Compilation
{
    private readonly CompileOptions _options;
    private readonly ErrorList _errors;
    private readonly List<RuleInfo> _rules = [];
    private readonly List<RuleNode> _nodes = [];
    private readonly Dictionary<string, List<RegoModule>> _packages = [];

    private Compilation(CompileOptions options)
    {
        _options = options;
        _errors = new ErrorList(options.MaxErrors);
        Root = NewNode(null, StringValue.Of("data"));
    }

    public RuleNode Root { get; }

    public IReadOnlyList<RuleInfo> Rules => _rules;

    public IReadOnlyList<RuleNode> Nodes => _nodes;

    public CompileOptions Options => _options;

    /// <summary>Compiles modules as far as they go without errors.</summary>
    public static (Compilation Compilation, IReadOnlyList<RegoError> Errors) Run(IReadOnlyList<RegoModule> modules, CompileOptions options)
    {
        var compilation = new Compilation(options);
        compilation.Collect(modules);
        if (!compilation._errors.Any)
        {
            compilation.RewriteAll(modules);
        }

        if (!compilation._errors.Any)
        {
            new RecursionCheck(compilation, compilation._errors).Run();
        }

        if (!compilation._errors.Any && options.CheckTypes)
        {
            new TypeChecker(compilation, compilation._errors).Run();
        }

        return (compilation, compilation._errors.All);
    }

    public RuleNode? FindNode(ReadOnlySpan<Value> path)
    {
        var node = Root;
        foreach (var key in path)
        {
            if (node.Child(key) is not { } child)
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    /// <summary>The node of a reference under <c>data</c> that is constant throughout.</summary>
    public RuleNode? Find(IReadOnlyList<Term> parts)
    {
        var node = Root;
        for (var at = 1; at < parts.Count; at++)
        {
            if (parts[at] is not ScalarTerm key || node.Child(key.Value) is not { } child)
            {
                return null;
            }

            node = child;
        }

        return node;
    }

    public Builtin? Builtin(string name) => BuiltinTable.Find(name);

    public int BuiltinArity(string name) =>
        name is BodyRewriter.TemplateCall or BodyRewriter.PrintCall ? 1
        : _options.ForbiddenBuiltins.Contains(name) ? -1
        : BuiltinTable.Find(name) is { } builtin ? builtin.Arity : -1;

    public bool IsRelation(string name) => BuiltinTable.Find(name) is { Relation: true };

    /// <summary>How many operands a call takes, without the result.</summary>
    public int Arity(CallTerm call) => call.Callee switch
    {
        VarTerm { Name: "eq" } => 2,
        VarTerm builtin => BuiltinArity(builtin.Name),
        RefTerm path => Find(path.Parts)?.Arity ?? -1,
        _ => -1,
    };

    public string UndefinedFunction(string name) => $"undefined function {name}";

    private RuleNode NewNode(RuleNode? parent, Value key)
    {
        var node = new RuleNode(_nodes.Count, parent, key);
        _nodes.Add(node);
        return node;
    }

    private RuleNode Grow(RuleNode from, Value key)
    {
        if (from.Child(key) is { } child)
        {
            return child;
        }

        child = NewNode(from, key);
        from.Children[key] = child;
        return child;
    }

    /// <summary>Puts packages and rules into the tree and checks that they go together.</summary>
    private void Collect(IReadOnlyList<RegoModule> modules)
    {
        var packages = new HashSet<RuleNode>();
        foreach (var module in modules)
        {
            var package = Root;
            foreach (var part in module.Package)
            {
                package = Grow(package, StringValue.Of(part));
            }

            packages.Add(package);
            var key = string.Join('\u0001', module.Package);
            if (!_packages.TryGetValue(key, out var siblings))
            {
                _packages[key] = siblings = [];
            }

            siblings.Add(module);
            foreach (var rule in module.Rules)
            {
                Place(module, rule, package);
            }
        }

        Root.Seal();
        foreach (var node in _nodes)
        {
            CheckNode(node, packages);
        }
    }

    private void Place(RegoModule module, RegoRule rule, RuleNode package)
    {
        var node = Grow(package, StringValue.Of(rule.Name));
        var at = 1;
        for (; at < rule.Reference.Count && rule.Reference[at] is ScalarTerm constant; at++)
        {
            node = Grow(node, constant.Value);
        }

        var info = new RuleInfo(module, rule, node, [.. rule.Reference.Skip(at)]);
        node.Rules.Add(info);
        _rules.Add(info);
        if (rule.Parameters is not null && at < rule.Reference.Count)
        {
            _errors.Add(RegoError.CompileError, rule.Location, "the name of a function must not contain variables");
        }
    }

    private void CheckNode(RuleNode node, HashSet<RuleNode> packages)
    {
        if (!node.HasRules)
        {
            return;
        }

        var first = node.Rules[0];
        if (packages.Contains(node))
        {
            _errors.Add(RegoError.TypeError, first.Source.Location, $"package {node.Name[5..]} conflicts with rule {node.Name}");
        }

        // a default takes the kind of the other rules
        var kinds = node.Rules.Where(rule => !rule.Source.IsDefault).Select(Kind).Distinct().Count();
        var arities = node.Rules.Select(rule => rule.Source.Parameters?.Count ?? -1).Distinct().Count();
        if (kinds > 1 || arities > 1 || (node.IsPartial && node.Rules.Exists(rule => rule.Source.IsDefault)))
        {
            _errors.Add(RegoError.TypeError, node.Rules[^1].Source.Location, $"conflicting rules {node.Name} found");
        }

        var defaults = node.Rules.Where(rule => rule.Source.IsDefault).ToList();
        if (defaults.Count > 1)
        {
            _errors.Add(
                RegoError.TypeError,
                defaults[1].Source.Location,
                $"multiple default rules {node.Name} found at {defaults[0].Source.Location}");
        }

        // what a rule makes has no other rules inside, unless its name leaves open what it makes
        if (node.Children.Count > 0 && node.Rules.Exists(rule => rule.Tail.Count == 0) && !packages.Contains(node))
        {
            var below = node.Ordered.SelectMany(child => child.Rules).FirstOrDefault();
            _errors.Add(
                RegoError.TypeError,
                first.Source.Location,
                $"rule {node.Name} conflicts with [{string.Join(", ", node.Ordered.Select(child => child.Name))}]" +
                (below is null ? "" : $" found at {below.Source.Location}"));
        }
    }

    private static int Kind(RuleInfo rule) => rule.Tail.Count > 0 ? 2 : rule.Source.Key is not null ? 1 : 0;
}
