namespace Reeve.Cli.Tests;

/// <summary>Plans, diffs, pruning.</summary>
public sealed class ApplyVerbTests(ServerFixture server) : IClassFixture<ServerFixture>
{
    [Fact]
    public async Task A_plan_shows_what_differs_line_by_line_and_changes_nothing()
    {
        var file = server.Folder.Write("plan.yaml", Policy("plan", "10s", "planned"));
        Assert.Equal(ExitCode.Fine, (await server.RunAsync("apply", "-f", file)).Code);
        server.Folder.Write("plan.yaml", Policy("plan", "20s", "planned"));
        var plan = await server.RunAsync("apply", "-f", file, "--dry-run");
        Assert.Equal(
            """
            Policy/plan changed, revision 2 (dry run)
                  tenant: default
                spec:
                  properties:
              -     ttl: "10s"
              +     ttl: "20s"
                  type: reeve.heartbeat-1.0

            """,
            plan.Out);
        Assert.Contains("unchanged", (await server.RunAsync(
            "apply", "-f", server.Folder.Write("same.yaml", Policy("plan", "10s", "planned")))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_a_terminal_the_diff_is_in_colours()
    {
        await server.RunAsync("apply", "-f", server.Folder.Write("c1.yaml", Policy("coloured", "10s")));
        var shown = await server.RunAsync("", 120, "apply", "-f", server.Folder.Write("c2.yaml", Policy("coloured", "20s")), "--dry-run");
        Assert.Contains("\e[31m  -     ttl: \"10s\"\e[0m\n\e[32m  +     ttl: \"20s\"\e[0m\n", shown.Out, StringComparison.Ordinal);
        var applied = await server.RunAsync("apply", "-f", server.Folder.Write("c2.yaml", Policy("coloured", "20s")), "--diff");
        Assert.Contains("+     ttl: \"20s\"", applied.Out, StringComparison.Ordinal);
        Assert.Contains("Policy/coloured changed, revision 2\n", applied.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pruning_deletes_what_is_not_in_the_files_and_nothing_elsewhere()
    {
        await server.RunAsync(
            "apply", "-f", server.Folder.Write("p1.yaml", $"{Policy("stay", "1s", "pr")}\n---\n{Policy("go", "1s", "pr")}"));
        await server.RunAsync("apply", "-f", server.Folder.Write("p2.yaml", Policy("elsewhere", "1s", "pr-2")));
        var kept = server.Folder.Write("p3.yaml", Policy("stay", "1s", "pr"));
        Assert.Contains("Policy/go deleted, revision 1 (dry run)", (await server.RunAsync("apply", "-f", kept, "--prune", "--dry-run")).Out,
            StringComparison.Ordinal);
        var narrowed = await server.RunAsync("apply", "-f", kept, "--prune", "-l", "owner=nobody");
        Assert.DoesNotContain("deleted", narrowed.Out, StringComparison.Ordinal);
        var pruned = await server.RunAsync("apply", "-f", kept, "--prune");
        Assert.Equal("Policy/stay unchanged, revision 1\nPolicy/go deleted, revision 1\n", pruned.Out);
        Assert.Equal(ExitCode.Fine, (await server.RunAsync("get", "policy", "elsewhere", "--project", "pr-2")).Code);
        Assert.Equal(ExitCode.WrongInput, (await server.RunAsync("get", "policy", "go", "--project", "pr")).Code);
    }

    [Fact]
    public async Task What_is_still_used_is_not_pruned_and_nothing_is_changed()
    {
        const string binding = "kind: Binding\nmetadata: {name: b, project: used}\nspec: {policy: p, on: {events: [x]}}";
        await server.RunAsync("apply", "-f", server.Folder.Write("u1.yaml", $"{Policy("p", "1s", "used")}\n---\n{binding}"));
        var refused = await server.RunAsync("apply", "-f", server.Folder.Write("u2.yaml", binding), "--prune");
        Assert.Equal(ExitCode.WrongInput, refused.Code);
        Assert.Contains("`Policy/p` is used by `Binding/b`", refused.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("n\n", ExitCode.Found)]
    [InlineData("", ExitCode.Found)]
    [InlineData("yes\n", ExitCode.Fine)]
    public async Task On_a_terminal_pruning_is_asked_about_first(string answer, int expected)
    {
        var project = $"asked-{answer.Length}";
        await server.RunAsync(
            "apply", "-f", server.Folder.Write("a1.yaml", $"{Policy("stay", "1s", project)}\n---\n{Policy("go", "1s", project)}"));
        var file = server.Folder.Write("a2.yaml", Policy("stay", "1s", project));
        var reply = await server.RunAsync(answer, 120, "apply", "-f", file, "--prune");
        Assert.Contains("1 documents will be deleted; go on? [y/N]", reply.Error, StringComparison.Ordinal);
        Assert.Equal(expected, reply.Code);
        Assert.Equal(expected == ExitCode.Fine ? ExitCode.WrongInput : ExitCode.Fine, (await server.RunAsync(
            "get", "policy", "go", "--project", project)).Code);
    }

    [Fact]
    public async Task A_selector_without_prune_is_a_mistake()
    {
        var reply = await server.RunAsync("apply", "-f", server.Folder.Write("s.yaml", Policy("s", "1s")), "-l", "a=b");
        Assert.Equal(ExitCode.WrongInput, reply.Code);
        Assert.Contains("say `--prune` too", reply.Error, StringComparison.Ordinal);
    }

    private static string Policy(string name, string ttl, string project = "default") => $$"""
        kind: Policy
        metadata: {name: {{name}}, project: {{project}}}
        spec: {type: reeve.heartbeat-1.0, properties: {ttl: {{ttl}} } }
        """;
}
