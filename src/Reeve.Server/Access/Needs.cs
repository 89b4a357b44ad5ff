namespace Reeve.Server.Access;

/// <summary>How far a route reaches.</summary>
internal enum Reach
{
    /// <summary>Nothing is given away: everybody may ask.</summary>
    Nothing,

    /// <summary>The caller alone.</summary>
    Caller,

    /// <summary>The tenant and the project that the request names.</summary>
    Scope,

    /// <summary>All tenants.</summary>
    Everything,
}

/// <summary>What a route needs of its caller; each route carries one as metadata.</summary>
internal sealed record Needs(Reach Reach, Role Role)
{
    public static readonly Needs Nothing = new(Reach.Nothing, Role.Viewer);

    public static readonly Needs AnyCaller = new(Reach.Caller, Role.Viewer);

    public static readonly Needs Viewer = new(Reach.Scope, Role.Viewer);

    public static readonly Needs Operator = new(Reach.Scope, Role.Operator);

    public static readonly Needs Approver = new(Reach.Scope, Role.Approver);

    public static readonly Needs Author = new(Reach.Scope, Role.Author);

    public static readonly Needs Admin = new(Reach.Scope, Role.Admin);

    public static readonly Needs ViewerEverywhere = new(Reach.Everything, Role.Viewer);

    public static readonly Needs AuthorEverywhere = new(Reach.Everything, Role.Author);

    public static readonly Needs AdminEverywhere = new(Reach.Everything, Role.Admin);

    public override string ToString() => Reach switch
    {
        Reach.Nothing => "nothing",
        Reach.Caller => "any token",
        Reach.Scope => Role.Name(),
        _ => $"{Role.Name()} of all tenants",
    };
}
