namespace Reeve.Senlin.Actions;

/// <summary>What follows from the type of a policy: its place in the chain, and where it may be.</summary>
internal static class PolicyRules
{
    /// <summary>The place in the chain; smaller is asked first.</summary>
    public static int PriorityOf(string type) => NameOf(type) switch
    {
        "senlin.policy.scaling" => 100,
        "senlin.policy.batch" or "senlin.policy.region_placement" => 200,
        "senlin.policy.zone_placement" or "senlin.policy.affinity" => 300,
        "senlin.policy.deletion" => 400,
        "senlin.policy.health" => 600,
        _ => 500,
    };

    /// <summary>May a cluster have only one of this kind?</summary>
    public static bool IsSingleton(string type) => NameOf(type) != "senlin.policy.scaling";

    /// <summary>Are the two of one kind? Versions of a type are; two of them on one cluster would contradict each other.</summary>
    public static bool IsSameKind(string type, string other) => NameOf(type) == NameOf(other);

    /// <summary>Does the policy know what to do with nodes of this profile?</summary>
    public static bool Fits(string policyType, string profileType) => NameOf(policyType) switch
    {
        "senlin.policy.affinity" => profileType == "os.nova.server-1.0",
        "senlin.policy.zone_placement" or "senlin.policy.loadbalance" => profileType is "os.nova.server-1.0" or "reeve.process-1.0",
        "senlin.policy.health" => profileType is "os.nova.server-1.0" or "os.heat.stack-1.0" or "reeve.process-1.0",
        _ => true,
    };

    private static string NameOf(string type) => type.LastIndexOf('-') is var dash and > 0 ? type[..dash] : type;
}
