using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Reeve.Flexera.Tests;

/// <summary>A server that writes whatever bytes it is told, be they HTTP or not, and then closes the connection.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Func<NetworkStream, CancellationToken, Task> _answer;
    private readonly Task _accepting;
    private int _connections;

    private RawServer(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public int Connections => _connections;

    public static RawServer Start(params byte[][] parts) => new(async (stream, token) =>
    {
        foreach (var part in parts)
        {
            await stream.WriteAsync(part, token);
            await stream.FlushAsync(token);
        }
    });

    public static RawServer Start(Func<NetworkStream, CancellationToken, Task> answer) => new(answer);

    public static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_stopping.Token);
                Interlocked.Increment(ref _connections);
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // it was stopped
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        try
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stopping.Token) > 0)
            {
                head.Append((char)one[0]);
            }

            await _answer(stream, _stopping.Token);
        }
        catch (IOException)
        {
            // the client went away first
        }
    }
}
