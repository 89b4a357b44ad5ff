using Reeve.Cli.Output;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Cli.Verbs;

/// <summary>A kind of thing as the command line names it.</summary>
/// <param name="Name">The name that a user types, in the singular.</param>
/// <param name="Path">Where the API has it.</param>
/// <param name="Columns">How it looks in a table.</param>
internal sealed record Kind(string Name, string Path, Column[] Columns)
{
    /// <summary>The kind that its documents say.</summary>
    public string DocumentKind { get; } = string.Concat(Name.Split('-').Select(p => char.ToUpperInvariant(p[0]) + p[1..]));

    private static readonly Column Named = Column.Of("name", "metadata.name");
    private static readonly Column Revision = Column.Of("revision", "metadata.revision");
    private static readonly Column Project = Column.Of("project", "metadata.project");

    /// <summary>Policy types.</summary>
    public static Kind PolicyType { get; } = new("policy-type", "policy-types",
    [
        Column.Of("name", "name"), Column.Of("engine", "engine"),
        new("source", t => Column.Text(t, "built_in") == "yes" ? "built in" : "applied"),
        new(
            "support",
            t => t.TryGetProperty("support", out var s) && s.GetArrayLength() > 0
                ? $"{s[s.GetArrayLength() - 1].Text("status")} since {s[s.GetArrayLength() - 1].Text("since")}"
                : ""),
        Column.Of("description", "description"),
    ]);

    /// <summary>All kinds of documents.</summary>
    public static IReadOnlyList<Kind> All { get; } =
    [
        new("target", "targets",
        [
            Column.Of("path", "path"), Column.Of("kind", "kind"), Column.Of("state", "state"),
            new(
                "capacity",
                t => t.TryGetProperty("capacity", out var c) ? $"{c.Whole("desired")} of {c.Whole("min")}..{c.Whole("max")}" : ""),
            Column.Of("driver", "driver"), Column.Moment("since", "state_since"), Column.Of("reason", "state_reason"),
        ]),
        PolicyType,
        new("policy", "policies", [Named, Column.Of("type", "spec.type"), Revision, Project]),
        new("binding", "bindings",
        [
            Named, Column.Of("policy", "spec.policy"), Column.Of("targets", "spec.targets.path"),
            new(
                "mode",
                b => Column.Text(b, "spec.enabled") == "no"
                    ? "disabled"
                    : Column.Text(b, "spec.mode") is { Length: > 0 } mode ? mode
                    : "enforce"),
            Revision, Project,
        ]),
        new("workflow", "workflows", [Named, Column.Of("description", "spec.description"), Revision, Project]),
        new("silence", "silences",
            [
                Named, Column.Of("targets", "spec.targets.path"), Column.Of("binding", "spec.binding"),
                Column.Moment("until", "spec.until"), Column.Of("reason", "spec.reason"), Revision
            ]),
    ];

    /// <summary>The kind that somebody named: <c>policy</c>, <c>policies</c>, <c>Policy</c>, <c>PolicyType</c>.</summary>
    public static Kind Find(string verb, string written)
    {
        var plain = Plain(written);
        return All.FirstOrDefault(k => Plain(k.Name) == plain || Plain(k.Path) == plain)
            ?? throw new VerbException(
                $"{verb}: there is no kind {Quote.Text(written)}{Hint(written)}", ExitCode.WrongInput);
    }

    private static string Hint(string written)
    {
        var hint = DidYouMean.Hint(written, All.Select(k => k.Name));
        hint = hint.Length > 0 ? hint : DidYouMean.Hint(written, All.Select(k => k.Path));
        return hint.Length > 0 ? hint : $"; there are {Quote.List(All.Select(k => k.Name))}";
    }

    private static string Plain(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();
}
