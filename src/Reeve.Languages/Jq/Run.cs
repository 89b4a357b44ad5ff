using System.Runtime.CompilerServices;
using Reeve.Languages.Data;

namespace Reeve.Languages.Jq;

/// <summary>What one run shares.</summary>
internal sealed class Run(EvaluationBudget budget, TimeProvider clock)
{
    public EvaluationBudget Budget => budget;

    public TimeProvider Clock => clock;

    public void Step()
    {
        budget.Step();
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new ExpressionFault(0, "the program is nested or recurses too deeply");
        }
    }
}

/// <summary>A value, and where it was found when paths are followed.</summary>
internal readonly record struct Item(object? Value, Trail? Path)
{
    /// <summary>A value that was made, not found.</summary>
    public Item Made(object? value) => new(value, Path is null ? null : Trail.Nowhere);
}

/// <summary>The way from the root to a value, last step first.</summary>
internal sealed class Trail(Trail? before, object? key)
{
    public static readonly Trail Start = new(null, null);
    public static readonly Trail Nowhere = new(null, null);

    public Trail Then(object? next) => new(this, next);

    public List<object?> Keys()
    {
        var keys = new List<object?>();
        for (var at = this; at._before is { } earlier; at = earlier)
        {
            keys.Add(at._key);
        }

        keys.Reverse();
        return keys;
    }

    private readonly Trail? _before = before;
    private readonly object? _key = key;
}

/// <summary>An error of the program, which <c>try</c> can catch.</summary>
internal sealed class JqFault(object? value) : Exception
{
    public object? Value { get; } = value;

    public string Text => Value is string text ? text : Value is null ? "null (null) not a string"
        : JsonData.Write(Value) + " (not a string)";
}

/// <summary>Leaves a <c>label</c>.</summary>
internal sealed class BreakFault(object label) : Exception
{
    public object Label { get; } = label;
}

/// <summary>What a name means where it stands: variables, functions, and the bodies handed to functions.</summary>
internal sealed class Env
{
    public static readonly Env Root = new(null, "", null, null, null);

    private readonly Env? _outer;
    private readonly string _name;

    private Env(Env? outer, string name, object? value, FunctionDefinition? definition, Closure? closure)
    {
        _outer = outer;
        _name = name;
        Value = value;
        Definition = definition;
        Body = closure;
    }

    public object? Value { get; }

    public FunctionDefinition? Definition { get; }

    public Closure? Body { get; }

    public Env With(string variable, object? value) => new(this, "$" + variable, value, null, null);

    public Env With(FunctionDefinition definition) => new(this, definition.Key, null, definition, null);

    public Env With(string key, Closure closure) => new(this, key, null, null, closure);

    /// <summary>The innermost binding of a name, or null.</summary>
    public Env? Find(string name)
    {
        for (var at = this; at is not null; at = at._outer)
        {
            if (string.Equals(at._name, name, StringComparison.Ordinal))
            {
                return at;
            }
        }

        return null;
    }
}

/// <summary>A body and the names it sees.</summary>
internal sealed record Closure(Node Body, Env Env);

/// <summary><c>def name(f; $x): body;</c></summary>
internal sealed record FunctionDefinition(string Name, string[] Parameters, Node Body)
{
    public string Key { get; } = $"{Name}/{Parameters.Length}";
}
