namespace Reeve.Languages.Rego.Values;

/// <summary>A value of Rego. Immutable; equal ones are equal whatever they were made from; all values have one order, as in OPA.</summary>
public abstract class Value : IEquatable<Value>, IComparable<Value>
{
    private protected Value()
    {
    }

    /// <summary>The place of its type in the order: null, boolean, number, string, array, object, set.</summary>
    internal abstract int Rank { get; }

    /// <summary>The name of its type, as <c>type_name</c> says it.</summary>
    public abstract string TypeName { get; }

    /// <inheritdoc/>
    public int CompareTo(Value? other)
    {
        if (ReferenceEquals(this, other))
        {
            return 0;
        }

        if (other is null)
        {
            return 1;
        }

        return Rank != other.Rank ? Rank.CompareTo(other.Rank) : CompareSame(other);
    }

    /// <inheritdoc/>
    public bool Equals(Value? other) => ReferenceEquals(this, other) || (other is not null && Rank == other.Rank && EqualsSame(other));

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => obj is Value other && Equals(other);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Hash();

    /// <summary>As Rego writes it.</summary>
    public sealed override string ToString() => ValueText.Of(this);

    private protected abstract int CompareSame(Value other);

    private protected abstract bool EqualsSame(Value other);

    private protected abstract int Hash();
}

/// <summary>Null.</summary>
public sealed class NullValue : Value
{
    /// <summary>The only one.</summary>
    public static readonly NullValue Instance = new();

    private NullValue()
    {
    }

    /// <inheritdoc/>
    public override string TypeName => "null";

    internal override int Rank => 0;

    private protected override int CompareSame(Value other) => 0;

    private protected override bool EqualsSame(Value other) => true;

    private protected override int Hash() => 17;
}

/// <summary>True or false.</summary>
public sealed class BooleanValue : Value
{
    /// <summary>True; the only one.</summary>
    public static readonly BooleanValue True = new(true);

    /// <summary>False; the only one.</summary>
    public static readonly BooleanValue False = new(false);

    private BooleanValue(bool boolean) => Boolean = boolean;

    /// <summary>Which of the two.</summary>
    public bool Boolean { get; }

    /// <inheritdoc/>
    public override string TypeName => "boolean";

    internal override int Rank => 1;

    /// <summary>The one for a <see cref="bool"/>.</summary>
    public static BooleanValue Of(bool boolean) => boolean ? True : False;

    private protected override int CompareSame(Value other) => Boolean.CompareTo(((BooleanValue)other).Boolean);

    private protected override bool EqualsSame(Value other) => Boolean == ((BooleanValue)other).Boolean;

    private protected override int Hash() => Boolean ? 31 : 37;
}
