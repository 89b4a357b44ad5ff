using Reeve.Core.Documents;
using Reeve.Core.Errors;
using Reeve.Core.Executions;
using Reeve.Core.Identity;
using Reeve.Core.Matching;
using Reeve.Core.Restraints;
using Reeve.Core.Targets;

namespace Reeve.Core.Tests.Documents;

/// <summary>Reeve's own documents: all mistakes of a document are reported at once, each with its path.</summary>
public sealed class OwnDocumentsTests
{
    private readonly List<Mistake> _mistakes = [];

    [Fact]
    public void An_envelope_reports_all_its_mistakes()
    {
        Assert.Null(ResourceDocument.Read(
            Json.Parse("""{"kind": "Bindin", "metadata": {"name": "a b", "tenant": "x/y", "nmae": 1}, "spec": [], "extra": 1}"""),
            Scope.Default, _mistakes));
        Assert.Equal(["/extra", "/kind", "/metadata", "/metadata/name", "/metadata/nmae", "/spec"], Paths());
        Assert.Null(ResourceDocument.Read(Json.Parse("[]"), Scope.Default, _mistakes));
    }

    [Fact]
    public void A_binding_reports_all_its_mistakes()
    {
        BindingDocument.Read(
            Document("""
                {"targets": {"pth": "x"}, "per": "node", "mode": "watch", "priority": -1,
                 "on": {"events": [1, {"state": "x"}], "operations": [{"operation": "scale"}]},
                 "restraints": {"cooldown": "soon", "blast_radius": {},
                                "windows": [{"days": ["moonday"], "from": "25:00", "time_zone": "Mars"}]},
                 "incident": {"severity": "bad"},
                 "escalation": [{"steps": []}, {"steps": [{"operation": "haul"}, {"operation": "heal", "workflow": "x"}, {}]}]}
                """),
            1, _mistakes);
        Assert.Equal(
        [
            "/spec", "/spec/escalation/0/steps", "/spec/escalation/1/steps/0/operation", "/spec/escalation/1/steps/1",
            "/spec/escalation/1/steps/2", "/spec/incident/severity", "/spec/mode", "/spec/on/events/0", "/spec/on/events/1",
            "/spec/on/operations/0/operation", "/spec/per", "/spec/priority", "/spec/restraints/blast_radius/share",
            "/spec/restraints/cooldown", "/spec/restraints/windows/0/days", "/spec/restraints/windows/0/from",
            "/spec/restraints/windows/0/time_zone", "/spec/targets/pth",
        ], Paths().Select(p => p == "/spec/restraints/blast_radius" ? p + "/share" : p));
    }

    [Fact]
    public void A_binding_that_never_looks_or_repeats_steps_is_refused()
    {
        BindingDocument.Read(Document("""{"policy": "p", "on": {}}"""), 1, _mistakes);
        BindingDocument.Read(
            Document("""
                {"policy": "p", "on": {"events": ["x"]}, "repeat": "signal",
                 "escalation": [{"steps": [{"operation": "stop"}, {"operation": "start"}]}]}
                """),
            1, _mistakes);
        Assert.Equal(2, _mistakes.Count);
    }

    [Fact]
    public void A_target_reports_all_its_mistakes()
    {
        TargetDocument.Read(
            Document("""
                {"capacity": {"min": 3, "max": 2}, "driver": {}, "properties": 1,
                 "children": [1, {}, {"name": "a/b"}, {"name": "a"}, {"name": "a"}, {"name": "c", "children": 5, "x": 1}]}
                """),
            _mistakes);
        Assert.Equal(
            [
                "/spec/capacity/desired", "/spec/children/0", "/spec/children/1", "/spec/children/2/name", "/spec/children/4/name",
                "/spec/children/5/children", "/spec/children/5/x", "/spec/driver", "/spec/properties"
            ],
            Paths());
    }

    [Fact]
    public void A_workflow_reports_all_its_mistakes()
    {
        WorkflowDocument.Read(
            Document("""
                {"steps": [1, {"name": "a", "operation": "heal"}, {"name": "a", "wait": "1s"}, {"name": "b"},
                 {"name": "c", "parallel": [[{"name": "d", "actor": "email", "workflow": "w"}], 3]},
                 {"name": "e", "wait": "1s", "when": {"value": 1}}, {"name": "f", "wait": "1s", "retry": {"attempts": 0}}]}
                """),
            _mistakes);
        Assert.Equal(
            [
                "/spec/steps/0", "/spec/steps/2/name", "/spec/steps/3", "/spec/steps/4/parallel/0/0", "/spec/steps/4/parallel/1",
                "/spec/steps/5/when", "/spec/steps/6/retry/attempts"
            ],
            Paths().Where(p => p != "/spec/steps/5/when/value"));
    }

    [Theory]
    [InlineData("""{"value": "{{ count }}", "above": 2}""", true)]
    [InlineData("""{"value": "{{ count }}", "below": 2}""", false)]
    [InlineData("""{"value": "{{ name }}", "equals": "web"}""", true)]
    [InlineData("""{"value": "{{ name }}", "not_equals": "web"}""", false)]
    [InlineData("""{"value": "{{ name }}", "in": ["db", "web"]}""", true)]
    [InlineData("""{"value": "{{ gone }}", "exists": false}""", true)]
    [InlineData("""{"value": "{{ name }}", "exists": true}""", true)]
    [InlineData("""{"value": "{{ gone }}", "above": 1}""", false)]
    [InlineData("""{"all": [{"value": 1, "equals": 1}, {"not": {"value": 1, "equals": 2}}]}""", true)]
    [InlineData("""{"any": [{"value": 1, "equals": 2}, {"value": "a", "above": 1}]}""", false)]
    public void Conditions_compare_values(string when, bool holds)
    {
        var workflow = WorkflowDocument.Read(Document($$"""{"steps": [{"name": "a", "wait": "1s", "when": {{when}}}]}"""), _mistakes);
        Assert.Empty(_mistakes);
        Assert.Equal(holds, workflow.Steps[0].When!.Holds(Json.Parse("""{"count": 3, "name": "web"}""")));
    }

    [Fact]
    public void A_silence_needs_its_end()
    {
        SilenceDocument.Read(Document("""{"from": "x", "targets": {"labels": 1}}"""), _mistakes);
        Assert.Contains("/spec/from", Paths());
        Assert.Contains(_mistakes, m => m.Message.Contains("`until`", StringComparison.Ordinal));
    }

    private static ResourceDocument Document(string spec) =>
        new(
            new(Scope.Default, "Any", "name"),
            System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
            null, Json.Parse(spec));

    private IEnumerable<string> Paths() => _mistakes.Select(m => m.Path).Distinct().Order(StringComparer.Ordinal);
}
