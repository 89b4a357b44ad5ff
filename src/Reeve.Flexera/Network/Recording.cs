using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Network;

/// <summary>Traffic as files, one exchange in each:
/// <c>{"request": {method, url, headers, body}, "response": {status, headers, body}}</c>.</summary>
internal static class Recording
{
    private static readonly HashSet<string> _secretHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "Api-Key", "X-Amz-Security-Token", "X-Auth-Token",
        "X-Vault-Token",
    };

    // what a signature changes with every call says nothing of what was asked
    private static readonly HashSet<string> _unsaid =
        new(StringComparer.OrdinalIgnoreCase) { "X-Amz-Date", "Date", "X-Amz-Content-Sha256" };

    public static (string Url, string Body) Said(Outgoing request, Secrets secrets)
    {
        var said = request.Unsigned;
        return (secrets.Remove(said.Address.AbsoluteUriAsWritten()),
            said.Body is null ? "" : secrets.Remove(Encoding.UTF8.GetString(said.Body)));
    }

    public static string Key(string method, string url, string body) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{method}\n{url}\n{body}")))[..16];

    public static OrderedDictionary<string, object?> Headers(IEnumerable<KeyValuePair<string, string>> headers, Secrets secrets)
    {
        var kept = new OrderedDictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers.Where(h => !_unsaid.Contains(h.Key)))
        {
            kept[name] = _secretHeaders.Contains(name) ? Secrets.Removed : secrets.Remove(value);
        }

        return new OrderedDictionary<string, object?>(kept, StringComparer.Ordinal);
    }
}

/// <summary>Keeps what goes through it, secrets removed.</summary>
internal sealed class RecordingTraffic(ITraffic inner, string folder, Secrets secrets) : ITraffic
{
    private const int LongestToken = 64 * 1024;

    private static readonly string[] _tokens = ["access_token", "refresh_token", "id_token", "client_secret", "session_token"];

    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    public async Task<Answer> SendAsync(Outgoing request, CancellationToken cancellationToken)
    {
        var answer = await inner.SendAsync(request, cancellationToken);
        if (request.IsExchange)
        {
            // replayed traffic is not signed: nobody would ask for it
            return answer;
        }

        AddTokens(answer);
        var (url, body) = Recording.Said(request, secrets);
        var key = Recording.Key(request.Method, url, body);
        var number = _seen.AddOrUpdate(key, 1, (_, n) => n + 1);
        var exchange = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["request"] = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["method"] = request.Method,
                ["url"] = url,
                ["headers"] = Recording.Headers(request.Unsigned.Headers, secrets),
                ["body"] = body,
            },
            ["response"] = new OrderedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["status"] = (double)answer.Status,
                ["headers"] = Recording.Headers(answer.Headers, secrets),
                ["body"] = secrets.Remove(answer.Text),
            },
        };
        var name = string.Create(CultureInfo.InvariantCulture, $"{key}-{number}.json");
        await File.WriteAllTextAsync(Path.Combine(folder, name), JsonData.Write(exchange) + "\n", cancellationToken);
        return answer;
    }

    // a template may fetch a token by itself; what it then does with it is kept without it
    private void AddTokens(Answer answer)
    {
        if (answer.Body.Length < LongestToken && JsonData.TryParse(answer.Text, out var value, out _)
            && value is OrderedDictionary<string, object?> map)
        {
            foreach (var name in _tokens)
            {
                secrets.Add(map.GetValueOrDefault(name) as string is { Length: >= 8 } token ? token : null, data: false);
            }
        }
    }
}

/// <summary>Answers from what was kept; the network is not used.</summary>
internal sealed class ReplayedTraffic(string folder, Secrets secrets) : ITraffic
{
    private readonly ConcurrentDictionary<string, int> _seen = new(StringComparer.Ordinal);

    public async Task<Answer> SendAsync(Outgoing request, CancellationToken cancellationToken)
    {
        var (url, body) = Recording.Said(request, secrets);
        var key = Recording.Key(request.Method, url, body);

        // the last answer stands for all that come after it
        for (var number = _seen.AddOrUpdate(key, 1, (_, n) => n + 1); number > 0; number--)
        {
            var file = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{key}-{number}.json"));
            if (File.Exists(file))
            {
                return Read(file, await File.ReadAllTextAsync(file, cancellationToken));
            }
        }

        throw new TrafficFault("the recording holds no answer to this request", false);
    }

    private static Answer Read(string file, string text)
    {
        if (!JsonData.TryParse(text, out var value, out _) || value is not OrderedDictionary<string, object?> exchange
            || exchange.GetValueOrDefault("response") is not OrderedDictionary<string, object?> response
            || response.GetValueOrDefault("status") is not double status)
        {
            throw new TrafficFault($"`{Path.GetFileName(file)}` is no recording", false);
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, said) in response.GetValueOrDefault("headers") as OrderedDictionary<string, object?> ?? [])
        {
            headers[name] = said as string ?? "";
        }

        // the text was kept as UTF-8, whatever it was on the way
        headers["Content-Type"] = headers.GetValueOrDefault("Content-Type", "").Split(';')[0];
        return new Answer((int)status, headers, Encoding.UTF8.GetBytes(response.GetValueOrDefault("body") as string ?? ""));
    }
}
