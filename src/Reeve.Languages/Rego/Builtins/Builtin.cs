using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Computes the result of a call; null is undefined. Fails with a <see cref="BuiltinException"/>.</summary>
public delegate Value? BuiltinFunction(BuiltinContext context, ReadOnlySpan<Value> operands);

/// <summary>Computes the results of a relation, each of which is tried.</summary>
public delegate IEnumerable<Value> BuiltinRelation(BuiltinContext context, Value[] operands);

/// <summary>A built-in function: its name, the types of its operands and of its result, and how it is called.</summary>
public sealed class Builtin
{
    /// <summary>The name as in a call.</summary>
    public required string Name { get; init; }

    /// <summary>The types of the operands.</summary>
    public required IReadOnlyList<RegoType> Parameters { get; init; }

    /// <summary>The type of the result.</summary>
    public required RegoType Result { get; init; }

    /// <summary>The function; not called when <see cref="Results"/> is there.</summary>
    public required BuiltinFunction Invoke { get; init; }

    /// <summary>The results one after the other, when it has many; null otherwise.</summary>
    public BuiltinRelation? Results { get; init; }

    /// <summary>
    /// False when calls with the same operands can differ between queries: time, randomness, the network. The default is true.
    /// </summary>
    public bool Deterministic { get; init; } = true;

    /// <summary>True when OPA advises against its use and refuses it in strict mode. The default is false.</summary>
    public bool Deprecated { get; init; }

    /// <summary>True when it has many results.</summary>
    public bool Relation => Results is not null;

    /// <summary>How many operands it takes.</summary>
    public int Arity => Parameters.Count;
}
