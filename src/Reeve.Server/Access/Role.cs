namespace Reeve.Server.Access;

/// <summary>What somebody may do in a scope. Each role may also see; an admin may do what all others may.</summary>
internal enum Role
{
    /// <summary>See everything, change nothing.</summary>
    Viewer,

    /// <summary>Run what there is: send events, start, cancel and resume executions, silence.</summary>
    Operator,

    /// <summary>Answer what people are asked.</summary>
    Approver,

    /// <summary>Say what is governed and how: apply, change and delete documents.</summary>
    Author,

    /// <summary>All of it, and tokens and secrets.</summary>
    Admin,
}

/// <summary>The names of roles.</summary>
internal static class Roles
{
    public static readonly IReadOnlyList<string> Names = [.. Enum.GetNames<Role>().Select(n => n.ToLowerInvariant())];

    public static string Name(this Role role) => Names[(int)role];

    public static Role? Find(string name) => Names.ToList().IndexOf(name) is >= 0 and var at ? (Role)at : null;

    /// <summary>Does whoever has this role have the other one too?</summary>
    public static bool Covers(this Role role, Role other) => role == other || role == Role.Admin || other == Role.Viewer;
}
