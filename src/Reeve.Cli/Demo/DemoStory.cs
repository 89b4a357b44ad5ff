using System.Diagnostics;
using System.Text.Json;

namespace Reeve.Cli.Demo;

/// <summary>At the end of a run: <c>reeve explain</c> on an action and on one that was held, as a user would ask.</summary>
internal sealed class DemoStory(string url, TextWriter output)
{
    public async Task TellAsync(ShopState state, CancellationToken cancellationToken)
    {
        if (state.Executions.FirstOrDefault(e => Expectation.IsAction(e, "heal")) is { ValueKind: JsonValueKind.Object } healed)
        {
            await ExplainAsync(cancellationToken, "execution", Expectation.Text(healed, "id")!);
        }

        if (state.Journal.FirstOrDefault(j => Expectation.KindOf(j) == "action.held") is { ValueKind: JsonValueKind.Object } held
            && Expectation.Text(Expectation.EntryOf(held), "binding") is { } binding)
        {
            await ExplainAsync(cancellationToken, "binding", binding);
        }
    }

    private async Task ExplainAsync(CancellationToken cancellationToken, params string[] what)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync($"$ reeve explain {string.Join(' ', what)}");
        using var process = Process.Start(
            new ProcessStartInfo(Environment.ProcessPath!, ["explain", .. what, "--server", url]) { RedirectStandardOutput = true })!;
        await output.WriteAsync(await process.StandardOutput.ReadToEndAsync(cancellationToken));
        await process.WaitForExitAsync(cancellationToken);
    }
}
