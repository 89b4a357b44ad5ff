using Reeve.Core.Errors;
using Reeve.Core.Documents;
using Reeve.Core.Journal;
using Reeve.Server.Api;

namespace Reeve.Server.Watch;

/// <summary>Which changes a watcher wants: always of one tenant; a filter that is not given does not narrow.</summary>
internal sealed record WatchFilter(string Tenant)
{
    private const int MostKinds = 50;

    private static readonly string[] All = [.. JournalKinds.All, Change.ExecutionUpdated, Change.TargetUpdated, Change.TargetRemoved];

    public string? Project { get; init; }

    /// <summary>Kinds, such as <c>action.held</c> or <c>incident.*</c>.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    public string? Target { get; init; }

    public string? Binding { get; init; }

    public string? Incident { get; init; }

    public string? Execution { get; init; }

    /// <summary>What the query of a request says; throws an <see cref="ApiProblem"/>.</summary>
    public static WatchFilter Of(ApiCall call)
    {
        var kinds = (call.Query("kind") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (kinds.Length > MostKinds)
        {
            throw new ApiProblem(ErrorCodes.NotAllowed, $"kind: {kinds.Length} kinds are named, {MostKinds} are allowed; use `incident.*`");
        }

        if (kinds.FirstOrDefault(k => k.TrimEnd('*').Contains('*')) is { } odd)
        {
            throw new ApiProblem(
                ErrorCodes.NotAllowed, $"kind: expected a kind such as `action.held` or `incident.*`, found {Quote.Text(odd)}");
        }

        if (kinds.FirstOrDefault(k => !All.Any(a => IsOf(k, a))) is { } unknown)
        {
            throw new ApiProblem(
                ErrorCodes.NotAllowed,
                $"kind: there is no kind {Quote.Text(unknown)}{DidYouMean.Hint(unknown, All)}; there are {Quote.List(All)}");
        }

        return new WatchFilter(call.Scope.Tenant)
        {
            Project = call.Query("project"),
            Kinds = kinds,
            Target = call.Query("target"),
            Binding = call.Query("binding"),
            Incident = call.Query("incident"),
            Execution = call.Query("execution"),
        };
    }

    public bool Wants(Change change) =>
        change.Scope.Tenant == Tenant
            && (Project is null || change.Scope.Project == Project)
            && (Kinds.Count == 0 || Kinds.Any(k => IsOf(k, change.Kind)))
            && (Target is null || IsBelow(Target, change.Target))
            && (Binding is null || change.Binding == Binding)
            && (Incident is null || change.Incident == Incident)
            && (Execution is null || change.Execution == Execution);

    private static bool IsOf(string pattern, string kind) =>
        pattern.EndsWith('*') ? kind.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : kind == pattern;

    private static bool IsBelow(string path, string? target) =>
        target is not null
            && target.StartsWith(path, StringComparison.Ordinal)
            && (target.Length == path.Length || target[path.Length] == '/');
}
