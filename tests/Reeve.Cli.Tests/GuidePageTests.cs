using Reeve.Server.Hosting;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary>The pages of the guide, typed in as they are written.</summary>
public sealed class GuidePageTests
{
    [Theory]
    [InlineData("guide/first-policy.md")]
    [InlineData("guide/recipes.md")]
    public async Task What_a_page_of_the_guide_says_is_what_happens(string page)
    {
        using var folder = new TempFolder();
        await using var app = await ReeveApp.StartAsync(
            new ReeveOptions
            {
                DataFolder = folder.At("data"),
                Urls = "http://127.0.0.1:0",
                LogLevel = "none",
                ProcessFolders = [folder.At("page/checks")],
            },
            CancellationToken.None);
        await DocumentedCommands.RunAsync(
            page,
            $"reeve() {{ dotnet {Path.Combine(AppContext.BaseDirectory, "reeve.dll")} \"$@\"; }}\n",
            new Dictionary<string, string?>
            {
                ["REEVE_SERVER"] = app.Urls[0],
                ["REEVE_CONTEXTS"] = folder.At("config.yaml"),
                ["REEVE_CHECKS"] = folder.At("page/checks"),
            });
    }
}
