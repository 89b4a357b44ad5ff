using System.Globalization;
using System.Net.Sockets;

namespace Reeve.TestKit;

/// <summary>A real SMTP server on loopback that takes every mail and keeps it in a maildir.</summary>
public sealed class SmtpSink : IAsyncDisposable
{
    private static readonly string[] _pythons = ["/usr/bin/python3", "python3"];

    private readonly TempFolder _folder = new();
    private readonly string _python;
    private ChildProcess? _server;

    private SmtpSink(string python, int port)
    {
        _python = python;
        Port = port;
    }

    /// <summary>Where it listens.</summary>
    public string Host => "127.0.0.1";

    /// <summary>Its port; stays the same when it is started again.</summary>
    public int Port { get; }

    /// <summary>Every mail so far, the oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Mails => Read();

    /// <summary>Starts one on a free port.</summary>
    public static async Task<SmtpSink> StartAsync(CancellationToken cancellationToken = default)
    {
        var sink = new SmtpSink(await FindPythonAsync(cancellationToken), FreePort.Take());
        await sink.StartAgainAsync();
        return sink;
    }

    /// <summary>Waits until at least so many mails came, and returns all of them.</summary>
    public async Task<IReadOnlyList<ReceivedMail>> WaitForAsync(int count, TimeSpan? within = null)
    {
        await Eventually.IsTrueAsync(() => Files().Count >= count, within, $"{count} mails");
        return Mails;
    }

    /// <summary>Takes it away: its port refuses connections; the mails stay.</summary>
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            await server.DisposeAsync();
        }
    }

    /// <summary>Brings it back on the same port.</summary>
    public async Task StartAgainAsync()
    {
        _server ??= await ChildProcess.StartAsync(
            _python, "-m", "aiosmtpd", "-n", "-l", $"{Host}:{Port}", "-c", "aiosmtpd.handlers.Mailbox", _folder.At("mails"));
        await Eventually.IsTrueAsync(AnswersAsync, what: "the SMTP sink listens");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    private static async Task<string> FindPythonAsync(CancellationToken cancellationToken)
    {
        foreach (var python in _pythons)
        {
            await using var asked = await ChildProcess.StartAsync(python, "-c", "import aiosmtpd");
            if (await asked.WaitForExitAsync(cancellationToken) == 0)
            {
                return python;
            }
        }

        throw new InvalidOperationException("no python3 here has aiosmtpd; run eng/install-packages.sh");
    }

    private async Task<bool> AnswersAsync()
    {
        if (_server is { HasExited: true } ended)
        {
            throw new InvalidOperationException($"the SMTP sink ended: {ended.Transcript()}");
        }

        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(Host, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private List<ReceivedMail> Read() => [.. Files().Select(file => ReceivedMail.Parse(File.ReadAllText(file)))];

    /// <summary>A mail appears under `new` by a rename, so what is listed there is whole.</summary>
    private List<string> Files()
    {
        var folder = _folder.At("mails", "new");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).OrderBy(Age)] : [];
    }

    /// <summary>Maildir names start with the second, then `M` and the microsecond: `1700000000.M12P34Q1.host`.</summary>
    private static (long Second, long Microsecond) Age(string file)
    {
        var name = Path.GetFileName(file).Split('.');
        var micros = new string([.. name.ElementAtOrDefault(1)?.Skip(1).TakeWhile(char.IsAsciiDigit) ?? []]);
        return (Number(name[0]), Number(micros));
    }

    private static long Number(string digits) => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0;
}
