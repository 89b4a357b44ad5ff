using System.Text.Json;

namespace Reeve.Cli.Demo;

/// <summary>The shop as it stands: one look at the API.</summary>
internal sealed record ShopState(
    IReadOnlyList<ShopWorker> Workers, int Desired, IReadOnlyList<JsonElement> Incidents, IReadOnlyList<JsonElement> Executions,
    IReadOnlyList<JsonElement> Approvals, IReadOnlyList<JsonElement> Journal, JsonElement Status)
{
    public static async Task<ShopState> ReadAsync(ShopApi api, CancellationToken cancellationToken)
    {
        var targets = await api.ListAsync("/api/v1/targets?limit=1000", cancellationToken);
        var workers = targets.Where(t => PathOf(t).StartsWith("shop/workers/", StringComparison.Ordinal)).Select(ShopWorker.Of).ToList();
        var group = targets.FirstOrDefault(t => PathOf(t) == "shop/workers");
        var desired = group.ValueKind == JsonValueKind.Object && group.TryGetProperty("capacity", out var capacity)
            ? capacity.GetProperty("desired").GetInt32()
            : 0;
        return new ShopState(
            workers,
            desired,
            await api.ListAsync("/api/v1/incidents?limit=500", cancellationToken),
            await api.ListAsync("/api/v1/executions?limit=500", cancellationToken),
            await api.ListAsync("/api/v1/approvals?limit=100", cancellationToken),
            await api.ListAsync("/api/v1/journal?limit=1000", cancellationToken),
            await api.ReadAsync("/api/v1/status", cancellationToken));
    }

    private static string PathOf(JsonElement target) => ShopWorker.PathOf(target);
}

/// <summary>One worker as the API tells it.</summary>
internal sealed record ShopWorker(string Path, string State, int Port, int Pid)
{
    public static ShopWorker Of(JsonElement target)
    {
        var properties = target.TryGetProperty("properties", out var p) ? p : default;
        return new ShopWorker(
            PathOf(target), target.GetProperty("state").GetString() ?? "unknown", Number(properties, "port"), Number(properties, "pid"));
    }

    /// <summary>A target's path, as a text or inside its key.</summary>
    public static string PathOf(JsonElement target) =>
        target.TryGetProperty("path", out var path) ? path.GetString()! : target.GetProperty("key").GetProperty("path").GetString()!;

    private static int Number(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object
            && properties.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.Number
            ? value.GetInt32()
            : 0;
}
