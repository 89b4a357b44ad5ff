using Reeve.Server.Access.Oidc;
using Reeve.Server.Hosting;

namespace Reeve.Server.Tests.Access;

/// <summary>A whole Reeve that asks for tokens, with the first admin's token and ways to make others.</summary>
public sealed class GuardedReeve : IAsyncLifetime
{
    private string _admin = "";

    public RunningReeve Reeve { get; private set; } = null!;

    /// <summary>The first admin's token.</summary>
    public string Admin => _admin;

    public OidcOptions? Oidc { get; init; }

    public async Task InitializeAsync()
    {
        Reeve = new RunningReeve
        {
            Custom = folder => new ReeveOptions
            {
                DataFolder = folder,
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                Auth = "tokens",
                Oidc = Oidc,
            },
        };
        await Reeve.InitializeAsync();
        _admin = Reeve.App.FirstToken!;
    }

    public Task DisposeAsync() => Reeve.DisposeAsync();

    /// <summary>Sends a request with a token; without one when it is null.</summary>
    public Task<Reply> SendAsync(string? token, HttpMethod method, string path, string? text = null, string type = "application/json")
    {
        (string, string)[] headers = token is null ? [] : [("Authorization", $"Bearer {token}")];
        return Reeve.SendAsync(method, path, text, text is null ? null : type, headers);
    }

    public Task<Reply> GetAsync(string? token, string path) => SendAsync(token, HttpMethod.Get, path);

    public Task<Reply> ApplyAsync(string? token, string document, string query = "") =>
        SendAsync(token, HttpMethod.Post, $"/api/v1/apply{query}", document, "application/yaml");

    /// <summary>A new token with these grants.</summary>
    public async Task<string> TokenAsync(params string[] grants) => (await MadeAsync("t", "1h", grants)).Text("token");

    public async Task<Reply> MadeAsync(string name, string life, params string[] grants)
    {
        var list = string.Join(',', grants.Select(g => $"\"{g}\""));
        return await SendAsync(
            _admin, HttpMethod.Post, "/api/v1/tokens", $$"""{"name": "{{name}}", "expires_in": "{{life}}", "grants": [{{list}}]}""");
    }
}
