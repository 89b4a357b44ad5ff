using System.Globalization;
using System.Net;
using System.Text;

namespace Reeve.Crash.Tests.Load;

/// <summary>Sends what the nodes measure: each node is bad for some time, then good for some time. Once calm, all are good.</summary>
internal sealed class EventLoad(Client client, Acknowledged acknowledged, Random random)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(60);
    private readonly int[] _ticksLeft = new int[Farm.Nodes.Count];
    private readonly double[] _values = new double[Farm.Nodes.Count];
    private readonly int[] _silent = new int[Farm.Hearts.Count];

    /// <summary>Is all well from now on?</summary>
    public bool IsCalm { get; set; }

    /// <summary>Sends until it is told to end.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var answer = await client.PostAsync("api/v1/events", Batch(), cancellationToken);
            if (answer is { Status: HttpStatusCode.Accepted })
            {
                Interlocked.Add(ref acknowledged.Events, answer.Json.GetProperty("accepted").GetInt64());
            }
            else if (answer is { IsLater: false })
            {
                acknowledged.Wrong.Enqueue($"events were answered {answer}");
            }

            await Task.Delay(Pace, TimeProvider.System, cancellationToken);
        }
    }

    private string Batch()
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < Farm.Nodes.Count; i++)
        {
            if (_ticksLeft[i]-- <= 0)
            {
                _ticksLeft[i] = random.Next(2, 25);
                _values[i] = random.Next(2) == 0 ? 0.1 : 0.91 + (random.Next(9) / 100.0);
            }

            var value = IsCalm ? 0.1 : _values[i];
            text.Append(CultureInfo.InvariantCulture, $$"""{"target":"{{Farm.Nodes[i]}}","service":"load","metric":{{value}}},""");
        }

        for (var i = 0; i < Farm.Hearts.Count; i++)
        {
            if (_silent[i] > 0 && !IsCalm)
            {
                _silent[i]--;
                continue;
            }

            _silent[i] = random.Next(30) == 0 ? random.Next(10, 30) : 0;
            text.Append(CultureInfo.InvariantCulture, $$"""{"target":"{{Farm.Hearts[i]}}","service":"heartbeat"},""");
        }

        text[^1] = ']';
        return text.ToString();
    }
}
