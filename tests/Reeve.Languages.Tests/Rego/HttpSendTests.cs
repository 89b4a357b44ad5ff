using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Values;
using Reeve.TestKit;

namespace Reeve.Languages.Tests.Rego;

/// <summary><c>http.send</c> against a server of its own.</summary>
public sealed class HttpSendTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private HttpSink _server = null!;

    public async Task InitializeAsync() => _server = await HttpSink.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("get")]
    [InlineData("POST")]
    [InlineData("Put")]
    [InlineData("patch")]
    [InlineData("delete")]
    [InlineData("OPTIONS")]
    public void Each_method_is_sent_as_it_is_called(string method)
    {
        _server.Reply(HttpReply.With(202, "taken"));

        var answer = Send($$"""{"method": "{{method}}", "url": URL}""");

        Assert.Equal("202 Accepted", answer.GetProperty("status").GetString());
        Assert.Equal((202, "taken"), (answer.GetProperty("status_code").GetInt32(), answer.GetProperty("raw_body").GetString()));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("body").ValueKind);
        Assert.Equal(method.ToUpperInvariant(), Assert.Single(_server.Requests).Method);
    }

    [Fact]
    public void A_body_is_sent_as_json_and_headers_as_they_are()
    {
        _server.Reply(new HttpReply
        {
            Body = """{"n": 1.50, "list": [true]}""",
            Headers = new Dictionary<string, string> { ["Content-Type"] = "application/json; charset=utf-8", ["X-Answer"] = "42" },
        });

        var answer = Send(
            """{"method": "post", "url": URL, "body": {"b": [1, null], "a": "é"}, "headers": {"X-Who": "ann", "Accept": "text/x"}}""");

        Assert.Equal("1.50", answer.GetProperty("body").GetProperty("n").GetRawText());
        Assert.Equal("[true]", answer.GetProperty("body").GetProperty("list").GetRawText());
        Assert.Equal(["42"], answer.GetProperty("headers").GetProperty("x-answer").EnumerateArray().Select(v => v.GetString()));
        var asked = Assert.Single(_server.Requests);
        Assert.Equal("""{"a":"é","b":[1,null]}""", Encoding.UTF8.GetString(asked.Body));
        Assert.Equal(["ann", "text/x", "application/json"], ((string[])["X-Who", "Accept", "Content-Type"]).Select(n => asked.Headers[n]));
    }

    [Fact]
    public void A_raw_body_goes_out_as_it_is()
    {
        Send("""{"method": "post", "url": URL, "raw_body": "a=1&b", "headers": {"Content-Type": "text/plain", "User-Agent": "mine"}}""");

        var asked = Assert.Single(_server.Requests);
        Assert.Equal("a=1&b", Encoding.UTF8.GetString(asked.Body));
        Assert.Equal(("text/plain", "mine"), (asked.Headers["Content-Type"], asked.Headers["User-Agent"]));
    }

    [Theory]
    [InlineData("text/plain", """{"a": 1}""", "", "null")]
    [InlineData("text/plain", """{"a": 1}""", ", \"force_json_decode\": true", """{"a":1}""")]
    [InlineData("application/yaml", "a: [1, x]", "", """{"a":[1,"x"]}""")]
    [InlineData("text/plain", "a: {b: 2}", ", \"force_yaml_decode\": true", """{"a":{"b":2}}""")]
    [InlineData("application/json", "no json", "", "null")]
    public void What_comes_back_is_read_by_its_kind_or_as_the_policy_says(string kind, string text, string more, string body)
    {
        _server.Reply(new HttpReply { Body = text, Headers = new Dictionary<string, string> { ["Content-Type"] = kind } });

        Assert.Equal(body, Send($$"""{"method": "get", "url": URL{{more}}}""").GetProperty("body").GetRawText());
    }

    [Fact]
    public void Nothing_is_sent_unless_the_network_is_allowed()
    {
        var outcome = Evaluate("""{"method": "get", "url": URL}""", allowed: false, strict: true);

        Assert.Contains("unallowed host: 127.0.0.1", outcome.Error?.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_an_error_or_undefined_or_told_in_the_answer()
    {
        await _server.DisposeAsync();

        Assert.Empty(Evaluate("""{"method": "get", "url": URL}""").Rows);
        Assert.Contains("http.send", Evaluate("""{"method": "get", "url": URL}""", strict: true).Error!.Message, StringComparison.Ordinal);
        var told = Send("""{"method": "get", "url": URL, "raise_error": false}""");
        Assert.Equal(0, told.GetProperty("status_code").GetInt32());
        Assert.Equal("eval_http_send_network_error", told.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public void A_server_that_never_answers_is_left_after_the_time_that_the_policy_gives()
    {
        _server.Reply(HttpReply.Never);

        var told = Send("""{"method": "get", "url": URL, "raise_error": false, "timeout": "150ms"}""");
        var again = Send("""{"method": "get", "url": URL, "raise_error": false, "timeout": 150000000}""");

        Assert.All([told, again], t => Assert.Contains(
            "request timed out", t.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public void A_policy_that_is_out_of_time_does_not_wait_for_an_answer()
    {
        _server.Reply(HttpReply.Never);
        var limits = EvaluationLimits.Default with { Time = TimeSpan.FromMilliseconds(200) };
        var started = TimeProvider.System.GetTimestamp();

        var outcome = Evaluate("""{"method": "get", "url": URL, "timeout": "30s"}""", strict: true, limits: limits);

        Assert.NotNull(outcome.Error);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_redirection_is_followed_only_when_the_policy_says_so()
    {
        _server.Reply(request => request.Path == "/there"
            ? HttpReply.With(200, "there")
            : new HttpReply { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "/there" } });

        Assert.Equal(302, Send("""{"method": "get", "url": URL}""").GetProperty("status_code").GetInt32());
        Assert.Equal("there", Send("""{"method": "get", "url": URL, "enable_redirect": true}""").GetProperty("raw_body").GetString());
    }

    [Fact]
    public void A_redirection_in_circles_ends()
    {
        _server.Reply(new HttpReply { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "/again" } });

        Send("""{"method": "get", "url": URL, "enable_redirect": true, "raise_error": false}""");

        Assert.InRange(_server.Requests.Count, 2, 12);
    }

    [Fact]
    public void What_fails_is_tried_again_as_often_as_the_policy_says()
    {
        _server.ReplyNext(HttpReply.CutOff, HttpReply.CutOff);
        _server.Reply(HttpReply.With(200, "third"));

        var answer = Send("""{"method": "post", "url": URL, "body": 1, "max_retry_attempts": 2}""");

        Assert.Equal("third", answer.GetProperty("raw_body").GetString());
    }

    [Fact]
    public void An_answer_that_is_too_large_is_an_error()
    {
        _server.Reply(new HttpReply { Bytes = new byte[17 * 1024 * 1024] });

        var told = Send("""{"method": "get", "url": URL, "raise_error": false}""");

        Assert.Equal("eval_http_send_network_error", told.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("""{"url": URL}""", "missing required request parameters(s): {\"method\"}")]
    [InlineData("""{"method": "get", "url": URL, "colour": 1}""", "invalid request parameters(s): {\"colour\"}")]
    [InlineData("""{"method": "get", "url": "ftp://x"}""", "unsupported protocol scheme")]
    [InlineData("""{"method": "g t", "url": URL}""", "invalid method")]
    [InlineData("""{"method": "get", "url": URL, "headers": 1}""", "invalid type for headers key")]
    [InlineData("""{"method": "get", "url": URL, "timeout": "soon"}""", "invalid duration")]
    [InlineData("""{"method": "get", "url": URL, "force_cache": true}""", "'force_cache_duration_seconds' parameter is missing")]
    [InlineData("""{"method": "get", "url": URL, "caching_mode": "x"}""", "caching_mode")]
    [InlineData("""{"method": "get", "url": URL, "cache": true, "cache_ignored_headers": "x"}""", "cache_ignored_headers")]
    [InlineData("""{"method": "get", "url": "https://127.0.0.1:1", "tls_ca_cert": "no certificate"}""", "http.send")]
    [InlineData("""{"method": "get", "url": "https://127.0.0.1:1", "tls_ca_cert_file": "/nowhere/ca.pem"}""", "http.send")]
    public void A_request_that_cannot_be_is_an_error_and_sends_nothing(string request, string reason)
    {
        Assert.Contains(reason, Evaluate(request, strict: true).Error?.Message, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public void Within_one_query_the_same_request_is_sent_once_and_for_each_query_again()
    {
        Evaluate("""{"method": "get", "url": URL}""", twice: true);
        Assert.Single(_server.Requests);

        Evaluate("""{"method": "get", "url": URL}""");
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public void An_answer_is_kept_for_later_queries_as_long_as_the_server_says()
    {
        Answers("Cache-Control", "max-age=60", "Date", Noon.ToString("r", CultureInfo.InvariantCulture));
        const string Request = """{"method": "get", "url": URL, "cache": true}""";

        Evaluate(Request);
        Evaluate(Request, at: 59);
        Assert.Single(_server.Requests);

        Evaluate(Request, at: 61);
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public void What_must_not_be_stored_is_asked_for_again()
    {
        Answers("Cache-Control", "no-store, max-age=60");
        Evaluate("""{"method": "get", "url": URL, "cache": true}""");
        Evaluate("""{"method": "get", "url": URL, "cache": true}""");

        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public void What_is_stale_is_asked_for_by_its_tag_and_stays_when_the_server_has_no_other()
    {
        Answers("ETag", "\"v1\"", "Cache-Control", "max-age=10", "Date", Noon.ToString("r", CultureInfo.InvariantCulture));
        const string Request = """{"method": "get", "url": URL, "cache": true}""";
        Evaluate(Request);
        _server.Reply(new HttpReply
        {
            Status = 304,
            Headers = new Dictionary<string, string>
            {
                ["Cache-Control"] = "max-age=10",
                ["Date"] = Noon.AddSeconds(20).ToString("r", CultureInfo.InvariantCulture),
            },
        });

        Assert.Equal("kept", Send(Request, at: 20).GetProperty("raw_body").GetString());
        Assert.Equal("\"v1\"", _server.Requests[^1].Headers["If-None-Match"]);
        Assert.Equal("kept", Send(Request, at: 29).GetProperty("raw_body").GetString());
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public void What_the_policy_keeps_by_force_stays_whatever_the_server_says_except_for_errors()
    {
        Answers("Cache-Control", "no-store");
        const string Request = """{"method": "get", "url": URL, "force_cache": true, "force_cache_duration_seconds": 300}""";
        Evaluate(Request);
        Evaluate(Request, at: 299);
        Assert.Single(_server.Requests);

        _server.Reply(HttpReply.With(500));
        Evaluate(Request, at: 301);
        Evaluate(Request, at: 302);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public void Headers_that_the_policy_names_make_no_other_request_of_it()
    {
        Answers("Cache-Control", "max-age=60", "Date", Noon.ToString("r", CultureInfo.InvariantCulture));
        const string Request =
            """{"method": "get", "url": URL, "cache": true, "headers": {"X-Id": "N"}, "cache_ignored_headers": ["x-id"]}""";

        Evaluate(Request);
        Evaluate(Request.Replace("\"N\"", "\"M\"", StringComparison.Ordinal));
        Assert.Single(_server.Requests);

        Evaluate(Request.Replace("X-Id", "X-Other", StringComparison.Ordinal));
        Assert.Equal(2, _server.Requests.Count);
    }

    [Fact]
    public async Task The_certificate_of_the_server_is_looked_at_and_ones_own_is_shown()
    {
        using var folder = new TempFolder();
        var ours = new CertificateAuthority(folder, "ours");
        var (certificate, key) = ours.Issue("server");
        var (mine, secret) = ours.Issue("client");
        await using var open = await HttpSink.StartSecuredAsync(X509Certificate2.CreateFromPemFile(certificate, key));
        await using var closed = await HttpSink.StartSecuredAsync(X509Certificate2.CreateFromPemFile(certificate, key), ours.Root);
        var authority = JsonSerializer.Serialize(await File.ReadAllTextAsync(ours.Path));
        const string Failed = "eval_http_send_network_error";

        Assert.Equal(Failed, Code(open, ""));
        Assert.Equal(Failed, Code(open, $", \"tls_ca_cert_file\": \"{Other(folder)}\""));
        Assert.Equal("200", Code(open, $", \"tls_ca_cert\": {authority}"));
        Assert.Equal("200", Code(open, $", \"tls_ca_cert_file\": \"{ours.Path}\", \"tls_server_name\": \"localhost\""));
        Assert.Equal(Failed, Code(open, $", \"tls_ca_cert_file\": \"{ours.Path}\", \"tls_server_name\": \"elsewhere\""));
        Assert.Equal("200", Code(open, ", \"tls_insecure_skip_verify\": true"));
        Assert.Equal(Failed, Code(closed, $", \"tls_ca_cert_file\": \"{ours.Path}\""));
        var shown = $"\"tls_client_cert_file\": \"{mine}\", \"tls_client_key_file\": \"{secret}\"";
        Assert.Equal("200", Code(closed, $", \"tls_ca_cert_file\": \"{ours.Path}\", {shown}"));
    }

    private static string Other(TempFolder folder) => new CertificateAuthority(folder, "others").Path;

    private static string Code(HttpSink server, string more)
    {
        var request = $$"""{"method": "get", "url": "{{server.Url}}", "raise_error": false{{more}}}""";
        var answer = Json(Query($"http.send({request})", false).Evaluate(Input(), CancellationToken.None));
        return answer.TryGetProperty("error", out var error)
            ? error.GetProperty("code").GetString()! : answer.GetProperty("status_code").GetRawText();
    }

    private void Answers(params string[] headers) => _server.Reply(new HttpReply
    {
        Body = "kept",
        Headers = headers.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]),
    });

    private JsonElement Send(string request, int at = 0)
    {
        var outcome = Evaluate(request, strict: true, at: at);
        Assert.Null(outcome.Error);
        return Json(outcome);
    }

    private static JsonElement Json(QueryOutcome outcome) =>
        JsonDocument.Parse(ValueJson.ToText(Assert.Single(outcome.Rows).Bindings.Single(b => b.Key == "x").Value)).RootElement;

    private QueryOutcome Evaluate(
        string request, bool allowed = true, bool strict = false, int at = 0, bool twice = false, EvaluationLimits? limits = null)
    {
        var call = $"http.send({request.Replace("URL", $"\"{_server.Url}\"", StringComparison.Ordinal)})";
        return Query(call, twice).Evaluate(
            Input() with
            {
                AllowNetwork = allowed,
                StrictBuiltinErrors = strict,
                Time = Noon.AddSeconds(at),
                Limits = limits ?? EvaluationLimits.Default,
            },
            CancellationToken.None);
    }

    private static EvaluationInput Input() => new() { AllowNetwork = true, Time = Noon };

    private static PreparedQuery Query(string call, bool twice) =>
        RegoProgram.Compile([], new()).Program!.Prepare(twice ? $"x = {call}; y = {call}; x == y" : $"x = {call}").Query!;
}
