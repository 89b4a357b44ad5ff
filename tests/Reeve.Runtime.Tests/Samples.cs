namespace Reeve.Runtime.Tests;

/// <summary>Documents that many tests begin with.</summary>
internal static class Samples
{
    /// <summary>A shop with a group of simulated instances, none of them made yet.</summary>
    public const string Shop = """
        kind: Target
        metadata: {name: shop}
        spec:
          kind: deployment
          driver: {name: simulated}
          children:
            - {name: web, kind: group, capacity: {min: 0, max: 5, desired: 2}}

        """;

    /// <summary>The shop and a workflow <c>w</c>.</summary>
    public static string Workflow(string spec) => $"{Shop}---\nkind: Workflow\nmetadata: {{name: w}}\nspec:\n{spec}\n";

    /// <summary>The shop, its driver told something.</summary>
    public static string ShopWith(string config, string capacity = "{min: 0, max: 5, desired: 2}") => $$"""
        kind: Target
        metadata: {name: shop}
        spec:
          kind: deployment
          driver: {name: simulated, config: {{config}}}
          children:
            - {name: web, kind: group, capacity: {{capacity}}}

        """;
}
