using System.IO.Compression;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Reeve.Core.Time;
using Reeve.Flexera.Network;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class WireTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n";

    public static TheoryData<string, string, bool> Broken => new()
    {
        { "", "the connection was closed before the answer ended", true },
        { "HTTP/1.1 200", "", true },
        { Head + "Content-Length: 10\r\n\r\n[1,2", "the connection was closed before the answer ended", true },
        { Head + "Transfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n", "the connection was closed before the answer ended", true },
        { Head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n[1,2]\r\n0\r\n\r\n", "", true },
        { Head + "Transfer-Encoding: chunked\r\n\r\n5\r\n[1,2]XX0\r\n\r\n", "", true },
        { "SSH-2.0-OpenSSH_9\r\n", "", true },
        { Head + "Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\nno gzip!", "the answer cannot be decompressed", false },
        { Head + "Content-Encoding: deflate\r\nContent-Length: 8\r\n\r\nno zlib!", "the answer cannot be decompressed", false },
        { Head + "Content-Encoding: br\r\nContent-Length: 8\r\n\r\nno brtl!", "the answer cannot be decompressed", false },
        { "HTTP/1.1 200 OK\r\nX: " + new string('x', 200_000) + "\r\n\r\n", "", true },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_answer_is_a_fault_and_never_a_crash(string bytes, string message, bool transient)
    {
        await using var server = RawServer.Start(RawServer.Bytes(bytes));
        var fault = await Assert.ThrowsAsync<TrafficFault>(() => SendAsync(server.Url));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.Equal(transient, fault.IsTransient);
    }

    [Fact]
    public async Task Without_a_length_the_end_of_the_connection_is_the_end_of_the_answer()
    {
        await using var server = RawServer.Start(RawServer.Bytes(Head + "\r\n[1,"), RawServer.Bytes("2]"));
        Assert.Equal("[1,2]", (await SendAsync(server.Url)).Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_answer_is_read(string encoding)
    {
        var body = Compressed(encoding, Encoding.UTF8.GetBytes("{\"a\":\"ü\"}"));
        await using var server = RawServer.Start(
            RawServer.Bytes($"{Head}Content-Encoding: {encoding}\r\nContent-Length: {body.Length}\r\n\r\n"), body);
        Assert.Equal("{\"a\":\"ü\"}", (await SendAsync(server.Url)).Text);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task A_bomb_is_stopped_at_the_largest_answer(string encoding)
    {
        var body = Compressed(encoding, new byte[8 * 1024 * 1024]);
        Assert.True(body.Length < 20_000);
        await using var server = RawServer.Start(
            RawServer.Bytes($"{Head}Content-Encoding: {encoding}\r\nContent-Length: {body.Length}\r\n\r\n"), body);
        var fault = await Assert.ThrowsAsync<TrafficFault>(() => SendAsync(server.Url, 1024 * 1024));
        Assert.Equal("the answer has more than 1048576 bytes", fault.Message);
        Assert.False(fault.IsTransient);
    }

    [Fact]
    public async Task An_answer_without_an_end_is_stopped_at_the_largest_one()
    {
        var part = new byte[64 * 1024];
        await using var server = RawServer.Start(async (stream, token) =>
        {
            await stream.WriteAsync(RawServer.Bytes(Head + "\r\n"), token);
            while (true)
            {
                await stream.WriteAsync(part, token);
            }
        });
        var fault = await Assert.ThrowsAsync<TrafficFault>(() => SendAsync(server.Url, 1024 * 1024));
        Assert.Equal("the answer has more than 1048576 bytes", fault.Message);
    }

    [Fact]
    public async Task An_answer_that_trickles_ends_after_five_minutes()
    {
        var time = new VirtualTime();
        await using var server = RawServer.Start(async (stream, token) =>
        {
            await stream.WriteAsync(RawServer.Bytes(Head + "\r\n["), token);
            time.Advance(TimeSpan.FromMinutes(5));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        using var traffic = new HttpTraffic(null, time);
        var fault = await Assert.ThrowsAsync<TrafficFault>(
            () => traffic.SendAsync(new Outgoing("GET", server.Url), CancellationToken.None));
        Assert.Equal("no answer within 300 seconds", fault.Message);
        Assert.True(fault.IsTransient);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var folder = new TempFolder();
        var (file, key) = new CertificateAuthority(folder, "nobody").Issue("server");
        using var certificate = X509Certificate2.CreateFromPemFile(file, key);
        await using var server = await HttpSink.StartSecuredAsync(certificate);
        var fault = await Assert.ThrowsAsync<TrafficFault>(() => SendAsync(server.Url));
        Assert.StartsWith("no secure connection could be made", fault.Message, StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("Host", "a b")]
    [InlineData("Host", "evil\u0001")]
    [InlineData("Content-Type", "; ; nonsense")]
    [InlineData("User-Agent", "(((")]
    [InlineData("Content-Length", "7")]
    [InlineData("Transfer-Encoding", "chunked")]
    [InlineData("Expect", "100-continue")]
    [InlineData("Connection", "close")]
    [InlineData("X-Text", "ü\u0001")]
    [InlineData("Accept", "")]
    public async Task A_strange_header_is_sent_or_refused_and_never_a_crash(string name, string value)
    {
        await using var server = await HttpSink.StartAsync();
        using var traffic = new HttpTraffic(server.Url, TimeProvider.System);
        var request = new Outgoing("GET", new Uri("https://h.example.com/"));
        request.Set(name, value);
        try
        {
            await traffic.SendAsync(request, CancellationToken.None);
        }
        catch (TrafficFault fault)
        {
            Assert.NotEmpty(fault.Message);
        }
    }

    [Theory]
    [InlineData("a\r\nX-Evil: 1")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    public async Task A_line_end_in_a_header_is_refused(string value)
    {
        await using var server = await HttpSink.StartAsync();
        using var traffic = new HttpTraffic(server.Url, TimeProvider.System);
        var request = new Outgoing("GET", new Uri("https://h.example.com/"));
        request.Set("Authorization", value);
        var fault = await Assert.ThrowsAsync<TrafficFault>(() => traffic.SendAsync(request, CancellationToken.None));
        Assert.Equal("the header `Authorization` has a line end in its value", fault.Message);
        Assert.Empty(server.Requests);
    }

    private static async Task<Answer> SendAsync(Uri url, int largest = HttpTraffic.Largest)
    {
        using var traffic = new HttpTraffic(null, TimeProvider.System, largest);
        return await traffic.SendAsync(new Outgoing("GET", url), CancellationToken.None);
    }

    private static byte[] Compressed(string encoding, byte[] data)
    {
        using var all = new MemoryStream();
        using (Stream compressing = encoding switch
        {
            "gzip" => new GZipStream(all, CompressionLevel.Optimal, true),
            "deflate" => new ZLibStream(all, CompressionLevel.Optimal, true),
            _ => new BrotliStream(all, CompressionLevel.Optimal, true),
        })
        {
            compressing.Write(data);
        }

        return all.ToArray();
    }
}
