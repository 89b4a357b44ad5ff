using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>
/// From a socket to what comes of an event, one event after the other and under load: the verdict of a stream policy, and the event at a
/// subscriber of the index; then how many events a second a hundred stream policies judge.
/// </summary>
internal sealed class RiemannLatency : IMeasurement
{
    private const int Policies = 100;
    private const int Hosts = 1000;

    /// <inheritdoc/>
    public string Name => "stream-latency";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var figures = new List<Figure>();
        await using (var rig = await Rig.StartAsync(1, cancellationToken))
        {
            var (median, slow) = await VerdictsAsync(rig, effort, cancellationToken);
            say($"verdict {Table.Number(Samples.Percentile(median, 50))} ms");
            figures.Add(new Figure("Riemann's protocol, from the socket to the emitted event of a stream policy: p50", "ms", median)
            {
                Note = "one event after the other; until its evaluation is over and its verdict taken",
            });
            figures.Add(new Figure("– p99", "ms", slow));
            (median, slow) = await SubscribedAsync(rig, effort, cancellationToken);
            say($"subscriber {Table.Number(Samples.Percentile(median, 50))} ms");
            figures.Add(new Figure("– from the socket to a subscriber's WebSocket: p50", "ms", median));
            figures.Add(new Figure("– p99", "ms", slow));
        }

        await using (var rig = await Rig.StartAsync(Policies, cancellationToken))
        {
            var rates = await LoadAsync(rig, effort, cancellationToken);
            say($"{Policies} policies {Table.Number(Samples.Percentile(rates, 50))} events/s");
            figures.Add(new Figure($"Riemann's protocol, batches of 100, {Policies} stream policies judge each event", "events/s", rates)
            {
                MoreIsBetter = true,
                Note = $"{Hosts:N0} hosts, so {Policies * Hosts:N0} states; times {Policies} for evaluations",
            });
        }

        return figures;
    }

    private static async Task<(double[] Median, double[] Slow)> VerdictsAsync(Rig rig, Effort effort, CancellationToken cancellationToken)
    {
        using var socket = await rig.ConnectAsync(cancellationToken);
        return await RunsAsync(effort, async frame =>
        {
            await socket.SendAsync(frame, cancellationToken);
            await ReplyAsync(socket, cancellationToken);
            await rig.App.Runtime.FlushAsync(cancellationToken);
        });
    }

    private static async Task<(double[] Median, double[] Slow)> SubscribedAsync(Rig rig, Effort effort, CancellationToken cancellationToken)
    {
        using var socket = await rig.ConnectAsync(cancellationToken);
        using var subscriber = new ClientWebSocket();
        var address = new Uri($"{rig.App.RiemannAddresses[^1]}/pubsub/index?query=true");
        await subscriber.ConnectAsync(address, cancellationToken);
        var buffer = new byte[4096];
        return await RunsAsync(effort, async frame =>
        {
            await socket.SendAsync(frame, cancellationToken);
            await subscriber.ReceiveAsync(buffer, cancellationToken);
            await ReplyAsync(socket, cancellationToken);
        });
    }

    private static async Task<(double[] Median, double[] Slow)> RunsAsync(Effort effort, Func<byte[], Task> one)
    {
        var (median, slow) = (new double[effort.Runs], new double[effort.Runs]);
        var frame = RiemannFrames.Write(1, 1, 1, TimeProvider.System.GetUtcNow());
        for (var run = -1; run < effort.Runs; run++)
        {
            var taken = new double[effort.Quick ? 500 : 5000];
            for (var i = 0; i < taken.Length; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                await one(frame);
                taken[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }

            if (run >= 0)
            {
                (median[run], slow[run]) = (Samples.Percentile(taken, 50), Samples.Percentile(taken, 99));
            }
        }

        return (median, slow);
    }

    private static async Task<double[]> LoadAsync(Rig rig, Effort effort, CancellationToken cancellationToken)
    {
        const int Frames = 50;
        var frames = RiemannFrames.Write(Frames, 100, Hosts, TimeProvider.System.GetUtcNow());
        var rates = new double[effort.Runs];
        using var socket = await rig.ConnectAsync(cancellationToken);
        for (var run = -1; run < rates.Length; run++)
        {
            var begun = Stopwatch.GetTimestamp();
            var replies = RepliesAsync(socket, Frames, cancellationToken);
            await socket.SendAsync(frames, cancellationToken);
            await replies;
            await rig.App.Runtime.FlushAsync(cancellationToken);
            if (run >= 0)
            {
                rates[run] = Frames * 100 / Stopwatch.GetElapsedTime(begun).TotalSeconds;
            }
        }

        return rates;
    }

    private static async Task RepliesAsync(Socket socket, int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++)
        {
            await ReplyAsync(socket, cancellationToken);
        }
    }

    private static async Task ReplyAsync(Socket socket, CancellationToken cancellationToken)
    {
        var head = new byte[4];
        await ReadAsync(socket, head, cancellationToken);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await ReadAsync(socket, body, cancellationToken);
        if (body is not [0x10, 1])
        {
            throw new InvalidOperationException($"refused: {Encoding.UTF8.GetString(body)}");
        }
    }

    private static async Task ReadAsync(Socket socket, Memory<byte> into, CancellationToken cancellationToken)
    {
        while (into.Length > 0)
        {
            var read = await socket.ReceiveAsync(into, cancellationToken);
            into = read == 0 ? throw new InvalidOperationException("the connection was closed") : into[read..];
        }
    }

    /// <summary>A whole Reeve with some stream policies that each judge every event.</summary>
    private sealed class Rig : IAsyncDisposable
    {
        public required ReeveApp App { get; init; }

        public required TempFolder Folder { get; init; }

        public static async Task<Rig> StartAsync(int policies, CancellationToken cancellationToken)
        {
            var folder = new TempFolder();
            var app = await ReeveApp.StartAsync(
                new ReeveOptions
                {
                    DataFolder = folder.At("data"),
                    Urls = "http://127.0.0.1:0",
                    LogLevel = "warning",
                    Riemann = new RiemannOptions
                    {
                        Address = "127.0.0.1:0",
                        WebAddress = "127.0.0.1:0",
                        QueuePatience = TimeSpan.FromSeconds(60),
                    },
                },
                cancellationToken);
            var rig = new Rig { App = app, Folder = folder };
            using var http = new HttpClient { BaseAddress = new Uri(app.Urls[0]) };
            using var documents = new StringContent(Documents(policies), Encoding.UTF8, "application/yaml");
            (await http.PostAsync(new Uri("/api/v1/apply", UriKind.Relative), documents, cancellationToken)).EnsureSuccessStatusCode();
            return rig;
        }

        public async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(IPEndPoint.Parse(new Uri(App.RiemannAddresses[0]).Authority), cancellationToken);
            return socket;
        }

        public async ValueTask DisposeAsync()
        {
            await App.DisposeAsync();
            Folder.Dispose();
        }

        // the one policy emits for each event, the hundred only now and then
        private static string Documents(int policies) => string.Concat(Enumerable.Range(0, policies).Select(i => $$"""
            ---
            kind: PolicyType
            metadata: {name: p{{i}}-1.0}
            spec: {engine: streams, source: {program: '(ewma-timeless 0.2 (where (>= metric {{(policies == 1 ? 0 : 2)}}) trigger))'} }
            ---
            kind: Policy
            metadata: {name: p{{i}} }
            spec: {type: p{{i}}-1.0 }
            ---
            kind: Binding
            metadata: {name: p{{i}} }
            spec: {policy: p{{i}}, targets: {kind: host}, per: instance, on: {events: [cpu]} }

            """));
    }
}
