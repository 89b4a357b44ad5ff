using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Reeve.Cli.Demo;

/// <summary>What the demonstration asks of its Reeve, over the same REST that everybody uses.</summary>
internal sealed class ShopApi(string url) : IDisposable
{
    private readonly HttpClient _client = new() { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(10) };

    /// <summary>Applies documents; throws with the server's own words when it refuses them.</summary>
    public async Task ApplyAsync(string file, string text, CancellationToken cancellationToken)
    {
        using var content = new StringContent(text, Encoding.UTF8, "application/yaml");
        using var response = await _client.PostAsync($"/api/v1/apply?file={Uri.EscapeDataString(file)}", content, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{file} was refused: {await response.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    public async Task<IReadOnlyList<JsonElement>> ListAsync(string path, CancellationToken cancellationToken)
    {
        using var reply = await GetAsync(path, cancellationToken);
        return [.. reply.RootElement.GetProperty("items").EnumerateArray().Select(i => i.Clone())];
    }

    public async Task<JsonElement> ReadAsync(string path, CancellationToken cancellationToken)
    {
        using var reply = await GetAsync(path, cancellationToken);
        return reply.RootElement.Clone();
    }

    public async Task<JsonElement?> PostAsync(string path, string json, CancellationToken cancellationToken)
    {
        using var content = new StringContent(json, MediaTypeHeaderValue.Parse("application/json"));
        using var response = await _client.PostAsync(path, content, cancellationToken);
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        using var reply = JsonDocument.Parse(text.Length == 0 ? "{}" : text);
        return reply.RootElement.Clone();
    }

    public async Task DeleteAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _client.DeleteAsync(path, cancellationToken);
    }

    public void Dispose() => _client.Dispose();

    private async Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = await _client.GetStreamAsync(path, cancellationToken);
        return await JsonDocument.ParseAsync(stream, cancellationToken: cancellationToken);
    }
}
