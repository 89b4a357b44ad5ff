using System.Collections.Concurrent;
using System.Text;
using Reeve.Core.Time;
using Reeve.Flexera.Network;

namespace Reeve.Flexera.Tests;

/// <summary>The outer wire of a test: answers by looking at the request, and keeps when it came.</summary>
internal sealed class ToldTraffic(TimeProvider time, Func<Outgoing, Answer> answer) : ITraffic
{
    private readonly ConcurrentQueue<(Outgoing Request, DateTimeOffset At)> _came = new();

    public IReadOnlyList<(Outgoing Request, DateTimeOffset At)> Came => [.. _came];

    public Sender Sender(Secrets? secrets = null) => new(this, new HostRules([]), secrets ?? new Secrets(), time);

    public Task<Answer> SendAsync(Outgoing request, CancellationToken cancellationToken)
    {
        _came.Enqueue((request, time.GetUtcNow()));
        return Task.FromResult(answer(request));
    }

    public static Answer Say(int status, string body = "", params (string Name, string Value)[] headers) => new(
        status, headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase), Encoding.UTF8.GetBytes(body));

    /// <summary>Waits for something in virtual time: whenever all wait, the next timer is due.</summary>
    public static async Task<T> WaitAsync<T>(VirtualTime time, Task<T> task)
    {
        while (!task.IsCompleted)
        {
            if (time.NextDue is { } due)
            {
                time.Advance(due - time.GetUtcNow());
            }

            await Task.Yield();
        }

        return await task;
    }
}
