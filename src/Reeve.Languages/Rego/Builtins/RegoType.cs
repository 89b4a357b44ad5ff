namespace Reeve.Languages.Rego.Builtins;

/// <summary>The kinds of values.</summary>
[Flags]
public enum TypeKinds
{
    /// <summary>No value.</summary>
    None = 0,

    /// <summary>null.</summary>
    Null = 1,

    /// <summary>true and false.</summary>
    Boolean = 2,

    /// <summary>Numbers.</summary>
    Number = 4,

    /// <summary>Strings.</summary>
    String = 8,

    /// <summary>Arrays.</summary>
    Array = 16,

    /// <summary>Objects.</summary>
    Object = 32,

    /// <summary>Sets.</summary>
    Set = 64,

    /// <summary>All values.</summary>
    Any = 127,
}

/// <summary>A type as far as the checker looks: kinds, and the type of the elements of arrays and sets when it is known.</summary>
public sealed record RegoType(TypeKinds Kinds, RegoType? Element = null)
{
    /// <summary>Any value.</summary>
    public static RegoType Any { get; } = new(TypeKinds.Any);

    /// <summary>Booleans.</summary>
    public static RegoType Boolean { get; } = new(TypeKinds.Boolean);

    /// <summary>Numbers.</summary>
    public static RegoType Number { get; } = new(TypeKinds.Number);

    /// <summary>Strings.</summary>
    public static RegoType String { get; } = new(TypeKinds.String);

    /// <summary>Arrays of anything.</summary>
    public static RegoType Array { get; } = new(TypeKinds.Array);

    /// <summary>Objects.</summary>
    public static RegoType Object { get; } = new(TypeKinds.Object);

    /// <summary>Sets of anything.</summary>
    public static RegoType Set { get; } = new(TypeKinds.Set);

    /// <summary>Arrays and sets of anything.</summary>
    public static RegoType ArrayOrSet { get; } = new(TypeKinds.Array | TypeKinds.Set);

    /// <summary>Arrays of elements of a type.</summary>
    public static RegoType ArrayOf(RegoType element) => new(TypeKinds.Array, element);

    /// <summary>Sets of elements of a type.</summary>
    public static RegoType SetOf(RegoType element) => new(TypeKinds.Set, element);

    /// <summary>Values of either type.</summary>
    public static RegoType operator |(RegoType one, RegoType other) =>
        new(one.Kinds | other.Kinds, one.Element is null || other.Element is null ? null : one.Element | other.Element);

    /// <summary>True when some value has both types.</summary>
    public bool Overlaps(RegoType other) => (Kinds & other.Kinds) != 0 &&
        (Element is null || other.Element is null || (Kinds & other.Kinds & ~(TypeKinds.Array | TypeKinds.Set)) != 0 ||
            Element.Overlaps(other.Element));

    /// <inheritdoc/>
    public override string ToString()
    {
        if (Kinds == TypeKinds.Any)
        {
            return "any";
        }

        var names = System.Enum.GetValues<TypeKinds>().Where(kind => kind is not (TypeKinds.None or TypeKinds.Any) && Kinds.HasFlag(kind))
            .Select(kind => kind.ToString().ToLowerInvariant()).Order(StringComparer.Ordinal).ToList();
        return names.Count == 1 ? names[0] : $"any<{string.Join(", ", names)}>";
    }
}
