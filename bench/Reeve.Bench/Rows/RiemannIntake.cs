using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>Events by Riemann's protocol over a real socket, into a whole Reeve with a policy that judges each of them.</summary>
internal sealed class RiemannIntake : IMeasurement
{
    private const int Hosts = 1000;
    private const string Documents = """
        kind: Policy
        metadata: {name: hot}
        spec: {type: reeve.threshold-1.0, properties: {service: cpu, upper_bound: 10}}
        ---
        kind: Binding
        metadata: {name: hot}
        spec: {policy: hot, targets: {kind: host}, per: instance, on: {events: [cpu]}}
        """;

    /// <inheritdoc/>
    public string Name => "riemann";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var options = new ReeveOptions
        {
            DataFolder = folder.At("data"),
            Urls = "http://127.0.0.1:0",
            LogLevel = "warning",
            Riemann = new RiemannOptions { Address = "127.0.0.1:0", QueuePatience = TimeSpan.FromSeconds(30) },
        };
        await using var app = await ReeveApp.StartAsync(options, cancellationToken);
        using (var http = new HttpClient { BaseAddress = new Uri(app.Urls[0]) })
        using (var documents = new StringContent(Documents, Encoding.UTF8, "application/yaml"))
        {
            (await http.PostAsync(new Uri("/api/v1/apply", UriKind.Relative), documents, cancellationToken)).EnsureSuccessStatusCode();
        }

        var address = IPEndPoint.Parse(new Uri(app.RiemannAddresses[0]).Authority);
        var batched = await MeasureAsync(app, address, 100, effort, say, cancellationToken);
        var single = await MeasureAsync(app, address, 1, effort, say, cancellationToken);
        return
        [
            new Figure("Riemann's protocol, TCP, batches of 100, a policy that judges each", "events/s", batched)
            {
                Reach = 1_000_000,
                MoreIsBetter = true,
                Note = $"client and server in one process on this machine; {Hosts:N0} hosts; "
                    + "all replies read, everything evaluated; indexed too",
            },
            new Figure("– single events pipelined on one socket", "events/s", single) { Reach = 200_000, MoreIsBetter = true },
        ];
    }

    private static async Task<double[]> MeasureAsync(
        ReeveApp app, IPEndPoint address, int batch, Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var total = (effort.Quick ? 400_000 : 3_000_000) / (batch == 1 ? 3 : 1);
        var frames = RiemannFrames.Write(4096 / batch + 1, batch, Hosts, TimeProvider.System.GetUtcNow());
        var inBuffer = (4096 / batch + 1) * batch;
        var rounds = total / inBuffer;
        var runs = new double[effort.Runs];
        for (var run = -1; run < runs.Length; run++)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address, cancellationToken);
            var started = Stopwatch.GetTimestamp();
            var replies = ReadAsync(socket, (long)rounds * (4096 / batch + 1), cancellationToken);
            for (var round = 0; round < rounds; round++)
            {
                for (var sent = 0; sent < frames.Length;)
                {
                    sent += await socket.SendAsync(frames.AsMemory(sent), cancellationToken);
                }
            }

            await replies;
            await app.Runtime.FlushAsync(cancellationToken);
            var speed = rounds * inBuffer / Stopwatch.GetElapsedTime(started).TotalSeconds;
            say($"batches of {batch}: {speed:N0} events/s");
            if (run >= 0)
            {
                runs[run] = speed;
            }
        }

        return runs;
    }

    private static async Task ReadAsync(Socket socket, long frames, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        for (var left = frames * 6; left > 0;)
        {
            var read = await socket.ReceiveAsync(buffer, cancellationToken);
            for (var i = 0; i < read; i++)
            {
                // every reply is the same six bytes unless something was refused
                if (read == 0 || (buffer[i] != 0 && buffer[i] != 1 && buffer[i] != 2 && buffer[i] != 0x10))
                {
                    throw new InvalidOperationException($"refused: {Encoding.UTF8.GetString(buffer, i, Math.Min(200, read - i))}");
                }
            }

            left -= read == 0 ? throw new InvalidOperationException("the connection was closed") : read;
        }
    }
}
