using System.Collections.Concurrent;
using Reeve.Languages.Data;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

/// <summary>Answers by method, original host, path and query; a list holds one answer for each time, the last one for ever.</summary>
internal sealed class CaseServer(OrderedDictionary<string, object?> answers)
{
    private readonly ConcurrentDictionary<string, int> _times = new(StringComparer.Ordinal);

    public HttpReply Answer(ReceivedRequest request)
    {
        var key = $"{request.Method} {request.Headers["X-Forwarded-Host"]}{request.Path}";
        var found = answers.TryGetValue(key + Uri.UnescapeDataString(request.Query), out var answer)
            || answers.TryGetValue(key, out answer);
        if (!found)
        {
            return HttpReply.With(404, $"the case has no answer to {key}{request.Query}");
        }

        if (answer is List<object?> list && list.Count > 0 && list[0] is OrderedDictionary<string, object?> first
            && first.ContainsKey("status"))
        {
            var time = _times.AddOrUpdate(key, 0, (_, n) => n + 1);
            answer = list[Math.Min(time, list.Count - 1)];
        }

        return answer is OrderedDictionary<string, object?> map && map.TryGetValue("status", out var status)
            ? new HttpReply
            {
                Status = (int)(double)status!,
                Body = Body(map.GetValueOrDefault("body")),
                Headers = (map.GetValueOrDefault("headers") as OrderedDictionary<string, object?> ?? [])
                    .ToDictionary(h => h.Key, h => h.Value as string ?? JsonData.Write(h.Value)),
            }
            : HttpReply.With(200, Body(answer));
    }

    /// <summary>What came, as data.</summary>
    public List<object?> Received(IEnumerable<ReceivedRequest> requests) =>
    [
        .. requests.Select(r => new OrderedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["method"] = r.Method,
            ["path"] = r.Path,
            ["query"] = r.Query,
            ["body"] = r.Text,
            ["headers"] = new OrderedDictionary<string, object?>(
                r.Headers.Select(h => KeyValuePair.Create(h.Key, (object?)h.Value)), StringComparer.OrdinalIgnoreCase),
        }),
    ];

    private static string Body(object? body) => body as string ?? (body is null ? "" : JsonData.Write(body));
}
