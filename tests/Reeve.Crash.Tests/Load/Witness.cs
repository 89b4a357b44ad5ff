using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Reeve.Crash.Tests.Load;

/// <summary>Reads the record while it grows: what was once shown must stay.</summary>
internal sealed class Witness(Client client, Acknowledged acknowledged)
{
    private long _last;

    /// <summary>Reads until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await ReadAsync(
                string.Create(CultureInfo.InvariantCulture, $"api/v1/journal?order=oldest&limit=500&after={_last}"),
                Journal, cancellationToken);
            await ReadAsync("api/v1/executions?limit=50", Execution, cancellationToken);
            await ReadAsync("api/v1/incidents?limit=50", Incident, cancellationToken);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellationToken);
        }
    }

    private async Task ReadAsync(string path, Action<JsonElement> take, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(path, cancellationToken);
        if (answer is { Status: HttpStatusCode.OK })
        {
            foreach (var item in answer.Json.GetProperty("items").EnumerateArray())
            {
                take(item);
            }
        }
        else if (answer is { IsLater: false })
        {
            acknowledged.Wrong.Enqueue($"{path} was answered {answer}");
        }
    }

    private void Journal(JsonElement entry)
    {
        _last = entry.GetProperty("sequence").GetInt64();
        acknowledged.Journal[_last] = entry.GetProperty("hash").GetString()!;
    }

    private void Execution(JsonElement execution) =>
        Status(acknowledged.Ends, "execution", execution, "pending", "running", "waiting");

    private void Incident(JsonElement incident) => Status(acknowledged.Incidents, "incident", incident, "triggered");

    private void Status(IDictionary<string, string> seen, string kind, JsonElement item, params string[] living)
    {
        var id = item.GetProperty("id").GetString()!;
        var status = item.GetProperty("status").GetString()!;
        if (living.Contains(status))
        {
            if (seen.TryGetValue(id, out var before) && before.Length > 0)
            {
                acknowledged.Wrong.Enqueue($"{kind} {id} was {before} and is {status} again");
            }
            else
            {
                seen[id] = "";
            }
        }
        else
        {
            seen[id] = status;
        }
    }
}
