using Reeve.TestKit;

namespace Reeve.Cli.Tests;

public sealed class OperationsPageTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public Task What_the_operations_page_says_is_what_happens() => DocumentedCommands.RunAsync(
        "operations.md",
        $"reeve() {{ dotnet {Path.Combine(AppContext.BaseDirectory, "reeve.dll")} \"$@\"; }}\n",
        new Dictionary<string, string?>
        {
            ["REEVE"] = server.App.Urls[0],
            ["DATA"] = server.Folder.At("data"),
            ["REEVE_CONTEXTS"] = server.Folder.At("page/config.yaml"),
        });
}
