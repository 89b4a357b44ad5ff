using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Policies;
using Reeve.Core.Policies.Properties;
using Reeve.Engines.Builtin;
using Reeve.Engines.Check;
using Reeve.Engines.Tests.Check;

namespace Reeve.Engines.Tests;

public sealed class BuiltinTypesTests
{
    private static IEnumerable<PolicyType> All => BuiltinTypes.All.Concat(CheckTypes.All);

    public static TheoryData<string, string> SoundPolicies => new()
    {
        { "reeve.threshold-1.0", """{"upper_bound":0.8}""" },
        { "reeve.threshold-1.0", """{"service":"cpu","lower_bound":1,"stability":30,"recovery_stability":"1m","ttl":"10m"}""" },
        { "reeve.threshold-1.0", """{"upper_bound":1,"smoothing":"ewma","ewma_r":0.2,"aggregate":"max"}""" },
        { "reeve.threshold-1.0", """{"upper_bound":3,"inclusive":true,"smoothing":"mean","window":"5m"}""" },
        { "reeve.heartbeat-1.0", "{}" },
        { "reeve.heartbeat-1.0", """{"service":"alive","ttl":"5s","on_failed_state":false}""" },
        { "reeve.capacity-1.0", """{"wanted":3,"count":"healthy","stability":"10s"}""" },
        { "reeve.check-1.0", """{"command":["/opt/c","{{ target.path }}"],"env":{"A":"b"},"timeout":"5s"}""" },
        { "reeve.check-1.0", """{"workflow":"probe","inputs":{"a":1}}""" },
    };

    [Theory]
    [MemberData(nameof(SoundPolicies))]
    public void Values_that_fit_the_schema_compile_with_the_defaults_filled_in(string type, string properties)
    {
        var found = All.Single(t => t.FullName == type);
        var read = PropertyReader.Read(found.Properties, Json.Parse(properties), "/spec/properties");
        Assert.Empty(read.Mistakes);
        IEngine engine = found.Engine == "check" ? new CheckHarness().Engine : new BuiltinEngine();
        var compiled = engine.Compile(found, new Policy(Scope.Default, "p", type, read.Values, 1));
        Assert.Empty(compiled.Mistakes);
        Assert.NotNull(compiled.Program);
        Assert.Empty(engine.CheckSource(found));
    }

    [Fact]
    public void Every_type_and_every_property_says_what_it_is_for()
    {
        foreach (var type in All)
        {
            Assert.True(type.BuiltIn);
            Assert.True(type.Description.Length > 40, type.FullName);
            Assert.NotEmpty(type.Support);
            Assert.All(type.Properties.Fields!, f => Assert.Matches("^[A-Z].*[.?]$", f.Value.Description!));
            Assert.All(type.Properties.Fields!, f => Assert.True(f.Value.Updatable));
        }
    }

    [Theory]
    [InlineData("""{"upper_bund":1}""")]
    [InlineData("""{"upper_bound":1,"stability":"soon"}""")]
    [InlineData("""{"upper_bound":1,"aggregate":"median"}""")]
    public void Values_that_do_not_fit_are_mistakes(string properties)
    {
        var threshold = BuiltinTypes.All.Single(t => t.Name == BuiltinTypes.Threshold);
        Assert.NotEmpty(PropertyReader.Read(threshold.Properties, Json.Parse(properties), "").Mistakes);
    }

    [Fact]
    public void The_builtin_engine_takes_no_types_of_users()
    {
        var type = CheckHarness.OwnType("{}") with { Engine = "builtin", Name = "reeve.treshold" };
        var engine = new BuiltinEngine();
        Assert.Equal(ErrorCodes.NotAllowed, Assert.Single(engine.CheckSource(type)).Code);
        var mistake = Assert.Single(engine.Compile(type, CheckHarness.Policy("reeve.treshold-1.0", "{}")).Mistakes);
        Assert.EndsWith("did you mean `reeve.threshold`?", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Properties_that_are_no_object_do_not_throw()
    {
        foreach (var type in BuiltinTypes.All)
        {
            foreach (var text in new[] { "null", "[]", "7", "\"x\"" })
            {
                var policy = new Policy(Scope.Default, "p", type.FullName, JsonDocument.Parse(text).RootElement, 1);
                Assert.NotEmpty(new BuiltinEngine().Compile(type, policy).Mistakes);
            }
        }
    }
}
