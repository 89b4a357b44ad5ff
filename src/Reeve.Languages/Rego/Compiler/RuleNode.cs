using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>A place under <c>data</c> where rules or packages are; children go by the constant that leads to them.</summary>
internal sealed class RuleNode(int id, RuleNode? parent, Value key)
{
    /// <summary>Its number, by which results are kept.</summary>
    public int Id { get; } = id;

    public RuleNode? Parent { get; } = parent;

    public Value Key { get; } = key;

    public Dictionary<Value, RuleNode> Children { get; } = [];

    /// <summary>The rules whose name ends here, or begins here and goes on with something that is not constant.</summary>
    public List<RuleInfo> Rules { get; } = [];

    /// <summary>The path without <c>data</c>.</summary>
    public Value[] Path { get; } = parent is null ? [] : [.. parent.Path, key];

    /// <summary>The number of parameters when it is a function, else -1.</summary>
    public int Arity { get; set; } = -1;

    public bool IsFunction => Arity >= 0;

    /// <summary>True when its own rules make an object or a set, entry by entry.</summary>
    public bool IsPartial { get; set; }

    /// <summary>True when all its rules are members of one set, and nothing is below.</summary>
    public bool IsPartialSet { get; set; }

    /// <summary>True when the document is evaluated as a part of one above.</summary>
    public bool IsBelowPartial { get; private set; }

    /// <summary>The children in the order of their keys; set when all modules are in.</summary>
    public RuleNode[] Ordered { get; private set; } = [];

    public string Name => "data" + string.Concat(Path.Select(Step));

    public bool HasRules => Rules.Count > 0;

    public RuleNode? Child(Value key) => Children.GetValueOrDefault(key);

    public void Seal()
    {
        Arity = HasRules && Rules[0].Source.Parameters is { } parameters ? parameters.Count : -1;
        IsPartial = Rules.Exists(rule => rule.Tail.Count > 0 || rule.Source.Key is not null);
        IsBelowPartial = Parent is { } above && (above.IsPartial || above.IsBelowPartial);
        IsPartialSet = IsPartial && !IsBelowPartial && Children.Count == 0 &&
            Rules.TrueForAll(rule => rule.Tail.Count == 0 && rule.Source.Key is not null);
        Ordered = [.. Children.Values.OrderBy(child => child.Key)];
        foreach (var child in Ordered)
        {
            child.Seal();
        }
    }

    private static string Step(Value key) => key is StringValue text && text.Text.Length > 0 &&
        text.Text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(text.Text[0]) ? "." + text.Text : $"[{key}]";
}

/// <summary>A rule with its module, and the part of its name that is not constant.</summary>
internal sealed class RuleInfo(RegoModule module, RegoRule source, RuleNode node, IReadOnlyList<Term> tail)
{
    public RegoModule Module { get; } = module;

    public RegoRule Source { get; } = source;

    public RuleNode Node { get; } = node;

    /// <summary>The steps behind the constant part of the name.</summary>
    public IReadOnlyList<Term> Tail { get; } = tail;

    /// <summary>The rule behind the rewriting; null until then.</summary>
    public RewrittenRule? Rewritten { get; set; }
}

/// <summary>A rule whose names are resolved, whose calls are lifted and whose statements are in an order in which all is bound.</summary>
internal sealed class RewrittenRule
{
    public required RegoRule Source { get; init; }

    public required IReadOnlyList<Term> Parameters { get; init; }

    public required IReadOnlyList<Term> Tail { get; init; }

    public Term? Key { get; init; }

    public Term? Value { get; init; }

    public required List<Expression> Body { get; set; }

    public RewrittenRule? Else { get; set; }
}
