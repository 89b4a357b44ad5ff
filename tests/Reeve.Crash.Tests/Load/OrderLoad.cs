using System.Globalization;
using System.Net;

namespace Reeve.Crash.Tests.Load;

/// <summary>Asks for executions, each under a key of its own and again and again until there is an answer.</summary>
internal sealed class OrderLoad(Client client, Uri sink, Acknowledged acknowledged, string name, Random random)
{
    /// <summary>
    /// Orders until it is told to end; the order at hand is carried through as long as <paramref name="patience"/> lasts.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken, CancellationToken patience)
    {
        for (var number = 1; !cancellationToken.IsCancellationRequested; number++)
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
            var (what, body) = Next(key);
            await PlaceAsync(key, what, body, patience);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(20, 160)), TimeProvider.System, patience);
        }
    }

    private async Task PlaceAsync(string key, string what, string body, CancellationToken patience)
    {
        while (true)
        {
            var answer = await client.PostAsync("api/v1/executions", body, patience, key);
            if (answer is { Status: HttpStatusCode.OK or HttpStatusCode.Accepted })
            {
                acknowledged.Orders[key] = new Order(key, what, answer.Json.GetProperty("id").GetString()!);
                await AskOnceMoreAsync(key, body, patience);
                return;
            }

            if (answer is { IsLater: false })
            {
                acknowledged.Wrong.Enqueue($"order {key} ({what}) was answered {answer}");
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, patience);
        }
    }

    // a client that did not see the answer asks again, and must hear of the same execution
    private async Task AskOnceMoreAsync(string key, string body, CancellationToken patience)
    {
        if (random.Next(5) == 0
            && await client.PostAsync("api/v1/executions", body, patience, key)
                is { Status: HttpStatusCode.OK or HttpStatusCode.Accepted } again
            && again.Json.GetProperty("id").GetString() != acknowledged.Orders[key].Id)
        {
            acknowledged.Wrong.Enqueue($"order {key} was {acknowledged.Orders[key].Id} and later {again.Text}");
        }
    }

    private (string What, string Body) Next(string key)
    {
        var node = string.Create(CultureInfo.InvariantCulture, $"farm/orders/n{random.Next(1, Farm.NodesEach + 1)}");
        return random.Next(5) switch
        {
            0 or 1 => (
                "call",
                $$$"""{"actor":"webhook","target":"{{{node}}}","with":"""
                    + $$$"""{"url":"{{{sink}}}orders/call","body":{"order":"{{{key}}}"},"timeout":"1s"}}"""),
            2 => ("deliver", $$$"""{"workflow":"deliver","target":"{{{node}}}","queue":true,"with":{"order":"{{{key}}}"}}"""),
            3 => ("scale_out", """{"operation":"scale_out","target":"farm/pool","queue":true,"with":{"count":2}}"""),
            _ => ("scale_in", """{"operation":"scale_in","target":"farm/pool","queue":true,"with":{"count":1}}"""),
        };
    }
}
