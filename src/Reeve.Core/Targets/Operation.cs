using System.Collections.Immutable;

namespace Reeve.Core.Targets;

/// <summary>The names of the operations on targets.</summary>
public static class Operation
{
    /// <summary>Bring up to what is wanted: a group's missing instances, or one instance; running.</summary>
    public const string Create = "create";

    /// <summary>Remove it, instances included.</summary>
    public const string Delete = "delete";

    /// <summary>Run what is stopped.</summary>
    public const string Start = "start";

    /// <summary>Stop, and keep.</summary>
    public const string Stop = "stop";

    /// <summary>Stop and start each instance.</summary>
    public const string Restart = "restart";

    /// <summary>More instances: input <c>count</c>, default 1.</summary>
    public const string ScaleOut = "scale_out";

    /// <summary>Fewer instances: input <c>count</c>, default 1; input <c>instances</c> names which.</summary>
    public const string ScaleIn = "scale_in";

    /// <summary>An exact number of instances: input <c>desired</c>.</summary>
    public const string Resize = "resize";

    /// <summary>Replace what is broken by the same, newly made; names stay.</summary>
    public const string Heal = "heal";

    /// <summary>Ask the driver for the state of each instance.</summary>
    public const string Check = "check";

    /// <summary>All of them.</summary>
    public static readonly ImmutableArray<string> All = [Create, Delete, Start, Stop, Restart, ScaleOut, ScaleIn, Resize, Heal, Check];

    /// <summary>Is it an operation of a group: does it say how many instances there are?</summary>
    public static bool Scales(string operation) => operation is ScaleOut or ScaleIn or Resize;

    /// <summary>Does it change how many instances there are, upwards (+1), downwards (−1) or not (0)?</summary>
    public static int Direction(string operation) => operation switch
    {
        ScaleOut => 1,
        ScaleIn => -1,
        _ => 0,
    };
}
