using System.Collections.Immutable;
using Reeve.Core.Policies;

namespace Reeve.Engines.Check;

/// <summary>The policy types of the engine <c>check</c> that are part of Reeve.</summary>
public static class CheckTypes
{
    /// <summary>A program or a workflow, run on a schedule.</summary>
    public const string Check = "reeve.check";

    /// <summary>The types.</summary>
    public static ImmutableArray<PolicyType> All { get; } =
    [
        new PolicyType
        {
            Name = Check,
            Version = "1.0",
            Engine = CheckEngine.EngineName,
            Description = "Runs a program or a workflow, as a rule on a schedule: exit code 0, or success, passes (check `check`); "
                + "anything else, also a time-out, is the finding. One that cannot be started is a policy that cannot be evaluated.",
            Properties = SchemaText.Read(CheckSource.Schema),
            Support = [new SupportStatus(SupportLevel.Supported, "0.1")],
            BuiltIn = true,
        },
    ];
}
