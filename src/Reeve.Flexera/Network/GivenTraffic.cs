using System.Text;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Network;

/// <summary>Answers by <c>METHOD URL</c>; when the query is not named, whatever it is. The network is not used.</summary>
internal sealed class GivenTraffic(IReadOnlyDictionary<string, object?> answers) : ITraffic
{
    public Task<Answer> SendAsync(Outgoing request, CancellationToken cancellationToken)
    {
        var key = $"{request.Method} {request.Unsigned.Address.AbsoluteUriAsWritten()}";
        if (!answers.TryGetValue(key, out var given) && !answers.TryGetValue(key.Split('?')[0], out given))
        {
            throw new TrafficFault("the case holds no answer to this request", false);
        }

        var map = given as OrderedDictionary<string, object?>;
        if (map?.GetValueOrDefault("status") is not double status)
        {
            (status, map) = (200, new OrderedDictionary<string, object?>(StringComparer.Ordinal) { ["body"] = given });
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in map.GetValueOrDefault("headers") as OrderedDictionary<string, object?> ?? [])
        {
            headers[name] = Values.Text(value);
        }

        var body = map.GetValueOrDefault("body");
        return Task.FromResult(new Answer(
            (int)status, headers, Encoding.UTF8.GetBytes(body as string ?? (body is null ? "" : JsonData.Write(body)))));
    }
}
