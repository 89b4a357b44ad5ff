using System.Net;

namespace Reeve.Crash.Tests.Load;

/// <summary>Answers what people are asked: mostly yes, sometimes not at once, and sometimes twice.</summary>
internal sealed class PeopleLoad(Client client, Acknowledged acknowledged, Random random)
{
    /// <summary>Is every question answered from now on?</summary>
    public bool IsCalm { get; set; }

    /// <summary>Answers until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var asked = await client.GetAsync("api/v1/approvals?status=pending&limit=50", cancellationToken);
            foreach (var approval in asked is { Status: HttpStatusCode.OK }
                ? asked.Json.GetProperty("items").EnumerateArray().ToList()
                : [])
            {
                if (IsCalm || random.Next(3) > 0)
                {
                    await DecideAsync(approval.GetProperty("id").GetString()!, cancellationToken);
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(80), TimeProvider.System, cancellationToken);
        }
    }

    private async Task DecideAsync(string id, CancellationToken cancellationToken)
    {
        var decision = random.Next(5) == 0 ? "deny" : "approve";
        for (var times = random.Next(8) == 0 ? 2 : 1; times > 0; times--)
        {
            var answer = await client.PostAsync($"api/v1/approvals/{id}", $$"""{"decision":"{{decision}}"}""", cancellationToken);
            if (answer is { Status: HttpStatusCode.OK })
            {
                acknowledged.Decisions[id] = answer.Json.GetProperty("status").GetString()!;
            }
            else if (answer is { IsLater: false, Status: not HttpStatusCode.Conflict })
            {
                acknowledged.Wrong.Enqueue($"approval {id} was answered {answer}");
            }
        }
    }
}
