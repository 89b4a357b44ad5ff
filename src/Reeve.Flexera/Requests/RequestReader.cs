using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Requests;

/// <summary>A <c>request</c> block, or the object that a script made instead, as a plan.</summary>
internal static class RequestReader
{
    private static readonly string[] _verbs = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

    /// <summary>Reads the block. With <paramref name="compat"/> numbers in a query are left out, as the original does.</summary>
    public static RequestPlan Read(Definition request, TermScope scope, bool compat)
    {
        object? Value(string field) => request.Value(field) is { } term ? TermValue.Evaluate(term, scope) : null;

        var fields = request.FieldsNamed("body_field").ToList();
        var body = Value("body");
        return new RequestPlan
        {
            Auth = (request.Value("auth") as ReferenceTerm)?.Name,
            Pagination = (request.Value("pagination") as ReferenceTerm)?.Name,
            Verb = Verb(Value("verb")),
            Scheme = Scheme(Value("scheme")),
            Host = Host(Value("host")),
            Path = Values.Text(Value("path")),
            Query = Query(Pairs(request, "query", scope), compat),
            Headers = Headers(Pairs(request, "header", scope)),
            BodyFields = fields.Count == 0 ? null : Body(Pairs(request, "body_field", scope)),
            Body = body is null ? null : BodyText(body),
            IgnoredStatuses = Statuses(Value("ignore_status")),
        };
    }

    /// <summary>Reads what a script returned; names that mean nothing are passed over.</summary>
    public static RequestPlan Read(object? made, bool compat)
    {
        if (made is not OrderedDictionary<string, object?> map)
        {
            throw new TermFault($"the script returned {Values.Describe(made)}, and a request is an object");
        }

        object? Value(string name) => map.GetValueOrDefault(name);

        var fields = Value("body_fields") as OrderedDictionary<string, object?>;
        var body = Value("body");
        return new RequestPlan
        {
            Auth = Name(Value("auth")),
            Pagination = Name(Value("pagination")),
            Verb = Verb(Value("verb")),
            Scheme = Scheme(Value("scheme")),
            Host = Host(Value("host")),
            Path = Values.Text(Value("path")),
            Query = Query(Value("query_params") as OrderedDictionary<string, object?> ?? [], compat),
            Headers = Headers(Value("headers") as OrderedDictionary<string, object?> ?? []),
            BodyFields = fields,
            Body = body is null || fields is not null ? null : BodyText(body),
            IgnoredStatuses = Statuses(Value("ignore_status")),
        };
    }

    private static string? Name(object? value) => value is string { Length: > 0 } name ? name.TrimStart('$') : null;

    private static string Verb(object? value) => value switch
    {
        null => "GET",
        string verb when _verbs.Contains(verb.ToUpperInvariant()) => verb.ToUpperInvariant(),
        _ => throw new TermFault($"`{Values.Short(Values.Text(value))}` is no verb; there are {string.Join(", ", _verbs)}"),
    };

    private static string Scheme(object? value) => value switch
    {
        null or "" => "https",
        string scheme when scheme.ToLowerInvariant() is "http" or "https" => scheme.ToLowerInvariant(),
        _ => throw new TermFault($"`{Values.Short(Values.Text(value))}` is no scheme; there are `https` and `http`"),
    };

    private static string Host(object? value) => value is string { Length: > 0 } host ? host
        : throw new TermFault(value is null or "" ? "the request has no host" : $"the host is {Values.Describe(value)}, not a string");

    private static IEnumerable<KeyValuePair<string, object?>> Pairs(Definition request, string field, TermScope scope) =>
        request.FieldsNamed(field).Where(f => f.Arguments.Length >= 2).Select(f => KeyValuePair.Create(
            Values.Text(TermValue.Evaluate(f.Arguments[0], scope)), TermValue.Evaluate(f.Arguments[1], scope)));

    private static List<KeyValuePair<string, string>> Query(IEnumerable<KeyValuePair<string, object?>> pairs, bool compat)
    {
        var query = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in pairs)
        {
            if (value is null || (compat && value is double or long))
            {
                continue;
            }

            foreach (var item in Values.Items(value))
            {
                query.Add(KeyValuePair.Create(name, Values.Text(item)));
            }
        }

        return query;
    }

    private static List<KeyValuePair<string, string>> Headers(IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        var headers = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in pairs.Where(p => p.Value is not null))
        {
            var text = Values.Text(value);
            if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)))
            {
                throw new TermFault($"`{Values.Short(name)}` is no name of a header");
            }

            if (text.Any(c => c is '\r' or '\n' or '\0'))
            {
                throw new TermFault($"the header `{name}` has a line end in its value");
            }

            headers.Add(KeyValuePair.Create(name, text));
        }

        return headers;
    }

    private static OrderedDictionary<string, object?> Body(IEnumerable<KeyValuePair<string, object?>> pairs)
    {
        var body = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in pairs)
        {
            body[name] = Values.Plain(value);
        }

        return body;
    }

    private static string BodyText(object body) => body is string text ? text : JsonData.Write(Values.Plain(body));

    private static HashSet<int> Statuses(object? value)
    {
        var statuses = new HashSet<int>();
        foreach (var item in Values.Items(value))
        {
            var number = item is "" ? 0 : Values.Number(item);
            if (number is >= 100 and <= 599)
            {
                statuses.Add((int)number);
            }
        }

        return statuses;
    }
}
