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
