using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;
using Reeve.Flexera.Terms;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Datasources;

/// <summary>The <c>pagination</c> block: is there a page after this one, and how is it asked for?</summary>
internal sealed partial class Paging(Definition pagination, bool isXml)
{
    /// <summary>The most pages of one request.</summary>
    public const int MostPages = 10_000;

    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private int _pages;

    /// <summary>The request of the next page, and its marker; null when there is none.</summary>
    /// <exception cref="TermFault">The marker cannot be read, or the pages have no end.</exception>
    public (RequestPlan Plan, string Marker)? Next(RequestPlan plan, Uri sentTo, Answer answer, TermScope opened)
    {
        var isAddress = pagination.Field("set_page_marker")?.Value("uri") is BooleanTerm { Value: true };
        if (Marker(answer, opened, isAddress) is not { Length: > 0 } marker)
        {
            return null;
        }

        // the same page with the same marker would come for ever
        if (!_seen.Add(marker + "\n" + Convert.ToHexString(SHA256.HashData(answer.Body))))
        {
            throw new TermFault($"the pages have no end: the marker `{Values.Short(marker)}` came back with the same page");
        }

        if (++_pages >= MostPages)
        {
            throw new TermFault($"the pages have no end: there are more than {MostPages}");
        }

        return (Set(plan, sentTo, marker, isAddress), marker);
    }

    private string? Marker(Answer answer, TermScope opened, bool isAddress)
    {
        var get = pagination.Field("get_page_marker")!;
        if (get.Text("header") is { } header)
        {
            var said = answer.Headers.GetValueOrDefault(header)?.Trim();
            return said is not null && isAddress && said.StartsWith('<') ? NextLink(said) : said;
        }

        var value = get.Value("body_path") switch
        {
            StringTerm path when isXml => opened.Paths.XPath(opened.Response, path.Value, false),
            StringTerm path => opened.Paths.JmesPath(opened.Response, path.Value),
            { } term => TermValue.Evaluate(term, opened),
            null => null,
        };
        return value switch
        {
            null or false => null,
            List<object?> or OrderedDictionary<string, object?> or true =>
                throw new TermFault($"the page marker is {Values.Describe(value)}, not a string or a number"),
            _ => Values.Text(value).Trim(),
        };
    }

    private RequestPlan Set(RequestPlan plan, Uri sentTo, string marker, bool isAddress)
    {
        var set = pagination.Field("set_page_marker")!;
        if (isAddress)
        {
            return plan with
            {
                Whole = RequestAddress.Next(sentTo, marker)
                    ?? throw new TermFault($"the page marker `{Values.Short(marker)}` is no address"),
            };
        }

        return set.Text("query") is { } query ? plan.WithQuery(query, marker)
            : set.Text("header") is { } header ? plan.WithHeader(header, marker)
            : set.Text("body_field") is { } field ? plan.WithBodyField(field, marker) : plan;
    }

    // RFC 8288: <address>; rel="next", <address>; rel="last"
    private static string? NextLink(string header)
    {
        foreach (Match link in Link().Matches(header))
        {
            foreach (Match relation in Relation().Matches(link.Groups[2].Value))
            {
                if (relation.Groups[1].Value.Split(' ').Contains("next", StringComparer.OrdinalIgnoreCase))
                {
                    return link.Groups[1].Value.Trim();
                }
            }
        }

        return null;
    }

    [GeneratedRegex("<([^>]*)>([^<]*)", RegexOptions.None, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("(?:^|[;\\s])rel\\s*=\\s*\"?([^\";,]*)", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Relation();
}
