using Reeve.Languages.Data;

namespace Reeve.Flexera.Requests;

/// <summary>A request as a template wants it, before credentials and markers are put in.</summary>
internal sealed record RequestPlan
{
    public string Verb { get; init; } = "GET";

    public string Scheme { get; init; } = "https";

    /// <summary>With the port when it is not the scheme's own.</summary>
    public required string Host { get; init; }

    /// <summary>As it is sent, with a slash first.</summary>
    public string Path { get; init; } = "/";

    /// <summary>Names and values, not yet encoded, in the order in which they are sent.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Query { get; init; } = [];

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The fields of a body in JSON; null when there are none.</summary>
    public OrderedDictionary<string, object?>? BodyFields { get; init; }

    public string? Body { get; init; }

    public IReadOnlyCollection<int> IgnoredStatuses { get; init; } = [];

    /// <summary>The name of the block that says how it is signed, or null.</summary>
    public string? Auth { get; init; }

    /// <summary>The name of the block that says how there are more pages, or null.</summary>
    public string? Pagination { get; init; }

    /// <summary>The whole address of a page that said itself where it is; null otherwise.</summary>
    public Uri? Whole { get; init; }

    /// <summary>Where it goes.</summary>
    public Uri Address => Whole ?? RequestAddress.Make(Scheme, Host, Path, Query);

    /// <summary>With a query value in place of the ones of that name.</summary>
    public RequestPlan WithQuery(string name, string value) => this with { Query = Replaced(Query, name, value, StringComparison.Ordinal) };

    /// <summary>With a header in place of the ones of that name.</summary>
    public RequestPlan WithHeader(string name, string value) =>
        this with { Headers = Replaced(Headers, name, value, StringComparison.OrdinalIgnoreCase) };

    /// <summary>With a field in the body, which becomes JSON; the fields of a text that holds a JSON object stay in it.</summary>
    public RequestPlan WithBodyField(string name, object? value)
    {
        var held = BodyFields
            ?? (Body is not null && JsonData.TryParse(Body, out var read, out _) ? read as OrderedDictionary<string, object?> : null);
        var fields = new OrderedDictionary<string, object?>(held ?? [], StringComparer.Ordinal) { [name] = value };
        return this with { BodyFields = fields };
    }

    private static List<KeyValuePair<string, string>> Replaced(
        IReadOnlyList<KeyValuePair<string, string>> all, string name, string value, StringComparison how)
    {
        var replaced = all.Where(p => !string.Equals(p.Key, name, how)).ToList();
        replaced.Add(new KeyValuePair<string, string>(name, value));
        return replaced;
    }
}
