using System.Security.Cryptography;
using System.Text;
using Reeve.Core.Time;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Network;
using Reeve.Languages.Data;

namespace Reeve.Flexera.Tests;

public sealed class TokenTests
{
    private const string Client =
        "grant: client_credentials\ntoken_url: https://login.example.com/t\nclient_id: me\nclient_secret: s3cret&ü =\n";

    private readonly VirtualTime _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(Client, "grant_type=client_credentials&client_id=me&client_secret=s3cret%26%C3%BC%20%3D", null)]
    [InlineData(Client + "client_authentication: header", "grant_type=client_credentials", "Basic bWU6czNjcmV0JTI2JUMzJUJDJTIwJTNE")]
    [InlineData(Client + "scopes: [a, \"b:c\"]", "grant_type=client_credentials&scope=a%20b%3Ac&client_id=me&client_secret=", null)]
    [InlineData(Client + "scope: a b", "grant_type=client_credentials&scope=a%20b&client_id=me&client_secret=", null)]
    [InlineData(Client + "additional_params: { resource: \"https://x/\", scope: z }",
        "grant_type=client_credentials&resource=https%3A%2F%2Fx%2F&scope=z&client_id=me&client_secret=", null)]
    [InlineData("token_url: https://login.example.com/t\nrefresh_token: r/1", "grant_type=refresh_token&refresh_token=r%2F1", null)]
    [InlineData("grant: refresh_token\ntoken_url: https://login.example.com/t\nrefresh_token: r\nclient_id: c",
        "grant_type=refresh_token&refresh_token=r&client_id=c", null)]
    [InlineData("grant: password\ntoken_url: https://login.example.com/t\nusername: ü@x\npassword: 00123",
        "grant_type=password&username=%C3%BC%40x&password=00123", null)]
    [InlineData("grant: jwt_bearer\ntoken_url: https://login.example.com/t\nassertion: a.b.c",
        "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c", null)]
    public async Task A_grant_is_a_form(string fields, string form, string? authorization)
    {
        var traffic = Answering("{\"access_token\":\"t0\"}");
        Assert.Equal("t0", await GetAsync(traffic, fields));
        var request = traffic.Came[0].Request;
        Assert.Equal("POST", request.Method);
        Assert.StartsWith(form, Encoding.UTF8.GetString(request.Body!), StringComparison.Ordinal);
        Assert.Equal("application/x-www-form-urlencoded", request.Header("Content-Type"));
        Assert.Equal(authorization, request.Header("Authorization"));
    }

    [Fact]
    public async Task Additional_headers_are_sent_with_the_grant()
    {
        var traffic = Answering("{\"access_token\":\"t0\"}");
        await GetAsync(traffic, Client + "additional_headers: { X-Tenant: 7, accept: text/json }");
        Assert.Equal("7", traffic.Came[0].Request.Header("X-Tenant"));
        Assert.Equal("text/json", traffic.Came[0].Request.Header("Accept"));
    }

    [Theory]
    [InlineData("{\"access_token\":\"t1\",\"token_type\":\"BEARER\"}")]
    [InlineData("{\"access_token\":\"t1\",\"token_type\":null,\"expires_in\":null}")]
    [InlineData("{\"token\":\"t1\"}")]
    [InlineData("\uFEFF{\"access_token\":\"t1\"}")]
    [InlineData("\"t1\"")]
    [InlineData(" t1\n")]
    [InlineData("access_token=t1&scope=a%2Cb&token_type=bearer")]
    public async Task A_token_is_found_in_whatever_form_it_comes(string body) =>
        Assert.Equal("t1", await GetAsync(Answering(body), Client));

    [Theory]
    [InlineData("", "the answer holds no token")]
    [InlineData("{}", "the answer holds no token")]
    [InlineData("{\"access_token\":\"\"}", "the answer holds no token")]
    [InlineData("{\"access_token\":{\"a\":1}}", "the answer holds no token")]
    [InlineData("{\"access_token\":\"a\\r\\nX-Evil: 1\"}", "the answer holds no token")]
    [InlineData("[1]", "the answer holds no token")]
    [InlineData("{\"error\":\"nope\"}", "the answer holds no token: nope")]
    [InlineData("<html><body>Sign in</body></html>", "the answer holds no token")]
    [InlineData("{\"access_token\":", "the answer holds no token")]
    public async Task An_answer_without_a_token_is_said(string body, string message)
    {
        var fault = await Assert.ThrowsAsync<SigningFault>(() => GetAsync(Answering(body), Client));
        Assert.Equal($"credentials `a`: signing failed: {message}", fault.Message);
    }

    [Theory]
    [InlineData(400, "{\"error\":\"invalid_client\",\"error_description\":\"Client authentication failed.\"}",
        "400: invalid_client: Client authentication failed")]
    [InlineData(401, "{\"error\":{\"code\":5,\"message\":\"no such client\"}}", "401: no such client")]
    [InlineData(400, "{\"error\":\"invalid_grant\",\"error_description\":\"secret s3cret&ü = is wrong\"}",
        "400: invalid_grant: secret (removed) is wrong")]
    [InlineData(403, "<html>no</html>", "403")]
    [InlineData(403, "denied\nfor you", "403: denied for you")]
    [InlineData(500, "", "500")]
    public async Task What_a_server_says_of_a_refusal_is_handed_on_without_secrets(int status, string body, string message)
    {
        var traffic = new ToldTraffic(_time, _ => ToldTraffic.Say(status, body));
        var fault = await Assert.ThrowsAsync<SigningFault>(() => GetAsync(traffic, Client));
        Assert.Equal($"credentials `a`: signing failed: the token was refused with HTTP status {message}", fault.Message);
        Assert.Null(fault.Credentials);
    }

    [Theory]
    [InlineData("3600", 3500, 1)]
    [InlineData("3600", 3571, 2)]
    [InlineData("\"3600\"", 3500, 1)]
    [InlineData("\"3600\"", 3571, 2)]
    [InlineData("20", 9, 1)]
    [InlineData("20", 11, 2)]
    [InlineData("0", 0, 2)]
    [InlineData("-1", 0, 2)]
    [InlineData("\"soon\"", 0, 2)]
    [InlineData("1e300", 3600, 1)]
    [InlineData("null", 3000, 1)]
    [InlineData("null", 3571, 2)]
    public async Task A_token_is_used_while_it_is_valid_and_renewed_after(string expiresIn, int later, int times)
    {
        var traffic = Answering($"{{\"access_token\":\"t\",\"expires_in\":{expiresIn}}}");
        var source = new TokenSource(traffic.Sender(), new Secrets(), _time);
        await source.GetAsync(Fields(Client), false, CancellationToken.None);
        _time.Advance(TimeSpan.FromSeconds(later));
        await source.GetAsync(Fields(Client), false, CancellationToken.None);
        Assert.Equal(times, traffic.Came.Count);
    }

    [Theory]
    [InlineData(false, "RS256")]
    [InlineData(true, "RS256")]
    [InlineData(true, "RS512")]
    public async Task The_assertion_is_a_signed_jwt(bool pkcs8, string algorithm)
    {
        using var key = RSA.Create(2048);
        var pem = pkcs8 ? key.ExportPkcs8PrivateKeyPem() : key.ExportRSAPrivateKeyPem();
        var traffic = Answering("{\"access_token\":\"t\"}");
        var fields = "grant: jwt_bearer\ntoken_url: https://login.example.com/t\nissuer: me\nsubject: you\naudience: them\nkey_id: k1\n"
            + $"algorithm: {algorithm}\nscopes: [a, b]\nclaims: {{ admin: true, level: 3, text: \"4\" }}\nprivate_key: |\n  "
            + pem.Replace("\n", "\n  ", StringComparison.Ordinal);
        await GetAsync(traffic, fields);
        var form = Encoding.UTF8.GetString(traffic.Came[0].Request.Body!);
        var parts = form.Split("assertion=")[1].Split('&')[0].Split('.');
        Assert.Equal($"{{\"alg\":\"{algorithm}\",\"typ\":\"JWT\",\"kid\":\"k1\"}}", Text(parts[0]));
        Assert.True(JsonData.TryParse(Text(parts[1]), out var claims, out _));
        Assert.Equal(
            "{\"iss\":\"me\",\"aud\":\"them\",\"iat\":1772323200,\"exp\":1772326800,\"sub\":\"you\",\"scope\":\"a b\",\"admin\":true,"
            + "\"level\":3,\"text\":\"4\"}", JsonData.Write(claims));
        Assert.True(key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Bytes(parts[2]),
            algorithm == "RS256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512, RSASignaturePadding.Pkcs1));
    }

    [Theory]
    [InlineData("token_url: https://l.example.com/t\ngrant: client_credentials\nclient_secret: s", "the field `client_id` is missing")]
    [InlineData("token_url: https://l.example.com/t\nclient_id: c", "the field `client_secret` is missing")]
    [InlineData("grant: client_credentials\nclient_id: c\nclient_secret: s", "the field `token_url` is missing")]
    [InlineData("token_url: login.example.com\nclient_id: c\nclient_secret: s", "`token_url` is no address")]
    [InlineData("token_url: https://u:p@l.example.com/\nclient_id: c\nclient_secret: s", "`token_url` is no address")]
    [InlineData("token_url: file:///etc/passwd\nclient_id: c\nclient_secret: s", "`token_url` is no address")]
    [InlineData("token_url: https://l.example.com/t\ngrant: refresh_token", "the field `refresh_token` is missing")]
    [InlineData("token_url: https://l.example.com/t\ngrant: password\nusername: u", "the field `password` is missing")]
    [InlineData("token_url: https://l.example.com/t\ngrant: jwt_bearer", "the field `issuer` is missing")]
    [InlineData("token_url: https://l.example.com/t\ngrant: jwt_bearer\nissuer: i", "the field `private_key` is missing")]
    [InlineData("token_url: https://l.example.com/t\ngrant: jwt_bearer\nissuer: i\nalgorithm: none",
        "the algorithm `none` is not supported")]
    [InlineData("token_url: https://l.example.com/t\ngrant: authorization_code", "the grant `authorization_code` needs a person")]
    [InlineData("token_url: https://l.example.com/t\ngrant: client_credential", "there is no grant `client_credential`")]
    [InlineData(Client + "client_authentication: cookie", "`client_authentication` is `cookie`, and can be `body` or `header`")]
    public async Task A_field_that_is_missing_or_wrong_is_named_and_nothing_is_sent(string fields, string problem)
    {
        var traffic = Answering("{}");
        var fault = await Assert.ThrowsAsync<SigningFault>(() => GetAsync(traffic, fields));
        Assert.StartsWith($"credentials `a`: {problem}", fault.Message, StringComparison.Ordinal);
        Assert.Equal("a", fault.Credentials);
        Assert.Empty(traffic.Came);
    }

    [Fact]
    public async Task A_token_that_is_asked_for_by_many_at_once_is_exchanged_once()
    {
        var traffic = Answering("{\"access_token\":\"t\"}");
        var source = new TokenSource(traffic.Sender(), new Secrets(), _time);
        var tokens = await Task.WhenAll(Enumerable.Range(0, 50).Select(
            _ => Task.Run(() => source.GetAsync(Fields(Client), false, CancellationToken.None))));
        Assert.All(tokens, t => Assert.Equal("t", t));
        Assert.Single(traffic.Came);
    }

    [Theory]
    [InlineData("token_url: https://l.example.com/jwt\napi_key: k1", "Bearer k1")]
    [InlineData("token_url: https://l.example.com/jwt\nbasic_auth_username: u\nbasic_auth_password: \"\"", "Basic dTo=")]
    public async Task A_service_that_gives_a_jwt_is_asked_with_a_key_or_a_password(string fields, string authorization)
    {
        var traffic = Answering("h.p.s");
        var token = await new TokenSource(traffic.Sender(), new Secrets(), _time).GetAsync(Fields(fields), true, CancellationToken.None);
        Assert.Equal("h.p.s", token);
        Assert.Equal(authorization, traffic.Came[0].Request.Header("Authorization"));
    }

    private ToldTraffic Answering(string body) => new(_time, _ => ToldTraffic.Say(200, body));

    private Task<string> GetAsync(ToldTraffic traffic, string text)
    {
        var secrets = new Secrets();
        var fields = Fields(text);
        foreach (var secret in fields.Secret)
        {
            secrets.Add(secret);
        }

        return ToldTraffic.WaitAsync(
            _time, new TokenSource(traffic.Sender(secrets), secrets, _time).GetAsync(fields, false, CancellationToken.None));
    }

    private static CredentialFields Fields(string text)
    {
        var file = CredentialFile.TryRead("a:\n  " + text.Replace("\n", "\n  ", StringComparison.Ordinal), out var error);
        Assert.True(file is not null, error);
        return file.Fields("a")!;
    }

    private static string Text(string part) => Encoding.UTF8.GetString(Bytes(part));

    private static byte[] Bytes(string part) => Convert.FromBase64String(
        part.Replace('-', '+').Replace('_', '/').PadRight((part.Length + 3) / 4 * 4, '='));
}
