namespace Reeve.Languages.PolicyTemplates.Compiler;

/// <summary>The types of the deprecated <c>resources</c> block, in the singular, and the properties beside its filters.</summary>
internal static class ResourceGrammar
{
    private static readonly string[] _types =
    [
        "alert", "alert_spec", "cloud", "credential", "datacenter", "deployment", "image", "instance", "instance_type", "ip_address",
        "network", "network_gateway", "placement_group", "resource_group", "route_table", "route", "security_group", "security_group_rule",
        "server", "server_array", "ssh_key", "subnet", "user", "volume", "volume_attachment", "volume_snapshot", "volume_type",
    ];

    private static readonly string[] _properties =
    [
        "cloud_href", "instance_href", "server_href", "server_array_href", "server_template_href", "route_table_href",
        "security_group_href", "state", "with_inherited",
    ];

    public static readonly BlockRule Block = new("resources",
    [
        new("filter", "", Body: new("filter", null)), new("view", "t"), new("tags", "t*"), new("iterate", "t", Many: true),
        new("field", "st", Many: true), .. _properties.Select(p => new FieldRule(p, "t")),
    ]);

    public static IEnumerable<string> Types => _types.Select(t => $"rs_cm.{Plural(t)}");

    public static bool IsType(string type) =>
        type.StartsWith("rs_cm.", StringComparison.Ordinal) && type[6..] is var name
        && Array.Exists(_types, t => t == name || Plural(t) == name);

    private static string Plural(string name) => name.EndsWith('s') ? name + "es" : name + "s";
}
