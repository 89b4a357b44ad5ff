using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Reeve.Server.Hosting;
using Reeve.Server.Opa;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>
/// Decisions through the service on this machine, <c>POST /opa/v1/data</c>: how many a second over 1 and 16 connections that each wait
/// for the answer before they ask again, and the slowest hundredth.
/// </summary>
internal sealed class OpaService : IMeasurement
{
    private const string Policy = """
        package shop
        default allow := false
        allow if {
            input.method == "GET"
            input.user in data.users
        }
        """;

    private const string Input = """{"input":{"method":"GET","user":"ann","path":["orders","7"]}}""";
    private const string Expected = """{"result":true}""";

    /// <inheritdoc/>
    public string Name => "opa";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await using var app = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "error",
                Opa = new OpaOptions(),
            },
            cancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls[0]) };
        using var policy = new StringContent(Policy, Encoding.UTF8, "text/plain");
        (await http.PutAsync("/opa/v1/policies/shop", policy, cancellationToken)).EnsureSuccessStatusCode();
        using var users = new StringContent("""["ann","bob"]""", Encoding.UTF8, "application/json");
        (await http.PutAsync("/opa/v1/data/users", users, cancellationToken)).EnsureSuccessStatusCode();
        var figures = new List<Figure>();
        foreach (var connections in new[] { 1, 16 })
        {
            var rates = new double[effort.Runs];
            var slow = new double[effort.Runs];
            await RunAsync(http.BaseAddress.Port, connections, TimeSpan.FromSeconds(1), cancellationToken);
            for (var run = 0; run < effort.Runs; run++)
            {
                (rates[run], slow[run]) = await RunAsync(http.BaseAddress.Port, connections, TimeSpan.FromSeconds(2), cancellationToken);
                say($"{connections} connections: {Table.Number(rates[run])}/s, p99 {Table.Number(slow[run])} ms");
            }

            figures.Add(new Figure($"decisions over HTTP, {Connections(connections)}", "1/s", rates)
            {
                MoreIsBetter = true,
                Reach = connections == 16 ? 50_000 : null,
                Note = "asked by the same process, which takes its share of the two cores",
            });
            figures.Add(new Figure($"– p99, {Connections(connections)}", "ms", slow));
        }

        return figures;
    }

    private static string Connections(int count) => count == 1 ? "1 connection" : $"{count} connections";

    private static async Task<(double Rate, double Slow)> RunAsync(
        int port, int connections, TimeSpan window, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(
            Enumerable.Range(0, connections).Select(_ => AskAsync(port, begun, window, cancellationToken)));
        var all = taken.SelectMany(t => t).ToList();
        return (all.Count / Stopwatch.GetElapsedTime(begun).TotalSeconds, Samples.Percentile(all, 99));
    }

    private static async Task<List<double>> AskAsync(int port, long begun, TimeSpan window, CancellationToken cancellationToken)
    {
        var taken = new List<double>();
        var request = Encoding.ASCII.GetBytes(
            "POST /opa/v1/data/shop/allow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Input.Length}\r\n\r\n{Input}");
        var expected = Encoding.ASCII.GetBytes(Expected);
        var buffer = new byte[4096];
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        while (Stopwatch.GetElapsedTime(begun) < window)
        {
            var asked = Stopwatch.GetTimestamp();
            await socket.SendAsync(request, cancellationToken);
            var read = 0;
            while (!buffer.AsSpan(0, read).TrimEnd((byte)'\n').EndsWith(expected))
            {
                var more = await socket.ReceiveAsync(buffer.AsMemory(read), cancellationToken);
                read += more;
                if (more == 0 || read == buffer.Length)
                {
                    throw new InvalidOperationException($"the service answered {Encoding.ASCII.GetString(buffer, 0, read)}");
                }
            }

            taken.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
        }

        return taken;
    }
}
