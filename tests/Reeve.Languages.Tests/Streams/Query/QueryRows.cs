using System.Runtime.CompilerServices;
using System.Text.Json;
using Reeve.Languages.Streams.Query;

namespace Reeve.Languages.Tests.Streams.Query;

/// <summary>Queries as data: which of the events fit, or where the query is wrong.</summary>
public sealed class QueryRows
{
    public static TheoryData<string> Ids
    {
        get
        {
            var ids = new TheoryData<string>();
            foreach (var id in Rows.Keys.Order(StringComparer.Ordinal))
            {
                ids.Add(id);
            }

            return ids;
        }
    }

    internal static IEnumerable<string?> Texts => Rows.Values.Select(row => row.GetProperty("query").GetString());

    private static Dictionary<string, JsonElement> Rows { get; } = Read();

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_query_answers_as_its_row_says(string id)
    {
        var row = Rows[id];
        var isRead = StreamQuery.TryParse(row.GetProperty("query").GetString()!, out var query, out var problem);
        if (row.TryGetProperty("error", out var error))
        {
            Assert.False(isRead);
            Assert.Equal((error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32()), (problem!.Line, problem.Column));
            return;
        }

        Assert.Null(problem);
        var fitting = row.GetProperty("events").EnumerateArray().Index().Where(e => query!.Matches(e.Item)).Select(e => e.Index);
        Assert.Equal(row.GetProperty("out").EnumerateArray().Select(o => o.GetInt32()), fitting);
    }

    private static Dictionary<string, JsonElement> Read([CallerFilePath] string here = "") =>
        File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "queries.jsonl"))
            .Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(row => row.GetProperty("id").GetString()!);
}
