using System.Net;
using System.Text;
using System.Text.Json;
using Reeve.Server.Hosting;
using Reeve.Server.Opa;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Opa;

/// <summary>A Reeve whose decision service is spoken to, on a data folder of its own.</summary>
public sealed class RunningOpa : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private OpaOptions _options = new();

    private RunningOpa()
    {
    }

    public ReeveApp App { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public TempFolder Folder => _folder;

    public static async Task<RunningOpa> StartAsync(OpaOptions? options = null, string? config = null)
    {
        var running = new RunningOpa();
        running._options = options ?? new OpaOptions
        {
            ConfigFile = config is null ? null : running.Write("opa.yaml", config),
        };
        await running.BeginAsync();
        return running;
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(_folder.At(name), text);
        return _folder.At(name);
    }

    public async Task RestartAsync(OpaOptions? options = null)
    {
        _options = options ?? _options;
        Client.Dispose();
        await App.StopAsync(CancellationToken.None);
        await BeginAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        _folder.Dispose();
    }

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, string body, params (string, string)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> PutAsync(string path, string body, params (string, string)[] headers) =>
        SendAsync(HttpMethod.Put, path, body, headers);

    public Task<Answer> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    public async Task MustPutAsync(string path, string body)
    {
        var answer = await PutAsync(path, body);
        Assert.True((int)answer.Status < 300, answer.Text);
    }

    public Task<Answer> SendAsync(HttpMethod method, string path, string? body = null, params (string, string)[] headers) =>
        SendAsync(method, path, body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(body)), headers);

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                content!.Headers.TryAddWithoutValidation(name, value);
            }
        }

        using var response = await Client.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return new Answer(response.StatusCode, bytes, string.Join(',', response.Content.Headers.ContentEncoding));
    }

    private async Task BeginAsync()
    {
        App = await ReeveApp.StartAsync(
            new ReeveOptions { DataFolder = _folder.At("data"), Urls = "http://127.0.0.1:0", LogLevel = "none", Opa = _options },
            CancellationToken.None);
        Client = new HttpClient { BaseAddress = new Uri(App.Urls[0]) };
    }
}

/// <summary>What came back.</summary>
public sealed record Answer(HttpStatusCode Status, byte[] Bytes, string Encoding)
{
    public string Text => System.Text.Encoding.UTF8.GetString(Bytes).TrimEnd('\n');

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement.Clone();

    public string? Code => Json.TryGetProperty("code", out var code) ? code.GetString() : null;

    public string Message => Json.GetProperty("message").GetString()!;
}
