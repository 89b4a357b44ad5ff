using System.Collections.Concurrent;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Executions;

namespace Reeve.Runtime.Tests;

/// <summary>
/// Does what its inputs say, and remembers: <c>say</c> names the call, <c>fail</c> is how often it fails first, <c>lasting</c> makes
/// these failures ones that trying again does not help, <c>retry_after</c> is what it asks for, <c>hang</c> never answers.
/// </summary>
internal sealed class RecordingActor : IActor
{
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Recorded> _calls = new();

    public sealed record Recorded(string Say, string Key, DateTimeOffset At, JsonElement Inputs, string? Target);

    public string Name => "note";

    /// <summary>The clock of the runtime of the moment.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>All calls, in order.</summary>
    public IReadOnlyList<Recorded> Calls => [.. _calls];

    /// <summary>What was said, in order, failed tries included.</summary>
    public IReadOnlyList<string> Said => [.. _calls.Select(c => c.Say)];

    public IEnumerable<string> Check(JsonElement inputs) => [];

    public async Task<ActorOutcome> ActAsync(ActorCall call, CancellationToken cancellationToken)
    {
        var say = Text(call.Inputs, "say") ?? "";
        _calls.Enqueue(new Recorded(say, call.IdempotencyKey, Time.GetUtcNow(), call.Inputs, call.Target));
        if (call.Inputs.TryGetProperty("hang", out _))
        {
            // it does not heed the token either: nothing that it is told makes it answer
            await new TaskCompletionSource().Task;
        }

        if (call.Inputs.Whole("fail") is { } fail && _failures.AddOrUpdate(say, 1, (_, n) => n + 1) <= fail)
        {
            var after = call.Inputs.Whole("retry_after") is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            return ActorOutcome.Failed($"`{say}` was told to fail", !call.Inputs.TryGetProperty("lasting", out _), after);
        }

        return ActorOutcome.Done(Json.Object(("said", say), ("key", call.IdempotencyKey)));
    }

    private static string? Text(JsonElement inputs, string name) =>
        inputs.TryGetProperty(name, out var value) ? value.ToString() : null;
}
