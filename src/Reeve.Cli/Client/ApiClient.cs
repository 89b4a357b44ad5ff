using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Reeve.Core.Documents;

namespace Reeve.Cli.Client;

/// <summary>Calls the REST API; what the server refuses becomes a message for people and an exit code.</summary>
internal sealed class ApiClient : IDisposable
{
    private const int MostShown = 20;
    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly string _scope;

    public ApiClient(Uri server, string? tenant, string? project, string? token)
    {
        _server = server;
        var named = new[] { ("tenant", tenant), ("project", project) }.Where(p => p.Item2 is not null);
        _scope = string.Join('&', named.Select(p => $"{p.Item1}={Uri.EscapeDataString(p.Item2!)}"));
        _http = new HttpClient(new SocketsHttpHandler { UseProxy = !server.IsLoopback })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        if (Environment.UserName is { Length: > 0 } user && ResourceDocument.IsName(user))
        {
            _http.DefaultRequestHeaders.Add("Reeve-User", user);
        }
    }

    public Task<JsonElement> GetAsync(
        string path, CancellationToken cancellationToken, params ReadOnlySpan<(string Name, string? Value)> query) =>
        SendAsync(HttpMethod.Get, With(path, query), null, null, cancellationToken);

    public Task<JsonElement> DeleteAsync(
        string path, CancellationToken cancellationToken, params ReadOnlySpan<(string Name, string? Value)> query) =>
        SendAsync(HttpMethod.Delete, With(path, query), null, null, cancellationToken);

    public Task<JsonElement> PostAsync(
        string path, JsonElement body, CancellationToken cancellationToken, params ReadOnlySpan<(string Name, string? Value)> headers)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.GetRawText()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(HttpMethod.Post, With(path), content, headers.ToArray(), cancellationToken);
    }

    public Task<JsonElement> PutAsync(string path, JsonElement body, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.GetRawText()));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(HttpMethod.Put, With(path), content, null, cancellationToken);
    }

    public Task<JsonElement> PostTextAsync(
        string path, byte[] body, string? key, CancellationToken cancellationToken,
        params ReadOnlySpan<(string Name, string? Value)> query) =>
        SendAsync(HttpMethod.Post, With(path, query), new ByteArrayContent(body), [("Idempotency-Key", key)], cancellationToken);

    /// <summary>Hands several files in as one request.</summary>
    public Task<JsonElement> PostFilesAsync(
        string path, IReadOnlyList<(string Name, byte[] Text)> files, string? key, CancellationToken cancellationToken,
        params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, text) in files)
        {
            form.Add(new ByteArrayContent(text), "file", name);
        }

        return SendAsync(HttpMethod.Post, With(path, query), form, [("Idempotency-Key", key)], cancellationToken);
    }

    /// <summary>All items of a list, page by page, up to a number.</summary>
    public async Task<List<JsonElement>> ListAsync(
        string path, int most, CancellationToken cancellationToken, params (string Name, string? Value)[] query)
    {
        var items = new List<JsonElement>();
        string? after = null;
        do
        {
            var limit = Math.Clamp(most - items.Count, 1, 1000).ToString(System.Globalization.CultureInfo.InvariantCulture);
            var page = await GetAsync(path, cancellationToken, [.. query, ("limit", limit), ("after", after)]);
            items.AddRange(page.GetProperty("items").EnumerateArray());
            after = page.Text("next");
        }
        while (after is not null && items.Count < most);
        return items;
    }

    /// <summary>Opens a stream of changes; throws a <see cref="VerbException"/> when it cannot be had.</summary>
    public async Task<HttpResponseMessage> OpenStreamAsync(
        string path, string? after, CancellationToken cancellationToken, params (string Name, string? Value)[] query)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, With(path, query));
        if (after is not null)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", after);
        }

        return await CallAsync(async () =>
        {
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                throw Refused((int)response.StatusCode, Read(await response.Content.ReadAsStringAsync(cancellationToken)));
            }
        }, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private string With(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var parts = new List<string>();
        if (_scope.Length > 0)
        {
            parts.Add(_scope);
        }

        foreach (var (name, value) in query)
        {
            if (value is not null)
            {
                parts.Add($"{name}={Uri.EscapeDataString(value)}");
            }
        }

        return parts.Count == 0 ? path : $"{path}?{string.Join('&', parts)}";
    }

    private async Task<JsonElement> SendAsync(
        HttpMethod method, string path, HttpContent? content, (string Name, string? Value)[]? headers, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers ?? [])
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return await CallAsync(async () =>
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            var body = Read(text);
            return response.IsSuccessStatusCode && body is { } read ? read : throw Refused((int)response.StatusCode, body);
        }, cancellationToken);
    }

    private async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (HttpRequestException e)
        {
            var reason = e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? "nobody listens there; start it with `reeve serve`, or name another with `--server`"
                : e.Message.TrimEnd('.');
            throw new VerbException($"reeve: server: `{_server}`: {reason}", ExitCode.CouldNotRun);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new VerbException($"reeve: server: `{_server}`: no answer within {_http.Timeout.TotalSeconds:0} s", ExitCode.CouldNotRun);
        }
    }

    private static JsonElement? Read(string text)
    {
        try
        {
            return Json.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // 4xx: what was asked is wrong; overlap and refusal: a policy or an execution said no; the rest: it could not be done now
    private VerbException Refused(int status, JsonElement? body)
    {
        if (body is not { } problem || problem.Text("code") is not { } code)
        {
            return new VerbException(
                $"reeve: server: `{_server}` answered with status {status}, and not as a reeve does; name another with `--server`",
                ExitCode.CouldNotRun);
        }

        var exitCode = code switch
        {
            "overlap" or "refused" => ExitCode.Found,
            "unavailable" or "queue-full" or "rate-limited" or "internal" => ExitCode.CouldNotRun,
            _ => ExitCode.WrongInput,
        };
        return new VerbException(string.Join('\n', Lines(problem)), exitCode);
    }

    private static IEnumerable<string> Lines(JsonElement problem)
    {
        var errors = problem.TryGetProperty("errors", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().ToList()
            : [];
        if (errors.Count == 0)
        {
            yield return $"reeve: {problem.Text("detail")} [{problem.Text("code")}]";
        }

        foreach (var error in errors.Take(MostShown))
        {
            var place = error.Text("file") is { } file ? $"{file}:{error.Whole("line")}:{error.Whole("column")}: " : "";
            var path = error.Text("path") is { Length: > 0 } pointer ? $"{pointer}: " : "";
            yield return $"{place}{path}{error.Text("message")} [{error.Text("code")}]";
        }

        if (errors.Count > MostShown)
        {
            yield return $"and {errors.Count - MostShown} mistakes more";
        }
    }
}
