using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Reeve.Flexera.Network;

/// <summary>The real network; or, with an address to send everything to, that one instead.</summary>
internal sealed class HttpTraffic : ITraffic, IDisposable
{
    /// <summary>The largest answer, in bytes, after decompression.</summary>
    public const int Largest = 256 * 1024 * 1024;

    // who says more than that has to send it first
    private const int LargestAtOnce = 32 * 1024 * 1024;

    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(5);

    private readonly HttpClient _client;
    private readonly Uri? _instead;
    private readonly TimeProvider _time;
    private readonly int _largest;

    public HttpTraffic(Uri? instead, TimeProvider time, int largest = Largest)
    {
        _instead = instead;
        _time = time;
        _largest = largest;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            UseProxy = instead is null,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            MaxConnectionsPerServer = 32,
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        };
        if (instead is null)
        {
            handler.ConnectCallback = ConnectAsync;
        }

        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public async Task<Answer> SendAsync(Outgoing request, CancellationToken cancellationToken)
    {
        using var message = Message(request);
        using var late = new CancellationTokenSource(_longest, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var response = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ending.Token);
            var body = await ReadAsync(response.Content, ending.Token);
            var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
            {
                headers[name] = string.Join(", ", values);
            }

            return new Answer((int)response.StatusCode, headers, body);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TrafficFault($"no answer within {_longest.TotalSeconds:0} seconds", true);
        }
        catch (HttpRequestException e)
        {
            throw new TrafficFault(Reason(e), e.InnerException is not RefusedException);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw new TrafficFault("the answer cannot be decompressed", false);
        }
        catch (IOException e)
        {
            throw new TrafficFault($"the connection was closed before the answer ended ({e.Message.TrimEnd('.')})", true);
        }
    }

    public void Dispose() => _client.Dispose();

    private HttpRequestMessage Message(Outgoing request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), Target(request.Address));
        if (request.Body is { } body)
        {
            message.Content = new ByteArrayContent(body);
        }

        foreach (var (name, value) in request.Headers)
        {
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
            {
                throw new TrafficFault($"the header `{name}` has a line end in its value", false);
            }

            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase)
                || name.Equals("Expires", StringComparison.OrdinalIgnoreCase))
            {
                message.Content ??= new ByteArrayContent([]);
                if (!name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                {
                    message.Content.Headers.Remove(name);
                    message.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }
            else if (!name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        try
        {
            message.Headers.Host = request.Header("Host") ?? request.Host;
        }
        catch (FormatException)
        {
            throw new TrafficFault($"the header `Host` is `{request.Header("Host")}`, which is no host", false);
        }

        if (message.Headers.UserAgent.Count == 0 && request.Header("User-Agent") is null)
        {
            message.Headers.UserAgent.Add(new ProductInfoHeaderValue("reeve", null));
        }

        if (_instead is not null)
        {
            message.Headers.TryAddWithoutValidation("X-Forwarded-Proto", request.Address.Scheme);
            message.Headers.TryAddWithoutValidation("X-Forwarded-Host", request.Host);
        }

        return message;
    }

    private Uri Target(Uri address)
    {
        if (_instead is null)
        {
            return address;
        }

        var options = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        return new Uri($"{_instead.Scheme}://{_instead.Authority}{address.PathAndQuery}", in options);
    }

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);

        // a length that was said is all the room that a body of that length needs
        var said = (int)Math.Clamp(content.Headers.ContentLength ?? 0, 0, LargestAtOnce);
        using var all = new MemoryStream(said);
        var buffer = new byte[64 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (all.Length + count > _largest)
            {
                throw new TrafficFault($"the answer has more than {_largest} bytes", false);
            }

            all.Write(buffer, 0, count);
        }

        return all.Length == all.Capacity ? all.GetBuffer() : all.ToArray();
    }

    // whatever a name resolves to: a link-local address is not reached
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        if (Array.Exists(addresses, HostRules.IsRefused))
        {
            throw new RefusedException($"`{context.DnsEndPoint.Host}` leads to a link-local address, which no template may reach");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static string Reason(HttpRequestException e) => e switch
    {
        { InnerException: RefusedException refused } => refused.Message,
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the name of the host cannot be resolved",
        { HttpRequestError: HttpRequestError.SecureConnectionError } => "no secure connection could be made",
        { HttpRequestError: HttpRequestError.ConnectionError } => "no connection could be made",
        { HttpRequestError: HttpRequestError.ResponseEnded } => "the connection was closed before the answer ended",
        _ => char.ToLowerInvariant(e.Message[0]) + e.Message[1..].TrimEnd('.'),
    };

    private sealed class RefusedException(string message) : IOException(message);
}
