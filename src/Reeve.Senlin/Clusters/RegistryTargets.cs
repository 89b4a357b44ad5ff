using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Reeve.Core.Documents;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Policies;
using Reeve.Core.Targets;
using Reeve.Senlin.Actions;

namespace Reeve.Senlin.Clusters;

/// <summary>How the records are targets, documents, executions and entries; and how they come back after a restart.</summary>
internal sealed partial class Registry
{
    /// <summary>Takes up what lived before; to be called once, when the targets are in place and nothing runs yet.</summary>
    public async Task LoadAsync(IEnumerable<Target> targets, CancellationToken cancellationToken)
    {
        await LoadAsync(Profiles, "senlin/profile", RecordJson.Default.ProfileRecord, cancellationToken);
        await LoadAsync(Policies, "senlin/policy", RecordJson.Default.PolicyRecord, cancellationToken);
        await LoadAsync(Receivers, "senlin/receiver", RecordJson.Default.ReceiverRecord, cancellationToken);
        var clusters = new List<ClusterRecord>();
        var nodes = new List<NodeRecord>();
        foreach (var target in targets)
        {
            if (target.Properties.ValueKind != JsonValueKind.Object || !target.Properties.TryGetProperty(Property, out var kept))
            {
                continue;
            }

            if (target.Kind == ClusterKind)
            {
                clusters.Add(kept.Deserialize(RecordJson.Default.ClusterRecord)!);
            }
            else
            {
                nodes.Add(kept.Deserialize(RecordJson.Default.NodeRecord)!);
            }
        }

        foreach (var cluster in clusters.OrderBy(c => c.InitAt).ThenBy(c => c.Id, StringComparer.Ordinal))
        {
            Clusters.Put(cluster);
        }

        foreach (var node in nodes.OrderBy(n => n.InitAt).ThenBy(n => n.Index))
        {
            Nodes.Put(node);
            Join(node);
        }

        if (clusters.Count + nodes.Count > 0 || Profiles.Count > 0)
        {
            await LoadActionsAsync(cancellationToken);
            await LoadEventsAsync(cancellationToken);
        }
    }

    private async Task LoadAsync<T>(RecordTable<T> table, string kind, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : SenlinRecord
    {
        var found = new List<T>();
        string? after = null;
        do
        {
            var page = await host.Resources.ListAsync(
                Scope.Default.Tenant, Scope.Default.Project, kind, after, MostOfPage, cancellationToken);
            found.AddRange(page.Items.Select(r => r.Body.Deserialize(type)!));
            after = page.Next;
        }
        while (after is not null);
        foreach (var record in found.OrderBy(r => r.CreatedAt).ThenBy(r => r.Id, StringComparer.Ordinal))
        {
            table.Put(record);
        }
    }

    private const int MostOfPage = 1000;

    private async Task LoadActionsAsync(CancellationToken cancellationToken)
    {
        var found = new List<ActionRecord>();
        var query = new RecordQuery { Tenant = Scope.Default.Tenant, Project = Scope.Default.Project, Limit = MostOfPage };
        for (var read = 0; read < MostActions; read += MostOfPage)
        {
            var page = await host.Records.ExecutionsAsync(query, cancellationToken);
            found.AddRange(page.Items
                .Where(e => e.Target is { } path && (OwnerOf(path) is not null || e.Data.TryGetProperty("senlin", out _)))
                .Select(e => ActionRecord.Of(e, OwnerOf)));
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        for (var i = found.Count - 1; i >= 0; i--)
        {
            Actions.Put(found[i]);
        }
    }

    private async Task LoadEventsAsync(CancellationToken cancellationToken)
    {
        var found = new List<EventRecord>();
        var query = new RecordQuery
        {
            Tenant = Scope.Default.Tenant,
            Project = Scope.Default.Project,
            Status = EventKind,
            Limit = MostOfPage,
        };
        for (var read = 0; read < MostEvents; read += MostOfPage)
        {
            var page = await host.Records.JournalAsync(query, cancellationToken);
            found.AddRange(page.Items.Select(e => e.Entry.Data.Deserialize(RecordJson.Default.EventRecord)!));
            if (page.Next is null)
            {
                break;
            }

            query = query with { After = page.Next };
        }

        for (var i = found.Count - 1; i >= 0; i--)
        {
            Events.Put(found[i]);
        }
    }

    /// <summary>A node's target under the path by which its driver knows it.</summary>
    public Target DrivenTarget(NodeRecord node, Target? known = null) =>
        (known ?? host.Targets.Find(KeyOf(node)) ?? TargetOf(node)) with { Key = new TargetKey(Scope.Default, node.DrivenPath) };

    private Target TargetOf(ClusterRecord cluster)
    {
        var key = KeyOf(cluster);
        var max = cluster.MaxSize < 0 ? SizeLimits.MostNodes : cluster.MaxSize;
        var state = StateOf(cluster.Status);
        var known = host.Targets.Find(key);
        return new Target
        {
            Key = key,
            Kind = ClusterKind,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("name", cluster.Name).Add("profile", cluster.ProfileId),
            Aliases = [cluster.Name],
            Properties = Kept(cluster, RecordJson.Default.ClusterRecord),
            State = state,
            StateReason = cluster.StatusReason,
            StateSince = known?.State == state ? known.StateSince : Now,
            Capacity = new Capacity(Math.Min(cluster.MinSize, cluster.Desired), Math.Max(max, cluster.Desired), cluster.Desired),
            CreatedAt = cluster.InitAt,
        };
    }

    private Target TargetOf(NodeRecord node)
    {
        var key = KeyOf(node);
        var state = StateOf(node.Status);
        var known = host.Targets.Find(key);
        return new Target
        {
            Key = key,
            Kind = TargetKinds.Instance,
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add("name", node.Name).Add("profile", node.ProfileId)
                .Add("role", node.Role),
            Aliases = node.DrivenPath == key.Path ? [node.Name] : [node.Name, node.DrivenPath],
            Properties = Json.Merge(Kept(node, RecordJson.Default.NodeRecord), node.Details),
            State = state,
            StateReason = node.StatusReason,
            StateSince = known?.State == state ? known.StateSince : Now,
            Driver = Profiles.Get(node.ProfileId) is { } profile ? Cloud.ProfileDrivers.Of(profile) : null,
            CreatedAt = node.InitAt,
        };
    }

    private static JsonElement Kept<T>(T record, JsonTypeInfo<T> type) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName(Property);
        JsonSerializer.Serialize(writer, record, type);
        writer.WriteEndObject();
    });

    private static TargetState StateOf(string status) => status switch
    {
        ClusterStatus.Init => TargetState.Unknown,
        ClusterStatus.Creating or ClusterStatus.Recovering => TargetState.Starting,
        ClusterStatus.Deleting => TargetState.Stopping,
        ClusterStatus.Error => TargetState.Failed,
        _ => TargetState.Started,
    };

    private static JournalEntry EntryOf(EventRecord happened) => new()
    {
        At = happened.CreatedAt!.Value,
        Scope = Scope.Default,
        Kind = EventKind,
        Who = happened.Owner.User,
        Summary = $"{happened.Action} on {happened.ObjectType.ToLowerInvariant()} `{happened.Name}`: {happened.Status}"
            + (happened.StatusReason.Length > 0 ? $": {happened.StatusReason}" : ""),
        Target = happened.ObjectType == "NODE" && happened.ClusterId.Length > 0
            ? $"{happened.ClusterId}/{happened.ObjectId}"
            : happened.ObjectId,
        Data = JsonSerializer.SerializeToElement(happened, RecordJson.Default.EventRecord),
    };
}
