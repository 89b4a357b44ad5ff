using Reeve.TestKit;

namespace Reeve.Server.Tests.Api;

public sealed class ApiPageTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    [Fact]
    public Task What_the_api_page_says_is_what_happens() =>
        DocumentedCommands.RunAsync("api.md", "", new Dictionary<string, string?> { ["REEVE"] = reeve.App.Urls[0] });
}
