using System.Net.Mail;
using System.Net.Sockets;
using Npgsql;

namespace Reeve.TestKit.Tests;

public sealed class ServersAnswer
{
    [Fact]
    public async Task A_database_keeps_what_it_acknowledged_when_its_server_is_killed()
    {
        await using var server = await PostgresServer.StartAsync();
        var database = await server.CreateDatabaseAsync();
        await ExecuteAsync(database, "CREATE TABLE t (x int); INSERT INTO t VALUES (7)");

        await server.KillAsync();
        Assert.False(server.IsRunning);
        await server.StartAgainAsync();

        Assert.Equal(7, await ExecuteAsync(database, "SELECT x FROM t"));
        Assert.Equal("on", await ExecuteAsync(database, "SHOW fsync"));

        await server.StopAsync();
        await server.StartAgainAsync();
        Assert.Equal(7, await ExecuteAsync(database, "SELECT x FROM t"));
    }

    [Fact]
    public async Task The_shared_database_server_is_one_and_gives_an_empty_database_each_time()
    {
        var server = await PostgresServer.SharedAsync();
        Assert.Same(server, await PostgresServer.SharedAsync());
        var databases = await Task.WhenAll(server.CreateDatabaseAsync(), server.CreateDatabaseAsync());
        foreach (var database in databases)
        {
            await ExecuteAsync(database, "CREATE TABLE t (x int)");
        }
    }

    [Fact]
    public async Task A_mail_is_kept_with_its_envelope_and_decoded()
    {
        await using var sink = await SmtpSink.StartAsync();
        using var client = new SmtpClient(sink.Host, sink.Port);
        using var mail = new MailMessage("reeve@example.org", "ops@example.org,ops2@example.org", "Wörker 3 ist still", "Zeile äöü\nzwei");
        await client.SendMailAsync(mail);

        var got = Assert.Single(await sink.WaitForAsync(1));
        Assert.Equal("reeve@example.org", got.From);
        Assert.Equal(["ops@example.org", "ops2@example.org"], got.To);
        Assert.Equal("Wörker 3 ist still", got.Subject);
        Assert.StartsWith("Zeile äöü\nzwei", got.Body.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stopped_mail_server_refuses_connections_and_comes_back_with_its_mails()
    {
        await using var sink = await SmtpSink.StartAsync();
        await SendAsync(sink, "one");
        await sink.StopAsync();
        using (var client = new TcpClient())
        {
            await Assert.ThrowsAnyAsync<SocketException>(() => client.ConnectAsync(sink.Host, sink.Port));
        }

        await sink.StartAgainAsync();
        await SendAsync(sink, "two");
        Assert.Equal(["one", "two"], (await sink.WaitForAsync(2)).Select(m => m.Subject));
    }

    [Fact]
    public async Task A_request_is_kept_whole_and_answered_as_told()
    {
        await using var sink = await HttpSink.StartAsync();
        sink.ReplyNext(HttpReply.With(500, "no") with { Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } });
        using var client = new HttpClient();
        using var content = new StringContent("{\"a\":1}");
        content.Headers.Add("X-Key", "k");

        using var first = await client.PostAsync(new Uri(sink.Url, "hook?x=1"), content);
        using var second = await client.GetAsync(sink.Url);

        Assert.Equal(500, (int)first.StatusCode);
        Assert.Equal("no", await first.Content.ReadAsStringAsync());
        Assert.Equal(TimeSpan.FromSeconds(3), first.Headers.RetryAfter?.Delta);
        Assert.Equal(200, (int)second.StatusCode);
        var request = sink.Requests[0];
        Assert.Equal(("POST", "/hook", "?x=1"), (request.Method, request.Path, request.Query));
        Assert.Equal(("{\"a\":1}", "k"), (request.Text, request.Headers["x-key"]));
    }

    [Fact]
    public async Task A_request_that_is_never_answered_or_cut_off_is_kept_all_the_same()
    {
        await using var sink = await HttpSink.StartAsync();
        sink.ReplyNext(HttpReply.CutOff, HttpReply.Never);
        using var client = new HttpClient();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetAsync(sink.Url));

        var waiting = client.GetAsync(sink.Url);
        Assert.Equal(2, (await sink.WaitForAsync(2)).Count);
        Assert.False(waiting.IsCompleted);
        await sink.DisposeAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => waiting);
    }

    private static async Task SendAsync(SmtpSink sink, string subject)
    {
        using var client = new SmtpClient(sink.Host, sink.Port);
        await client.SendMailAsync("reeve@example.org", "ops@example.org", subject, "text");
    }

    private static async Task<object?> ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
