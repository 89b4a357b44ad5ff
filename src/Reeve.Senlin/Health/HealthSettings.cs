using System.Collections.Immutable;
using System.Text.Json;
using System.Text.RegularExpressions;
using Reeve.Core.Documents;
using Reeve.Core.Policies.Properties;
using Reeve.Senlin.Policies.Kinds;

namespace Reeve.Senlin.Health;

/// <summary>The values of a health policy, read.</summary>
internal sealed record HealthSettings
{
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    /// <summary>Between two looks at a node.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>For so long after its last change a node is left alone.</summary>
    public TimeSpan Grace { get; init; }

    /// <summary>Is a node ill only when every way of looking says so?</summary>
    public bool NeedsAll { get; init; }

    /// <summary>Does the driver tell, and nobody looks?</summary>
    public bool IsByEvents { get; init; }

    /// <summary>Is the driver asked for the state of the node?</summary>
    public bool AsksDriver { get; init; }

    /// <summary>The addresses that are asked.</summary>
    public ImmutableArray<UrlProbe> Probes { get; init; } = [];

    /// <summary>What is tried, one after the other, each when the one before did not help.</summary>
    public ImmutableArray<(string Name, JsonElement Parameters)> Actions { get; init; } = [];

    /// <summary>What must be cut off before a node is made anew.</summary>
    public ImmutableArray<string> Fencing { get; init; } = [];

    /// <summary>How long the removal of the old node may take, in seconds.</summary>
    public int DeleteTimeout { get; init; }

    /// <summary>Is a node made anew also when the old one cannot be removed?</summary>
    public bool ForceRecreate { get; init; }

    public static HealthSettings Read(JsonElement properties)
    {
        var detection = properties.Of("detection");
        var recovery = properties.Of("recovery");
        var modes = Values.Items(detection, "detection_modes")
            .Select(m => (Type: Values.Text(m, "type", ""), Options: m.Of("options")))
            .ToList();
        var interval = Seconds(detection, "interval", 60);
        interval = interval < LongestInterval ? interval : LongestInterval;
        return new HealthSettings
        {
            Interval = interval,
            Grace = Seconds(detection, "node_update_timeout", 300),
            NeedsAll = Values.Text(detection, "recovery_conditional", "ANY_FAILED") == "ALL_FAILED",
            IsByEvents = modes.Any(m => m.Type == "LIFECYCLE_EVENTS"),
            AsksDriver = modes.Any(m => m.Type is "NODE_STATUS_POLLING" or "HYPERVISOR_STATUS_POLLING"),
            Probes = [.. modes.Where(m => m.Type == "NODE_STATUS_POLL_URL").Select(m => UrlProbe.Read(m.Options, interval))],
            Actions = [.. Values.Items(recovery, "actions").Select(a => (Values.Text(a, "name", "RECREATE"), a.Of("params")))],
            Fencing = [.. Values.Items(recovery, "fencing").Select(PythonText.Str)],
            DeleteTimeout = (int)Seconds(recovery, "node_delete_timeout", 20).TotalSeconds,
            ForceRecreate = Values.Flag(recovery, "node_force_recreate", false),
        };
    }

    private static TimeSpan Seconds(JsonElement from, string name, long otherwise) =>
        TimeSpan.FromSeconds(Math.Clamp(Values.Whole(from, name, otherwise) ?? otherwise, 0, 1_000_000));
}

/// <summary>An address that tells whether a node works.</summary>
/// <param name="Url">With <c>{nodename}</c>, <c>{id}</c>, <c>{address}</c>, <c>{host}</c>, <c>{port}</c> to be filled in.</param>
/// <param name="Healthy">What must be found in the answer; null when any will do.</param>
/// <param name="UnreachableIsIll">Is a node ill when nobody answers?</param>
/// <param name="Retries">How often it is asked again before it counts as ill.</param>
/// <param name="Pause">Between these.</param>
/// <param name="Timeout">How long an answer may take.</param>
/// <param name="Verifies">Must the certificate of an https address be valid?</param>
internal sealed record UrlProbe(
    string Url, Regex? Healthy, bool UnreachableIsIll, int Retries, TimeSpan Pause, TimeSpan Timeout, bool Verifies)
{
    private const int MostRetries = 20;

    public static UrlProbe Read(JsonElement options, TimeSpan interval) => new(
        Values.Text(options, "poll_url", ""),
        Expression(Values.Text(options, "poll_url_healthy_response", "")),
        Values.Flag(options, "poll_url_conn_error_as_unhealthy", true),
        (int)Math.Clamp(Values.Whole(options, "poll_url_retry_limit", 3) ?? 3, 0, MostRetries),
        TimeSpan.FromSeconds(Math.Clamp(Values.Whole(options, "poll_url_retry_interval", 3) ?? 3, 0, 60)),
        TimeSpan.FromSeconds(Math.Max(1, interval.TotalSeconds * 0.1)),
        Values.Flag(options, "poll_url_ssl_verify", true));

    // an expression that is none finds nothing, so what is written must be there as it is
    private static Regex? Expression(string text)
    {
        const RegexOptions options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;
        if (text.Length == 0)
        {
            return null;
        }

        try
        {
            return new Regex(text, options, TimeSpan.FromSeconds(1));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return new Regex(Regex.Escape(text), options, TimeSpan.FromSeconds(1));
        }
    }
}
