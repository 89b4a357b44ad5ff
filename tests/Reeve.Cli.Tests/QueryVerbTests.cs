using System.Text;
using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

public sealed class QueryVerbTests
{
    private const string Events = """
        {"host":"a","service":"cpu","metric":1.0,"state":null,"tags":["x"]}
        {"host":"b","service":"cpu","metric":1,"größe":"ä"}

        {"advance_to":20}
        {"host":"c","service":"disk","metric":"none"}
        """;

    [Fact]
    public async Task The_events_that_fit_are_printed_one_on_a_line_without_empty_fields()
    {
        var (code, said, complaint) = await RunAsync(Events, "query", "service = \"cpu\"", "--events", "-", "--output", "json");

        Assert.Equal((0, ""), (code, complaint));
        var lines = said.TrimEnd('\n').Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.Equal("""{"host":"a","service":"cpu","metric":1.0,"tags":["x"]}""", lines[0]);
        Assert.Equal("ä", JsonDocument.Parse(lines[1]).RootElement.GetProperty("größe").GetString());
    }

    [Fact]
    public async Task What_begins_with_a_dash_is_a_query_too()
    {
        var (code, said, _) = await RunAsync(Events, "query", "-1 < metric", "--events", "-", "--output", "json");

        Assert.Equal((2, ""), (code, said));
        Assert.Equal(0, (await RunAsync(Events, "query", "-Infinity = nil or host", "--events", "-", "-o", "json")).Code);
    }

    [Theory]
    [InlineData("host = ", 1, 8)]
    [InlineData("host = \"a\"\n service", 2, 2)]
    [InlineData("", 1, 1)]
    [InlineData("@file", 1, 1)]
    public async Task A_malformed_query_is_told_as_one_line_of_json_and_nothing_else(string query, int line, int column)
    {
        var (code, said, complaint) = await RunAsync(Events, "query", query, "--events", "-", "--output", "json");

        Assert.Equal((2, ""), (code, said));
        var problem = JsonDocument.Parse(Assert.Single(complaint.TrimEnd('\n').Split('\n'))).RootElement;
        Assert.Equal((line, column), (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32()));
        Assert.Equal(["line", "column", "message"], problem.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("{\"host\":\"a\"}\n{\"host\":", "stdin:2:9: ")]
    [InlineData("[]", "stdin:1: ")]
    [InlineData("{\"host\":\"\\ud800\"}", "stdin:1: ")]
    public async Task A_line_that_is_no_event_is_named(string events, string place)
    {
        var (code, _, complaint) = await RunAsync(events, "query", "host", "--events", "-", "--output", "json");

        Assert.Equal(2, code);
        Assert.StartsWith(place, complaint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_named()
    {
        using var folder = new TempFolder();
        var (code, _, complaint) = await RunAsync("", "query", "host", "--events", folder.At("none.jsonl"));

        Assert.Equal(2, code);
        Assert.Contains("none.jsonl` cannot be read", complaint, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(string piped, params string[] args)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(piped));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(args, new Terminal(input, output, error, 0), CancellationToken.None);
        return (code, output.ToString(), error.ToString());
    }
}
