using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Server.Api;

/// <summary>Lists in pages: <c>limit</c> and <c>after</c> in the query; <c>next</c> and a <c>Link</c> header in the reply.</summary>
internal static class Paging
{
    private const int Usual = 100;
    private const int Most = 1000;

    // no name and no path has it
    private const char Between = '~';

    public static (int Limit, string? After) Of(ApiCall call)
    {
        var after = call.Query("after");
        if (call.Query("limit") is not { } text)
        {
            return (Usual, after);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= Most
            ? (limit, after)
            : throw new ApiProblem(ErrorCodes.NotAllowed, $"limit: expected a whole number from 1 to {Most}, found {Quote.Text(text)}");
    }

    /// <summary>The labels that <c>label</c> asks for, each <c>name=value</c> or only a name; throws an <see cref="ApiProblem"/>.</summary>
    public static IReadOnlyList<(string Name, string? Value)> LabelsOf(ApiCall call)
    {
        var labels = new List<(string, string?)>();
        foreach (var text in call.Http.Request.Query["label"])
        {
            var at = (text ?? "").IndexOf('=', StringComparison.Ordinal);
            if (text is not { Length: > 0 } || at == 0)
            {
                throw new ApiProblem(ErrorCodes.NotAllowed, $"label: expected `name=value` or a name, found {Quote.Text(text ?? "")}");
            }

            labels.Add(at < 0 ? (text, null) : (text[..at], text[(at + 1)..]));
        }

        return labels;
    }

    /// <summary>
    /// One page of what is in memory: sorted by a text and then by name, after the cursor that the last page ended with.
    /// </summary>
    public static (IReadOnlyList<T> Items, string? Next) Page<T>(
        ApiCall call, IEnumerable<T> all, Func<T, string> sortedBy, Func<T, string> nameOf, bool descending)
    {
        var (limit, after) = Of(call);
        var sign = descending ? -1 : 1;
        var order = Comparer<(string By, string Name, T Item)>.Create((a, b) =>
            sign * (string.CompareOrdinal(a.By, b.By) is var by and not 0 ? by : string.CompareOrdinal(a.Name, b.Name)));
        var from = Cursor(after);
        var found = all.Select(i => (By: sortedBy(i), Name: nameOf(i), Item: i))
            .Where(i => from is not { } place || order.Compare(i, (place.By, place.Name, i.Item)) > 0)
            .Order(order)
            .Take(limit + 1)
            .ToList();
        var next = found.Count > limit ? $"{found[limit - 1].By}{Between}{found[limit - 1].Name}" : null;
        return ([.. found.Take(limit).Select(i => i.Item)], next);
    }

    // who writes a cursor of their own writes the name alone; a list by name has it twice
    private static (string By, string Name)? Cursor(string? after)
    {
        if (after is null)
        {
            return null;
        }

        var at = after.IndexOf(Between, StringComparison.Ordinal);
        return at < 0 ? (after, after) : (after[..at], after[(at + 1)..]);
    }

    public static Task WriteAsync<T>(ApiCall call, IReadOnlyList<T> items, string? next, Action<Utf8JsonWriter, T> write)
    {
        if (next is not null)
        {
            var others = call.Http.Request.Query
                .Where(q => q.Key != "after")
                .Select(q => new KeyValuePair<string, string>(q.Key, q.Value.ToString()));
            var query = new QueryBuilder(others) { { "after", next } };
            call.Http.Response.Headers.Link = $"<{call.Http.Request.Path}{query}>; rel=\"next\"";
        }

        return call.WriteAsync(StatusCodes.Status200OK, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("items");
            foreach (var item in items)
            {
                write(writer, item);
            }

            writer.WriteEndArray();
            if (next is not null)
            {
                writer.WriteString("next", next);
            }

            writer.WriteEndObject();
        });
    }
}
