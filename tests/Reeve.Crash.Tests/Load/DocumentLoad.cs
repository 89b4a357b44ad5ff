using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Reeve.Crash.Tests.Load;

/// <summary>Adds targets, and edits one policy over and over.</summary>
internal sealed class DocumentLoad(Client client, Acknowledged acknowledged)
{
    /// <summary>Applies until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            await ApplyAsync(number, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, cancellationToken);
        }
    }

    private async Task ApplyAsync(int number, CancellationToken cancellationToken)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            kind: Target
            metadata: {name: added-{{number}}}
            ---
            kind: Policy
            metadata: {name: edited}
            spec:
              type: reeve.threshold-1.0
              properties: {service: nothing, upper_bound: {{number}}}
            """);
        var answer = await client.ApplyAsync(text, cancellationToken);
        if (answer is { Status: HttpStatusCode.OK })
        {
            acknowledged.Documents[string.Create(CultureInfo.InvariantCulture, $"added-{number}")] = 1;
            acknowledged.Edited = (number, RevisionOfPolicy(answer.Json));
        }
        else if (answer is { IsLater: false })
        {
            acknowledged.Wrong.Enqueue($"documents {number} were answered {answer}");
        }
    }

    private static long RevisionOfPolicy(JsonElement reply) =>
        reply.GetProperty("changes")
            .EnumerateArray()
            .First(c => c.GetProperty("kind").GetString() == "Policy")
            .GetProperty("revision")
            .GetInt64();
}
