using System.Collections.Immutable;
using System.Text.Json;

namespace Reeve.Core.Targets;

/// <summary>Spreads what comes from the outside over the instances of a group: a real proxy, or a service that keeps one.</summary>
public interface IBalancer
{
    /// <summary>Its name, such as <c>haproxy</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Brings the balancer to what is wanted, whatever it was before: makes it if it is not there, takes members in, and lets members go
    /// once what they work on is done. The same call again changes nothing. Never throws for what the outside does.
    /// </summary>
    Task<BalancerOutcome> ApplyAsync(Balancing wanted, CancellationToken cancellationToken);

    /// <summary>Takes the balancer away; taking away what is gone is fine.</summary>
    Task<BalancerOutcome> RemoveAsync(Balancing last, CancellationToken cancellationToken);
}

/// <summary>A balancer as it is wanted.</summary>
/// <param name="Id">Names it for life; letters, digits and dashes.</param>
/// <param name="Settings">Where it listens and how it chooses.</param>
/// <param name="Members">Who is in it, in order.</param>
/// <param name="State">What the last outcome said to keep; an object.</param>
public sealed record Balancing(string Id, BalancerSettings Settings, ImmutableArray<BalancerMember> Members, JsonElement State);

/// <summary>One instance behind a balancer.</summary>
/// <param name="Id">Names it within the balancer; letters, digits and dashes.</param>
/// <param name="Address">An IP address or a host name.</param>
/// <param name="Port">The port.</param>
public sealed record BalancerMember(string Id, string Address, int Port);

/// <summary>Where a balancer listens and how it chooses.</summary>
public sealed record BalancerSettings
{
    /// <summary>The address it listens on.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port it listens on.</summary>
    public int Port { get; init; } = 80;

    /// <summary>Does it read HTTP, or only pass bytes on?</summary>
    public bool IsHttp { get; init; } = true;

    /// <summary><c>ROUND_ROBIN</c>, <c>LEAST_CONNECTIONS</c> or <c>SOURCE_IP</c>.</summary>
    public string Method { get; init; } = "ROUND_ROBIN";

    /// <summary>Connections at once; null for no bound.</summary>
    public int? ConnectionLimit { get; init; }

    /// <summary><c>SOURCE_IP</c>, <c>HTTP_COOKIE</c>, <c>APP_COOKIE</c>, or null for none: how a client stays with a member.</summary>
    public string? Persistence { get; init; }

    /// <summary>The cookie of <c>APP_COOKIE</c>.</summary>
    public string? Cookie { get; init; }

    /// <summary>How members are looked after; null for not at all.</summary>
    public BalancerProbe? Probe { get; init; }

    /// <summary>How long a change may take, and so how long a member that goes may work on what it has begun.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The policy's own properties, for what only one kind of balancer knows; an object.</summary>
    public JsonElement Properties { get; init; } = Documents.Json.EmptyObject;
}

/// <summary>How a balancer looks whether a member works.</summary>
/// <param name="Type"><c>PING</c> and <c>TCP</c> connect; <c>HTTP</c> and <c>HTTPS</c> ask.</param>
/// <param name="Interval">Between two looks.</param>
/// <param name="Timeout">How long one may take.</param>
/// <param name="Retries">After so many failures the member gets nothing.</param>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">What is asked for.</param>
/// <param name="Codes">The statuses that are well, such as <c>200</c> or <c>200-204,301</c>.</param>
public sealed record BalancerProbe(
    string Type, TimeSpan Interval, TimeSpan Timeout, int Retries, string Method, string Path, string Codes);

/// <summary>What came of a change to a balancer.</summary>
/// <param name="Error">What went wrong; null when all is as wanted.</param>
/// <param name="State">What to hand in with the next call; an object.</param>
/// <param name="Address">Where it can be reached now; null when that is not known.</param>
public sealed record BalancerOutcome(string? Error, JsonElement State, string? Address = null);
