namespace Reeve.Core.Identity;

/// <summary>Where a thing lives: a tenant, and a project inside it. Tenants never see each other.</summary>
public readonly record struct Scope(string Tenant, string Project)
{
    /// <summary>The scope of a document that names none.</summary>
    public static readonly Scope Default = new("default", "default");

    /// <inheritdoc/>
    public override string ToString() => $"{Tenant}/{Project}";
}
