using System.Text;
using static Reeve.Server.Tests.Intake.Riemann.RiemannClient;

namespace Reeve.Server.Tests.Intake.Riemann;

public sealed class ManyPoliciesTests
{
    private const int Policies = 100;
    private const int Throwing = 17;
    private const int Endless = 42;

    [Fact]
    public async Task One_policy_that_throws_and_one_that_does_not_end_are_reported_and_the_others_act()
    {
        await using var rig = await RiemannRig.StartAsync();
        await rig.ApplyAsync(Documents());
        using var client = await rig.ConnectAsync();

        for (var i = 0; i < 20; i++)
        {
            Assert.True((await client.AskAsync(Event("web-1", "cpu", 50 + i))).Ok);
        }

        await rig.App.Runtime.FlushAsync(CancellationToken.None);
        var incidents = (await rig.GetAsync("/api/v1/incidents?limit=500")).GetProperty("items").EnumerateArray()
            .Select(i => (Policy: i.GetProperty("policy").GetString()!, Check: i.GetProperty("check").GetString()!))
            .ToList();
        Assert.Equal(
            Enumerable.Range(0, Policies).Where(i => i is not (Throwing or Endless)).Select(Name),
            incidents.Where(i => i.Check == "trigger").Select(i => i.Policy).Order(StringComparer.Ordinal));
        Assert.Equal([(Name(Endless), "policy-failed")], incidents.Where(i => i.Check != "trigger"));

        var remarks = (await rig.GetAsync("/api/v1/journal?kind=policy.remarked")).GetProperty("items").EnumerateArray().ToList();
        var remark = Assert.Single(remarks);
        Assert.Equal(Name(Throwing), remark.GetProperty("policy").GetString());
        Assert.Contains("always broken", remark.GetProperty("summary").GetString(), StringComparison.Ordinal);
        Assert.Equal("web-1", remark.GetProperty("target").GetString());
        Assert.Equal("warning", remark.GetProperty("data").GetProperty("severity").GetString());
    }

    [Fact]
    public async Task What_a_program_logs_is_in_the_journal_and_what_was_too_much_is_counted()
    {
        await using var rig = await RiemannRig.StartAsync();
        await rig.ApplyAsync(
            Policy("chatty", "(with :description \"seen\" log) (smap (fn [e] (event {:description (str \"n \" (:metric e))})) log)"));
        using var client = await rig.ConnectAsync();

        for (var i = 0; i < 30; i++)
        {
            Assert.True((await client.AskAsync(Event("web-1", "cpu", i))).Ok);
        }

        await rig.App.Runtime.FlushAsync(CancellationToken.None);
        var said = (await rig.GetAsync("/api/v1/journal?kind=policy.remarked&limit=100")).GetProperty("items").EnumerateArray()
            .Select(i => i.GetProperty("summary").GetString()!).ToList();
        Assert.Equal(10, said.Count);
        Assert.Contains("seen", said);
        Assert.Contains("n 0", said);
        Assert.DoesNotContain("n 29", said);
    }

    private static string Documents()
    {
        var all = new StringBuilder();
        for (var i = 0; i < Policies; i++)
        {
            all.Append(Policy(Name(i), i switch
            {
                Throwing => "(smap (fn [e] (throw (Exception. \"always broken\"))) trigger)",
                Endless => "(fn [e] (loop [] (recur)))",
                _ => $"(where (> metric {i / 10}) trigger)",
            }));
        }

        return all.ToString();
    }

    private static string Policy(string name, string program) => $$"""
        ---
        kind: PolicyType
        metadata: {name: {{name}}-1.0}
        spec: {engine: streams, source: {program: '(sdo {{program}})'} }
        ---
        kind: Policy
        metadata: {name: {{name}} }
        spec: {type: {{name}}-1.0 }
        ---
        kind: Binding
        metadata: {name: {{name}} }
        spec: {policy: {{name}}, targets: {kind: host}, per: instance, on: {events: [cpu]} }

        """;

    private static string Name(int i) => $"p{i:000}";
}
