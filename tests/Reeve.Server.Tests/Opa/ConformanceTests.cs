using System.Text.RegularExpressions;
using Reeve.Server.Opa;
using Reeve.TestKit;

namespace Reeve.Server.Tests.Opa;

/// <summary>The recorded cases of the language, asked through the service by the runner that lies beside them.</summary>
public sealed partial class ConformanceTests
{
    // what passes now; a change that loses cases is seen, one that wins some raises it
    private const int Passing = 1244;

    [RegoFact]
    public async Task The_recorded_cases_pass_through_the_service()
    {
        await using var opa = await RunningOpa.StartAsync(new OpaOptions());
        var folder = RegoFactAttribute.Folder!;
        await using var runner = await ChildProcess.StartAsync(
            "node", Path.Combine(folder, "run.mjs"), "--cases", Path.Combine(folder, "cases"), "--base", opa.App.Urls[0]);
        await runner.WaitForExitAsync();
        var sum = Sum().Match(runner.Transcript());
        Assert.True(sum.Success, runner.Transcript());
        var passed = int.Parse(sum.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(passed >= Passing, $"{sum.Value}; {Passing} passed before");
    }

    [GeneratedRegex(@"product: (\d+) passed, \d+ failed")]
    private static partial Regex Sum();

    internal sealed class RegoFactAttribute : FactAttribute
    {
        public RegoFactAttribute()
        {
            if (Folder is null || !File.Exists("/usr/bin/node"))
            {
                Skip = "../shared/conformance/rego or node is not there";
            }
        }

        public static string? Folder { get; } = Conformance.Folder("rego");
    }
}
