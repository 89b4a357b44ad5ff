using System.Net.Http.Headers;
using Reeve.Server.Opa.Config;

namespace Reeve.Server.Opa.Bundles;

/// <summary>Calls one server that bundles come from or logs go to.</summary>
internal sealed class RemoteCalls : IDisposable
{
    private readonly HttpClient _client;
    private readonly RemoteService _service;

    public RemoteCalls(RemoteService service)
    {
        _service = service;
        var handler = new SocketsHttpHandler
        {
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        if (service.AllowInsecureTls)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends; gives the answer as soon as its head is there. <paramref name="patience"/> bounds the wait for that.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, TimeSpan patience, TimeProvider time, CancellationToken cancellationToken)
    {
        foreach (var (name, value) in _service.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (_service.Bearer is { } bearer)
        {
            // a token in a file may be renewed at any time
            var token = bearer.TokenFile is { } file ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : bearer.Token ?? "";
            request.Headers.Authorization = new AuthenticationHeaderValue(bearer.Scheme, token);
        }

        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException($"the server did not answer within {patience.TotalSeconds:0.#} s", e);
        }
    }

    /// <summary>The address of something on the server.</summary>
    public Uri At(string resource) => new(_service.Url, resource);

    public void Dispose() => _client.Dispose();
}
