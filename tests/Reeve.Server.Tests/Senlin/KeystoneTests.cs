using System.Net;
using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Senlin;

/// <summary>Who may call Senlin's face when a file says so; and the port of its own.</summary>
public sealed class KeystoneTests : IAsyncLifetime
{
    private const string Ask = """
        {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "NAME", "password": "PASS"}}}}}
        """;

    private readonly TempFolder _folder = new();
    private ReeveApp _app = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        await File.WriteAllTextAsync(
            _folder.At("users.yaml"), "users:\n  - {name: ann, password: secret, project: shop}\n  - {name: bob, password: other}\n");
        _app = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = _folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                SenlinPort = 0,
                SenlinUsers = _folder.At("users.yaml"),
            },
            CancellationToken.None);
        _client = new HttpClient { BaseAddress = new Uri(_app.SenlinUrl) };
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _app.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_password_gives_a_token_and_a_catalogue_that_leads_here()
    {
        var (status, token, body) = await TokenAsync("ann", "secret");
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Contains($"\"url\":\"{_app.SenlinUrl}\"", body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/clusters", token));
        Assert.Equal(HttpStatusCode.MultipleChoices, await GetAsync("/", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/clusters", null));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync("/v1/clusters", "made-up"));
        Assert.Equal(HttpStatusCode.Forbidden, await GetAsync("/v1/clusters?global_project=true", token));
    }

    [Theory]
    [InlineData("ann", "wrong")]
    [InlineData("nobody", "secret")]
    [InlineData("", "")]
    public async Task Who_does_not_know_the_password_gets_nothing(string name, string password)
    {
        var (status, token, _) = await TokenAsync(name, password);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("", token);
    }

    [Fact]
    public async Task A_project_sees_its_own_things_only()
    {
        var (_, ann, _) = await TokenAsync("ann", "secret");
        var (_, bob, _) = await TokenAsync("bob", "other");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/profiles")
        {
            Content = new StringContent($$"""{"profile": {"name": "mine", "spec": {{FaceClient.Server}} } }"""),
        };
        request.Headers.Add("X-Auth-Token", ann);
        using var made = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await GetAsync("/v1/profiles/mine", ann));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync("/v1/profiles/mine", bob));
    }

    [Fact]
    public async Task A_file_of_users_that_is_wrong_is_said_before_anything_starts()
    {
        await File.WriteAllTextAsync(_folder.At("wrong.yaml"), "users:\n  - {name: ann}\n");
        var options = new ReeveOptions
        {
            DataFolder = _folder.At("data2"),
            Urls = "http://127.0.0.1:0",
            LogLevel = "none",
            SenlinUsers = _folder.At("wrong.yaml"),
        };
        var wrong = await Assert.ThrowsAsync<StartException>(() => ReeveApp.StartAsync(options, CancellationToken.None));
        Assert.Contains("users/0", wrong.Message, StringComparison.Ordinal);
    }

    private async Task<(HttpStatusCode Status, string Token, string Body)> TokenAsync(string name, string password)
    {
        var ask = Ask.Replace("NAME", name, StringComparison.Ordinal).Replace("PASS", password, StringComparison.Ordinal);
        using var reply = await _client.PostAsync("/identity/v3/auth/tokens", new StringContent(ask));
        var token = reply.Headers.TryGetValues("X-Subject-Token", out var values) ? values.First() : "";
        return (reply.StatusCode, token, await reply.Content.ReadAsStringAsync());
    }

    private async Task<HttpStatusCode> GetAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
        {
            request.Headers.Add("X-Auth-Token", token);
        }

        using var reply = await _client.SendAsync(request);
        return reply.StatusCode;
    }
}
