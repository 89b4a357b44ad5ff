namespace Reeve.Languages.Rego.Builtins.GraphQl;

/// <summary>A type as it is written where it is used: a name, or a list of another, each perhaps not null.</summary>
internal sealed record TypeReference(string Name, TypeReference? Element, bool NonNull, Place Place)
{
    public static TypeReference Named(string name, bool nonNull = false) => new(name, null, nonNull, Place.None);

    /// <summary>The name inside all lists.</summary>
    public string Innermost
    {
        get
        {
            var type = this;
            while (type is { Name: "", Element: { } element })
            {
                type = element;
            }

            return type.Name;
        }
    }

    public string Written => (Name.Length > 0 ? Name : $"[{Element?.Written}]") + (NonNull ? "!" : "");

    /// <summary>True when a value of this type goes where the other is expected.</summary>
    public bool FitsInto(TypeReference expected) => Name == expected.Name
        && (Element is null || (expected.Element is { } element && Element.FitsInto(element)))
        && (NonNull || !expected.NonNull);
}
