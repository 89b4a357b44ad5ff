using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Reference;

/// <summary>The page of the metrics, from what a server that has held an action back says of itself.</summary>
public sealed partial class MetricsPageTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private const string Shop = """
        kind: Target
        metadata: {name: shop}
        spec: {capacity: {min: 1, max: 4, desired: 2}, driver: {name: simulated}}
        ---
        kind: Policy
        metadata: {name: busy}
        spec: {type: reeve.threshold-1.0, properties: {service: load, upper_bound: 10}}
        ---
        kind: Binding
        metadata: {name: grow}
        spec:
          policy: busy
          targets: {path: shop}
          per: group
          on: {events: [load]}
          restraints: {approval: {message: may it grow?}}
          escalation: [{steps: [{operation: scale_out}]}]
        """;

    [Fact]
    public async Task The_page_of_the_metrics_is_what_the_server_says_of_itself()
    {
        await reeve.ApplyAsync(Shop);
        await reeve.SendAsync(
            HttpMethod.Post, "/api/v1/events", """{"target": "shop", "service": "load", "metric": 50}""", "application/json");
        var seen = "";
        await Eventually.IsTrueAsync(async () =>
            (seen = await reeve.Client.GetStringAsync("/metrics")).Contains("restraint=\"approval\"", StringComparison.Ordinal));
        var text = new StringBuilder(
            """
            # Metrics

            `/metrics`, in Prometheus' text format 0.0.4; the same go to a collector with `--otlp` ([operations.md](../operations.md)).

            | metric | type | labels | says |
            |---|---|---|---|

            """.ReplaceLineEndings("\n"));
        foreach (Match family in Family().Matches(seen))
        {
            var labels = Label().Matches(family.Groups[4].Value).Select(l => $"`{l.Groups[1].Value}`").Distinct(StringComparer.Ordinal);
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{family.Groups[1].Value}` | {family.Groups[3].Value} | {string.Join(", ", labels)} | {family.Groups[2].Value} |\n");
        }

        await ReferencePage.HoldAsync("metrics.md", text.ToString());
    }

    [GeneratedRegex("^# HELP (\\S+) (.*)\\n# TYPE \\S+ (\\S+)\\n((?:[^#].*\\n)*)", RegexOptions.Multiline)]
    private static partial Regex Family();

    [GeneratedRegex("([a-z_]+)=\"")]
    private static partial Regex Label();
}
