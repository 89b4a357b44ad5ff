namespace Reeve.Languages.Rego.Values;

/// <summary>A text. Texts are in the order of their code points.</summary>
public sealed class StringValue : Value
{
    /// <summary>The text without signs.</summary>
    public static readonly StringValue Empty = new("");

    private int _hash;

    private StringValue(string text) => Text = text;

    /// <summary>The text.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public override string TypeName => "string";

    internal override int Rank => 3;

    /// <summary>The value of a text.</summary>
    public static StringValue Of(string text) => text.Length == 0 ? Empty : new StringValue(text);

    /// <summary>The order of two texts by their code points.</summary>
    public static int Compare(string one, string other)
    {
        var length = Math.Min(one.Length, other.Length);
        var at = one.AsSpan(0, length).CommonPrefixLength(other.AsSpan(0, length));
        return at == length ? one.Length.CompareTo(other.Length) : Place(one[at]).CompareTo(Place(other[at]));
    }

    // halves of surrogate pairs stand for what comes after everything that needs no pair
    private static int Place(char c) => c < 0xd800 ? c : c >= 0xe000 ? c - 0x800 : c + 0x2000;

    private protected override int CompareSame(Value other) => Compare(Text, ((StringValue)other).Text);

    private protected override bool EqualsSame(Value other)
    {
        var text = (StringValue)other;
        return (_hash == 0 || text._hash == 0 || _hash == text._hash) && Text == text.Text;
    }

    private protected override int Hash()
    {
        if (_hash == 0)
        {
            var hash = string.GetHashCode(Text);
            _hash = hash == 0 ? 1 : hash;
        }

        return _hash;
    }
}
