using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Executions;
using Reeve.Core.Incidents;
using Reeve.Server.Api.OpenApi;

namespace Reeve.Server.Tests.Api.OpenApi;

/// <summary>The description against the code: every route in it and nothing else, every field of the records, every reference.</summary>
public sealed class DescriptionTests(RunningReeve reeve) : IClassFixture<RunningReeve>
{
    private static readonly string[] Described = ["/api/v1/", "/health/", "/openapi/", "/metrics"];

    [Fact]
    public void Every_route_is_described_and_every_description_has_its_route()
    {
        var routes = reeve.App.Routes
            .Where(r => Described.Any(d => r.Pattern.StartsWith(d, StringComparison.Ordinal)))
            .Select(r => $"{r.Method} {r.Pattern}")
            .Order(StringComparer.Ordinal)
            .ToList();
        var described = OpenApiDocument.Current.Operations.Keys
            .Select(o => $"{o.Method} {o.Path}")
            .Order(StringComparer.Ordinal)
            .ToList();
        Assert.Equal(described, routes);
    }

    [Fact]
    public void Each_operation_has_a_name_of_its_own()
    {
        var ids = OpenApiDocument.Current.Operations.Values.Select(o => o.Id).ToList();
        Assert.Equal(ids.Distinct().Count(), ids.Count);
    }

    [Theory]
    [InlineData("Incident", typeof(Incident))]
    [InlineData("Approval", typeof(Approval))]
    [InlineData("Execution", typeof(Execution))]
    [InlineData("Step", typeof(StepRecord))]
    [InlineData("Cause", typeof(Cause))]
    [InlineData("Action", typeof(ActionSpec))]
    [InlineData("Finding", typeof(Finding))]
    [InlineData("EpisodeKey", typeof(EpisodeKey))]
    public void The_fields_of_a_record_are_those_that_are_sent(string schema, Type type)
    {
        var sent = CoreJson.Default.GetTypeInfo(type)!.Properties.Where(p => p.Get is not null).Select(p => p.Name);
        Assert.Equal(sent.Order(StringComparer.Ordinal), FieldsOf(schema));
    }

    [Fact]
    public void The_fields_of_a_journal_entry_are_those_that_are_sent()
    {
        var sent = CoreJson.Default.JournalEntry.Properties.Select(p => p.Name).Concat(["sequence", "hash"]);
        Assert.Equal(sent.Order(StringComparer.Ordinal), FieldsOf("JournalEntry"));
    }

    [Theory]
    [InlineData("Target", "TargetSpec", "kind: Target\nmetadata: {name: x}\nspec: {SEEN}")]
    [InlineData("TargetChild", "TargetChild", "kind: Target\nmetadata: {name: x}\nspec: {children: [{SEEN}]}")]
    [InlineData("Binding", "BindingSpec", "kind: Binding\nmetadata: {name: x}\nspec: {SEEN}")]
    [InlineData("Restraints", "Restraints", "kind: Binding\nmetadata: {name: x}\nspec: {restraints: {SEEN}}")]
    [InlineData("IncidentSettings", "IncidentSettings", "kind: Binding\nmetadata: {name: x}\nspec: {incident: {SEEN}}")]
    [InlineData("Wanted", "Wanted", "kind: Binding\nmetadata: {name: x}\nspec: {on: {SEEN}}")]
    [InlineData("EscalationStep", "EscalationStep", "kind: Binding\nmetadata: {name: x}\nspec: {escalation: [{steps: [{SEEN}]}]}")]
    [InlineData("WorkflowStep", "WorkflowStep", "kind: Workflow\nmetadata: {name: x}\nspec: {steps: [{SEEN}]}")]
    [InlineData("Metadata", "Metadata", "kind: Silence\nspec: {}\nmetadata: {SEEN}")]
    public async Task No_field_that_is_described_is_unknown_to_the_reader(string what, string schema, string document)
    {
        var fields = string.Join(", ", FieldsOf(schema).Select(f => $"\"{f}\": {(f == "name" ? "x" : "null")}"));
        var reply = await reeve.ApplyAsync(document.Replace("SEEN", fields, StringComparison.Ordinal), "?dry_run=true");
        Assert.False(reply.Body.GetRawText().Contains("unknown-field", StringComparison.Ordinal), $"{what}: {reply.Body}");
    }

    [Theory]
    [InlineData("/api/v1/policies?limt=5", "did you mean `limit`?")]
    [InlineData("/api/v1/incidents?status=open", "expected `triggered`, `resolved`, `terminated`, found `open`")]
    [InlineData("/api/v1/targets?sort=paht", "did you mean `path`?")]
    [InlineData("/api/v1/status?verbose=1", "there is no parameter `verbose` here")]
    public async Task A_query_that_is_not_described_is_refused_with_a_guess(string path, string said)
    {
        var reply = await reeve.GetAsync(path);
        Assert.Equal(System.Net.HttpStatusCode.UnprocessableEntity, reply.Status);
        Assert.Contains(said, reply.Detail, StringComparison.Ordinal);
    }

    private static IEnumerable<string> FieldsOf(string schema) =>
        OpenApiDocument.Current.Root.GetProperty("components").GetProperty("schemas").GetProperty(schema).GetProperty("properties")
            .EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);
}
