using System.Collections.Concurrent;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Actions;

/// <summary>Deletions that wait until the outside has said that the node may go.</summary>
internal sealed class LifecycleHooks
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Waits for the word, or until the time is up.</summary>
    public async Task WaitAsync(string token, TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        var word = _waiting.GetOrAdd(token, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await Task.WhenAny(word.Task, Task.Delay(most, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
        finally
        {
            _waiting.TryRemove(token, out _);
        }
    }

    /// <summary>The outside is ready; false when nothing waits for that.</summary>
    public bool Complete(string token) => _waiting.TryRemove(token, out var waiting) && waiting.TrySetResult();
}

/// <summary>The part of a deletion that waits for its hook.</summary>
internal sealed partial class ActionRun
{
    private async Task WaitForHookAsync(NodeRecord node, JsonElement hook, CancellationToken cancellationToken)
    {
        var most = TimeSpan.FromSeconds(Math.Max(0, hook.Whole("timeout") ?? 0));
        var url = hook.TryGetProperty("params", out var given) ? given.Text("url") : null;
        if (most <= TimeSpan.Zero || (work.Execution.Steps.FirstOrDefault(s => s.Path == "hook") is { EndedAt: { } told }
            && (most -= registry.Now - told) <= TimeSpan.Zero))
        {
            return;
        }

        Become(a => a with { Status = ActionStatus.WaitingLifecycle });
        var waits = Hooks.WaitAsync(_action.Id, most, registry.Host.Time, cancellationToken);
        await work.StepAsync("hook", t => TellHookAsync(node, url, t), cancellationToken);
        await waits;
        Become(a => a with { Status = ActionStatus.Running });
    }

    // whoever cannot be told cannot answer either; then the time-out decides, as for one who never answers
    private async Task<StepOutcome> TellHookAsync(NodeRecord node, string? url, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(url) || !registry.Host.Actors.TryGetValue("webhook", out var webhook))
        {
            return StepOutcome.Done();
        }

        var inputs = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("url", url);
            writer.WriteStartObject("body");
            writer.WriteString("lifecycle_action_token", _action.Id);
            writer.WriteString("lifecycle_transition_type", "termination");
            writer.WriteString("node_id", node.Id);
            writer.WriteString("node_name", node.Name);
            writer.WriteString("cluster_id", node.ClusterId);
            writer.WriteEndObject();
            writer.WriteEndObject();
        });
        var call = new ActorCall(
            $"{_action.Id}/hook", work.Execution.Id, Scope.Default, Registry.KeyOf(node).Path, inputs, Json.EmptyObject);
        var outcome = await webhook.ActAsync(call, cancellationToken);
        return StepOutcome.Done(outcome.Succeeded ? default : Json.Object(("error", outcome.Error)));
    }
}
