namespace Reeve.Cli.Demo;

/// <summary>Sends requests to the shop's workers in turn, at a rate that rises and falls; bounded in requests under way.</summary>
internal sealed class LoadGenerator(Func<double> rate, Func<IReadOnlyList<int>> ports, TimeProvider time) : IDisposable
{
    private const int MaxUnderWay = 64;

    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(3),
    };
    private long _served;
    private long _failed;
    private int _underWay;

    /// <summary>Requests that were answered.</summary>
    public long Served => Interlocked.Read(ref _served);

    /// <summary>Requests that were not: the worker was gone or too slow.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var turn = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(1 / Math.Max(0.5, rate())), time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            var open = ports();
            if (open.Count > 0 && _underWay < MaxUnderWay)
            {
                _ = SendAsync(open[turn++ % open.Count], cancellationToken);
            }
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(int port, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{port}/work"), cancellationToken);
            Interlocked.Increment(ref (response.IsSuccessStatusCode ? ref _served : ref _failed));
        }
        catch (Exception gone) when (gone is HttpRequestException or OperationCanceledException)
        {
            Interlocked.Increment(ref _failed);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
