using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Reeve.Cli.Demo;

/// <summary>
/// One worker of the demonstration's shop: an HTTP server that burns a fixed amount of processor time for each request, writes a receipt,
/// and reports its processor share, its request rate and a heartbeat to Reeve's intake twice a second. It ends on SIGTERM, and by itself
/// when nobody has taken its reports for a while.
/// </summary>
internal sealed class DemoWorker(int port, string target, string intake, string spool, TimeProvider time) : IDisposable
{
    // an orphan of a killed demonstration must not live on
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan WorkPerRequest = TimeSpan.FromMilliseconds(10);

    private readonly CancellationTokenSource _stop = new();
    private readonly HttpListener _listener = new();
    private readonly Lock _receipts = new();
    private int _rounds = 1;
    private long _requests;
    private volatile bool _hangs;

    public async Task<int> RunAsync()
    {
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        Directory.CreateDirectory(spool);
        _rounds = Calibrate();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        _listener.Start();
        var reports = ReportAsync();
        while (!_stop.IsCancellationRequested)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync().WaitAsync(_stop.Token);
            }
            catch (Exception ended) when (ended is OperationCanceledException or HttpListenerException or ObjectDisposedException)
            {
                break;
            }

            _ = Task.Run(() => Answer(context));
        }

        await reports;
        return 0;
    }

    public void Dispose()
    {
        _listener.Close();
        _stop.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _stop.Cancel();
    }

    private void Answer(HttpListenerContext context)
    {
        try
        {
            switch (context.Request.Url?.AbsolutePath)
            {
                case "/work":
                    Burn(_rounds);
                    var number = Interlocked.Increment(ref _requests);
                    Receipt(number);
                    context.Response.StatusCode = 200;
                    break;
                case "/health":
                    context.Response.StatusCode = 200;
                    break;
                case "/hang":
                    // from now on it is silent: it lives, answers nothing and reports nothing
                    _hangs = true;
                    context.Response.StatusCode = 202;
                    break;
                default:
                    context.Response.StatusCode = 404;
                    break;
            }

            context.Response.Close();
        }
        catch (Exception gone) when (gone is HttpListenerException or ObjectDisposedException or InvalidOperationException)
        {
            // the caller went away; it is the load generator's to count
        }
    }

    private void Receipt(long number)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():O} {target} order {number} {new string('.', 900)}\n");
        lock (_receipts)
        {
            File.AppendAllText(Path.Combine(spool, $"{target.Replace('/', '_')}.receipts"), line);
        }
    }

    private async Task ReportAsync()
    {
        using var client = new HttpClient { BaseAddress = new Uri(intake), Timeout = TimeSpan.FromSeconds(2) };
        var process = Process.GetCurrentProcess();
        var lastTaken = time.GetTimestamp();
        var lastAt = time.GetTimestamp();
        var lastCpu = process.TotalProcessorTime;
        long lastRequests = 0;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(ReportInterval, time, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            process.Refresh();
            var elapsed = time.GetElapsedTime(lastAt).TotalSeconds;
            lastAt = time.GetTimestamp();
            var cpu = process.TotalProcessorTime;
            var requests = Interlocked.Read(ref _requests);
            var share = (cpu - lastCpu).TotalSeconds / elapsed;
            var rate = (requests - lastRequests) / elapsed;
            lastCpu = cpu;
            lastRequests = requests;
            if (_hangs || await SendAsync(client, share, rate))
            {
                lastTaken = time.GetTimestamp();
            }
            else if (time.GetElapsedTime(lastTaken) > Patience)
            {
                await _stop.CancelAsync();
            }
        }
    }

    private async Task<bool> SendAsync(HttpClient client, double share, double rate)
    {
        var now = time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture);
        var body = string.Create(
            CultureInfo.InvariantCulture,
            $$"""[{"target":"{{target}}","service":"cpu","metric":{{share:0.####}},"time":"{{now}}"},"""
                + $$"""{"target":"{{target}}","service":"requests","metric":{{rate:0.##}},"time":"{{now}}"},"""
                + $$"""{"target":"{{target}}","service":"heartbeat","state":"ok","time":"{{now}}"}]""");
        try
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await client.PostAsync("/api/v1/events", content, _stop.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception away) when (away is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>
    /// How many rounds of hashing take <see cref="WorkPerRequest"/> on this
    /// machine: the least of a few tries, so that noise does not count.
    /// </summary>
    private static int Calibrate()
    {
        const int Probe = 500;
        Burn(Probe);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var start = Stopwatch.GetTimestamp();
            Burn(Probe);
            var took = Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
        }

        return Math.Max(1, (int)(Probe * (WorkPerRequest / best)));
    }

    private static void Burn(int rounds)
    {
        Span<byte> block = stackalloc byte[1024];
        Span<byte> hash = stackalloc byte[32];
        for (var i = 0; i < rounds; i++)
        {
            SHA256.HashData(block, hash);
            hash.CopyTo(block);
        }
    }
}
