using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reeve.Languages.Data;
using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Workers;

namespace Reeve.Bench.Rows;

/// <summary>What a script of a policy template costs in its worker process: the first call, the next one, and one over many rows.</summary>
internal sealed class Scripts : IMeasurement
{
    private const int Rows = 10_000;

    private const string Map = """
        result = _.map(_.filter(rows, function (row) { return row.cost > 10 }), function (row) {
          var tags = {}
          _.each(row.tags, function (tag) { tags[tag.key] = tag.value })
          return { id: row.id, region: row.region.toLowerCase(), cost: Math.round(row.cost * 100) / 100, owner: tags["owner"] }
        })
        """;

    /// <inheritdoc/>
    public string Name => "scripts";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var rows = Read();
        var first = new double[effort.Runs];
        var next = new double[effort.Runs];
        var many = new double[effort.Runs];
        for (var run = 0; run < effort.Runs; run++)
        {
            using var pool = new ScriptPool([StartUp.Executable(), "script-worker"], new ScriptLimits(), 1, TimeProvider.System);
            first[run] = await TimeAsync(pool, 1, Call("result = n + 1", "n", 1d), cancellationToken);
            await TimeAsync(pool, 50, Call("result = n + 1", "n", 1d), cancellationToken);
            next[run] = await TimeAsync(pool, effort.Quick ? 50 : 200, Call("result = n + 1", "n", 1d), cancellationToken);
            await TimeAsync(pool, 3, Call(Map, "rows", rows), cancellationToken);
            many[run] = await TimeAsync(pool, effort.Quick ? 3 : 10, Call(Map, "rows", rows), cancellationToken);
            say($"run {run + 1}");
        }

        return
        [
            new Figure("scripts, the first call with the start of its worker", "ms", first),
            new Figure("– a further call", "ms", next) { Note = "an engine of its own for each call, with underscore in it" },
            new Figure($"– `filter` and `map` over {Rows:N0} rows, sent to the worker and back", "ms", many),
        ];
    }

    private static async Task<double> TimeAsync(ScriptPool pool, int times, ScriptCall call, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        for (var at = 0; at < times; at++)
        {
            if ((await pool.RunAsync(call, cancellationToken)).Error is { } error)
            {
                throw new InvalidOperationException(error);
            }
        }

        return Stopwatch.GetElapsedTime(started).TotalMilliseconds / times;
    }

    private static ScriptCall Call(string code, string name, object? value) =>
        new("js_bench", code, "result", [KeyValuePair.Create(name, value)], DateTimeOffset.UnixEpoch);

    private static object? Read()
    {
        var text = new StringBuilder("[");
        for (var at = 0; at < Rows; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"{{\"id\":\"i-{at}\",\"region\":\"US-East-{at % 4}\",\"cost\":{at % 100}.12345,"
                + $"\"tags\":[{{\"key\":\"owner\",\"value\":\"o{at}\"}}]}}");
        }

        return JsonData.TryParse(text.Append(']').ToString(), out var value, out var error) ? value
            : throw new InvalidOperationException(error);
    }
}
