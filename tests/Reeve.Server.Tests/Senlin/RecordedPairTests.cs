using System.Diagnostics;

namespace Reeve.Server.Tests.Senlin;

/// <summary>The requests that a real Senlin was asked, asked again in their order: each answer has the recorded status and shape.</summary>
public sealed class RecordedPairTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    [SenlinFact]
    public async Task Every_recorded_request_has_its_recorded_answer()
    {
        var start = new ProcessStartInfo("python3")
        {
            ArgumentList = { Path.Combine(SenlinFactAttribute.Folder!, "goldens.py"), reeve.App.Urls[0] },
            RedirectStandardOutput = true,
        };
        using var runner = Process.Start(start)!;
        var said = await runner.StandardOutput.ReadToEndAsync();
        await runner.WaitForExitAsync();

        Assert.True(runner.ExitCode == 0, said);
        Assert.EndsWith(" passed, 0 failed", said.TrimEnd(), StringComparison.Ordinal);
    }
}
