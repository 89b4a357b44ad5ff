using System.Globalization;
using System.Text;

namespace Reeve.Server.Opa;

/// <summary>Counts requests and their time, in the form that Prometheus reads.</summary>
internal sealed class OpaCounters
{
    private static readonly double[] Bounds = [1e-6, 5e-6, 1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 0.01, 0.1, 1];
    private static readonly string[] Handlers =
        ["v0/data", "v1/data", "v1/query", "v1/policies", "v1/compile", "v1/config", "v1/status", "health", "index", "other"];

    private readonly long[] _counts = new long[Handlers.Length * 6];
    private readonly long[] _buckets = new long[Handlers.Length * (Bounds.Length + 1)];
    private readonly double[] _sums = new double[Handlers.Length];
    private readonly Lock _summing = new();

    /// <summary>A request was answered.</summary>
    public void Count(OpaHandler handler, int status, TimeSpan took)
    {
        var at = (int)handler;
        Interlocked.Increment(ref _counts[(at * 6) + Math.Clamp(status / 100, 0, 5)]);
        var seconds = took.TotalSeconds;
        var bucket = 0;
        while (bucket < Bounds.Length && seconds > Bounds[bucket])
        {
            bucket++;
        }

        Interlocked.Increment(ref _buckets[(at * (Bounds.Length + 1)) + bucket]);
        lock (_summing)
        {
            _sums[at] += seconds;
        }
    }

    /// <summary>The text of <c>/metrics</c>.</summary>
    public string Show()
    {
        var text = new StringBuilder();
        text.Append("# HELP http_request_duration_seconds A histogram of duration for requests.\n");
        text.Append("# TYPE http_request_duration_seconds histogram\n");
        for (var at = 0; at < Handlers.Length; at++)
        {
            Append(text, at);
        }

        text.Append("# HELP http_requests_total How many requests were answered, by handler and class of status.\n");
        text.Append("# TYPE http_requests_total counter\n");
        for (var at = 0; at < Handlers.Length; at++)
        {
            for (var status = 1; status < 6; status++)
            {
                if (Interlocked.Read(ref _counts[(at * 6) + status]) is > 0 and var count)
                {
                    Line(text, $"http_requests_total{{code=\"{status}xx\",handler=\"{Handlers[at]}\"}} {count}");
                }
            }
        }

        text.Append("# HELP process_resident_memory_bytes Resident memory size in bytes.\n# TYPE process_resident_memory_bytes gauge\n");
        Line(text, $"process_resident_memory_bytes {Environment.WorkingSet}");
        text.Append("# HELP dotnet_gc_heap_bytes Bytes on the managed heap.\n# TYPE dotnet_gc_heap_bytes gauge\n");
        Line(text, $"dotnet_gc_heap_bytes {GC.GetTotalMemory(false)}");
        return text.ToString();
    }

    private void Append(StringBuilder text, int at)
    {
        long total = 0;
        var row = at * (Bounds.Length + 1);
        for (var i = 0; i <= Bounds.Length; i++)
        {
            total += Interlocked.Read(ref _buckets[row + i]);
        }

        if (total == 0)
        {
            return;
        }

        long running = 0;
        for (var i = 0; i <= Bounds.Length; i++)
        {
            running += Interlocked.Read(ref _buckets[row + i]);
            var bound = i < Bounds.Length ? Bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf";
            Line(text, $"http_request_duration_seconds_bucket{{handler=\"{Handlers[at]}\",le=\"{bound}\"}} {running}");
        }

        Line(text, $"http_request_duration_seconds_sum{{handler=\"{Handlers[at]}\"}} {_sums[at]}");
        Line(text, $"http_request_duration_seconds_count{{handler=\"{Handlers[at]}\"}} {running}");
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line)).Append('\n');
}

/// <summary>What a request is about.</summary>
internal enum OpaHandler
{
    DataV0,
    Data,
    Query,
    Policies,
    Compile,
    Config,
    Status,
    Health,
    Index,
    Other,
}
