using Reeve.TestKit;

namespace Reeve.Server.Tests.Api.OpenApi;

/// <summary>The description is valid, and a client generated from it works: made, compiled and used here, against a real Reeve.</summary>
public sealed class GeneratedClientTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Api", "OpenApi", "client");

    [NpmFact]
    public async Task A_client_that_is_generated_from_the_description_compiles_and_works()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
        {
            await RunAsync("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
        }

        var description = await reeve.Client.GetStringAsync("/openapi/v1.json");
        await File.WriteAllTextAsync(Path.Combine(Folder, "openapi.json"), description);
        Assert.Contains("valid 3.1", await RunAsync("node", "validate.mjs", "openapi.json"), StringComparison.Ordinal);
        await RunAsync(
            "node", "node_modules/@hey-api/openapi-ts/bin/index.cjs", "-i", "openapi.json", "-o", "generated", "-c",
            "@hey-api/client-fetch");
        await RunAsync("node", "node_modules/typescript/bin/tsc", "-p", "tsconfig.json");
        Assert.Contains(
            "the generated client works", await RunAsync("node", "built/use.js", reeve.App.Urls[0]), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        await using var child = await ChildProcess.StartAsync(
            new ChildProcessOptions { Program = program, Arguments = arguments, WorkingFolder = Folder });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var code = await child.WaitForExitAsync(patience.Token);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {child.Transcript()}");
        return child.Transcript();
    }
}
