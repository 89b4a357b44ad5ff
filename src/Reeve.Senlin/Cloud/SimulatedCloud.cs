using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Targets;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Cloud;

/// <summary>
/// A cloud that exists only here: servers, stacks and containers that are there at once. Takes the time and fails where the profile's
/// <c>metadata</c> tells it to (<c>simulate.delay</c>, <c>simulate.fail</c>, <c>simulate.times</c>), to try what policies do then.
/// </summary>
public sealed class SimulatedCloud(TimeProvider time) : IDriver
{
    /// <summary>The name under which targets know it.</summary>
    public const string DriverName = "senlin.cloud";

    /// <summary>The zone of a server for which nobody names one.</summary>
    internal const string DefaultZone = "ZONE1";

    private const int LongestDelay = 3600;

    private static readonly string[] _zones = ["AZ1", "AZ2", "AZ3", "nova", DefaultZone];

    private readonly ConcurrentDictionary<string, TargetState> _states = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Name => DriverName;

    /// <summary>The zones that there are.</summary>
    internal static IReadOnlyCollection<string> Zones => _zones;

    /// <summary>Is there a region of this name?</summary>
    internal static bool HasRegion(string name) => name.StartsWith('R');

    /// <inheritdoc/>
    public async Task<DriverOutcome> InvokeAsync(DriverCall call, CancellationToken cancellationToken)
    {
        var id = call.Inputs.Text("node_id") ?? call.Target.Key.Path;
        var told = call.Config.TryGetProperty("metadata", out var metadata) ? metadata : Json.EmptyObject;
        if (Number(told, "simulate.delay") is { } seconds and > 0 && call.Verb != DriverVerb.Check)
        {
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay)), time, cancellationToken);
        }

        var state = _states.GetOrAdd(id, call.Target.State);
        var verb = call.Verb.ToString().ToLowerInvariant();
        if (told.Text("simulate.fail") is { } fails && fails.Split(',').Contains(verb) && Fails(id, verb, told))
        {
            return DriverOutcome.Failed(state, $"the simulated cloud was told to fail {verb}", transient: false);
        }

        if (call.Verb == DriverVerb.Check)
        {
            return DriverOutcome.Done(state);
        }

        _states[id] = state = call.Verb switch
        {
            DriverVerb.Create => TargetState.Stopped,
            DriverVerb.Start => TargetState.Started,
            DriverVerb.Stop => state == TargetState.Deleted ? state : TargetState.Stopped,
            _ => TargetState.Deleted,
        };
        if (state == TargetState.Deleted)
        {
            _states.TryRemove(id, out _);
        }

        return DriverOutcome.Done(state, call.Verb == DriverVerb.Create ? Made(call, id) : default);
    }

    private bool Fails(string id, string verb, JsonElement told)
    {
        // by default each node fails as often as it is tried; with a number of times the whole profile does, so one of several can fail
        var times = Number(told, "simulate.times");
        var place = times is null ? $"{id}/{verb}" : $"{told.GetRawText()}/{verb}";
        return _failures.AddOrUpdate(place, 1, (_, count) => count + 1) <= (times ?? int.MaxValue);
    }

    private static double? Number(JsonElement told, string name) => told.TryGetProperty(name, out var value)
        && double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static JsonElement Made(DriverCall call, string id)
    {
        var placement = call.Inputs.TryGetProperty("placement", out var wanted) ? wanted : Json.EmptyObject;
        return Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("physical_id", Uuid.For("physical", id, call.IdempotencyKey));
            if (call.Inputs.Text("type")?.StartsWith("os.nova", StringComparison.Ordinal) == true)
            {
                writer.WriteString("zone", call.Config.Text("availability_zone") ?? placement.Text("zone") ?? DefaultZone);
                if (placement.Text("region_name") is { } region)
                {
                    writer.WriteString("region_name", region);
                }
            }

            writer.WriteEndObject();
        });
    }
}
