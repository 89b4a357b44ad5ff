using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Policies;
using Reeve.Core.Targets;
using Reeve.Server.Access;

namespace Reeve.Server.Api;

/// <summary>
/// Targets as they are now, instances that operations made included; <c>?as=document</c> gives the document of a root instead.
/// </summary>
internal static class TargetOperations
{
    private const string Path = "/api/v1/targets";

    public static void Map(Routes routes)
    {
        routes.Get(Path, Needs.Viewer, ListAsync);
        routes.Get($"{Path}/{{**name}}", Needs.Viewer, GetAsync);
        ResourceOperations.MapChanges(routes, "targets", ResourceKinds.Target, Needs.Author);
    }

    private static Task ListAsync(ApiCall call)
    {
        if (IsDocument(call))
        {
            return ResourceOperations.ListAsync(call, ResourceKinds.Target);
        }

        var sort = (call.Query("sort") ?? "path").TrimStart('-');
        if (sort is "name" or "updated_at")
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, $"sort: only documents (`as=document`) are sorted by `{sort}`");
        }

        var below = call.Query("below");
        var labels = Paging.LabelsOf(call);
        var found = call.State.Runtime.Targets.All
            .Where(t => t.Key.Scope.Tenant == call.Scope.Tenant
                && (call.Query("project") is not { } project || t.Key.Scope.Project == project))
            .Where(t => below is null || new TargetKey(t.Key.Scope, below).Covers(t.Key))
            .Where(t => call.Query("kind") is not { } kind || t.Kind == kind)
            .Where(t => call.Query("state") is not { } state || StateOf(t) == state)
            .Where(t => call.Query("driver") is not { } driver || t.Driver?.Name == driver)
            .Where(t => labels.All(l => t.Labels.TryGetValue(l.Name, out var value) && (l.Value is null || l.Value == value)));
        var (items, next) = Paging.Page(
            call, found,
            t => sort switch
            {
                "kind" => t.Kind,
                "state" => StateOf(t),
                "created_at" => t.CreatedAt.UtcTicks.ToString("D20", System.Globalization.CultureInfo.InvariantCulture),
                _ => Order(t.Key),
            },
            t => Order(t.Key), call.Query("sort")?.StartsWith('-') == true);
        return Paging.WriteAsync(call, items, next, Write);
    }

    private static Task GetAsync(ApiCall call)
    {
        if (IsDocument(call))
        {
            return ResourceOperations.GetAsync(call, ResourceKinds.Target);
        }

        var targets = call.State.Runtime.Targets;
        var name = Uri.UnescapeDataString(call.Route("name"));
        if (targets.Resolve(call.Scope, name) is not { } target)
        {
            var near = DidYouMean.Hint(name, targets.All.Where(t => t.Key.Scope == call.Scope).Select(t => t.Key.Path));
            throw new ApiProblem(ErrorCodes.NotFound, $"there is no target {Quote.Text(name)}{near}");
        }

        return call.WriteAsync(StatusCodes.Status200OK, writer => Write(writer, target));
    }

    private static bool IsDocument(ApiCall call) => call.Query("as") switch
    {
        null => false,
        "document" => true,
        var other => throw new ApiProblem(ErrorCodes.NotAllowed, $"as: expected `document`, found {Quote.Text(other)}"),
    };

    private static string StateOf(Target target) => target.State.ToString().ToLowerInvariant();

    // project first, so that one cursor pages over several projects
    private static string Order(TargetKey key) => $"{key.Scope.Project}/{key.Path}";

    /// <summary>A target as it is now.</summary>
    public static void Write(Utf8JsonWriter writer, Target target)
    {
        writer.WriteStartObject();
        writer.WriteString("path", target.Key.Path);
        writer.WriteString("tenant", target.Key.Scope.Tenant);
        writer.WriteString("project", target.Key.Scope.Project);
        writer.WriteString("kind", target.Kind);
        writer.WriteString("state", target.State.ToString().ToLowerInvariant());
        if (target.StateReason is { } reason)
        {
            writer.WriteString("state_reason", reason);
        }

        if (target.StateSince != default)
        {
            writer.WriteString("state_since", target.StateSince);
        }

        writer.WriteBoolean("declared", target.Declared);
        if (target.Capacity is { } capacity)
        {
            writer.WriteStartObject("capacity");
            writer.WriteNumber("min", capacity.Min);
            writer.WriteNumber("max", capacity.Max);
            writer.WriteNumber("desired", capacity.Desired);
            writer.WriteEndObject();
        }

        writer.WriteStartObject("labels");
        foreach (var (name, value) in target.Labels)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        if (target.Aliases.Length > 0)
        {
            writer.WriteStartArray("aliases");
            foreach (var alias in target.Aliases)
            {
                writer.WriteStringValue(alias);
            }

            writer.WriteEndArray();
        }

        if (target.Driver is { } driver)
        {
            writer.WriteString("driver", driver.Name);
        }

        writer.WritePropertyName("properties");
        target.Properties.WriteTo(writer);
        writer.WriteString("created_at", target.CreatedAt);
        writer.WriteEndObject();
    }
}
