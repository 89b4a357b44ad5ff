using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Errors;
using Reeve.Core.Identity;
using Reeve.Core.Policies;

namespace Reeve.Core.Documents;

/// <summary>The envelope that all of Reeve's own documents have: <c>kind</c>, <c>metadata</c>, <c>spec</c>.</summary>
/// <param name="Key">Kind and name.</param>
/// <param name="Labels">Free names and values.</param>
/// <param name="Revision">The revision that the writer thinks is the newest; null when the document does not say.</param>
/// <param name="Spec">The rest; an object.</param>
public sealed record ResourceDocument(ResourceKey Key, ImmutableSortedDictionary<string, string> Labels, long? Revision, JsonElement Spec)
{
    /// <summary>Longest name.</summary>
    public const int MaxName = 200;

    /// <summary>
    /// Reads the envelope; null when it has mistakes. <paramref name="scope"/> is where a document without tenant and project goes.
    /// </summary>
    public static ResourceDocument? Read(JsonElement document, Scope scope, List<Mistake> mistakes)
    {
        if (document.ValueKind != JsonValueKind.Object)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, "", "expected a document with `kind`, `metadata` and `spec`"));
            return null;
        }

        var before = mistakes.Count;
        var fields = new FieldReader(document, "", mistakes);
        var kind = Known(fields.RequiredText("kind"));
        fields.Raw("apiVersion");
        if (kind.Length > 0 && !ResourceKinds.All.Contains(kind))
        {
            var near = DidYouMean.Find(kind, ResourceKinds.All);
            fields.Report(
                ErrorCodes.UnknownKind, "kind",
                $"there is no kind `{kind}`"
                    + $"{(near is null ? $"; there are {string.Join(", ", ResourceKinds.All)}" : $"; did you mean `{near}`?")}");
        }

        var metadata = fields.Object("metadata");
        var name = metadata?.RequiredText("name");
        var tenant = metadata?.Text("tenant") ?? scope.Tenant;
        var project = metadata?.Text("project") ?? scope.Project;
        var labels = metadata?.TextMap("labels") ?? ImmutableSortedDictionary<string, string>.Empty;
        var revision = metadata?.Whole("revision", 0, int.MaxValue);
        metadata?.Close();
        if (document.TryGetProperty("metadata", out _) is false)
        {
            fields.Report(ErrorCodes.MissingField, "metadata", "`metadata` with a `name` is missing");
        }

        if (name is { Length: > 0 } && !IsName(name))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, "/metadata/name", $"`{name}` is no name: use 1 to {MaxName} letters, digits, `-`, `_` and `.`"));
        }

        if (!IsName(tenant) || !IsName(project))
        {
            mistakes.Add(new Mistake(
                ErrorCodes.NotAllowed, "/metadata", $"`{tenant}` and `{project}` must be names: letters, digits, `-`, `_` and `.`"));
        }

        var spec = fields.Raw("spec") ?? Json.EmptyObject;
        if (spec.ValueKind != JsonValueKind.Object)
        {
            fields.Report(ErrorCodes.WrongType, "spec", "expected an object");
        }

        fields.Close();
        return mistakes.Count > before
            ? null
            : new ResourceDocument(new ResourceKey(new Scope(tenant, project), kind, name!), labels, revision, spec);
    }

    // one text for each kind, as there may be very many documents
    private static string Known(string kind)
    {
        foreach (var known in ResourceKinds.All)
        {
            if (known == kind)
            {
                return known;
            }
        }

        return kind;
    }

    /// <summary>May this be a name of a document or a target?</summary>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= MaxName
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && text is not "." and not "..";
}

/// <summary>The kinds of Reeve's own documents.</summary>
public static class ResourceKinds
{
    /// <summary>A tree of targets.</summary>
    public const string Target = "Target";

    /// <summary>A policy type.</summary>
    public const string PolicyType = "PolicyType";

    /// <summary>A policy.</summary>
    public const string Policy = "Policy";

    /// <summary>A binding.</summary>
    public const string Binding = "Binding";

    /// <summary>A workflow.</summary>
    public const string Workflow = "Workflow";

    /// <summary>A silence.</summary>
    public const string Silence = "Silence";

    /// <summary>All of them, in the order in which they may refer to each other.</summary>
    public static readonly ImmutableArray<string> All = [Target, PolicyType, Policy, Workflow, Binding, Silence];
}
