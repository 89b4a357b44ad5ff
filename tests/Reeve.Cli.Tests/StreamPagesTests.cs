using Reeve.Server.Hosting;
using Reeve.Server.Intake.Riemann;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

public sealed class StreamPagesTests
{
    private static readonly string Prelude =
        $"reeve() {{ dotnet {Path.Combine(AppContext.BaseDirectory, "reeve.dll")} \"$@\"; }}\n";

    [Fact]
    public Task What_the_page_of_streams_says_is_what_happens() =>
        DocumentedCommands.RunAsync("streams.md", Prelude, new Dictionary<string, string?>());

    [Fact]
    public async Task What_the_page_of_riemann_says_is_what_happens()
    {
        using var folder = new TempFolder();
        await using var app = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                Riemann = new RiemannOptions { Address = "127.0.0.1:0" },
            },
            CancellationToken.None);
        await DocumentedCommands.RunAsync(
            "riemann.md", Prelude, new Dictionary<string, string?> { ["RIEMANN"] = $"{new Uri(app.RiemannAddresses[0]).Port}" });
    }
}
