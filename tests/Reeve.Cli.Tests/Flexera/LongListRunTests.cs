using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Cli.Tests.Flexera;

/// <summary><c>reeve run</c> where a list is long.</summary>
public sealed class LongListRunTests : IDisposable
{
    private const string Numbers = """
        name "Numbers"
        rs_pt_ver 20180301
        type "policy"
        short_description "Reports numbers"

        datasource "ds_numbers" do
          batch true
          run_script $js
        end

        datasource "ds_rows" do
          batch true
          run_script $js_rows, $ds_numbers
        end

        script "js", type: "javascript" do
          result "result"
          code "result = _.range(3000)"
        end

        script "js_rows", type: "javascript" do
          parameters "numbers"
          result "result"
          code "getIterator(numbers).Each(function (n) { appendToResult({ id: 'i' + n, n: n }) })"
        end

        policy "pol" do
          validate_each $ds_rows do
            summary_template "{{ len data }} rows"
            check lt(val(item, "n"), 500)
            export do
              field "id" do
              end
            end
          end
        end
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_rows_are_shown_and_how_many_there_are()
    {
        var rows = await RunAsync("--datasource", "ds_rows");
        Assert.StartsWith("`ds_rows`: 3000 rows\nid    n\ni0    0\n", rows, StringComparison.Ordinal);
        Assert.EndsWith(
            "… and 2800 more; `--output json` has all\n\n2 datasources, 0 requests, 0 incidents\n", rows, StringComparison.Ordinal);
        var numbers = await RunAsync("--datasource", "ds_numbers");
        Assert.StartsWith("`ds_numbers`:\n- 0\n- 1\n", numbers, StringComparison.Ordinal);
        Assert.Contains("- 199\n… and 2800 more; `--output json` has all\n", numbers, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("yaml")]
    public async Task All_rows_are_in_what_programs_read(string form)
    {
        var text = await RunAsync("--output", form);
        if (form == "yaml")
        {
            Assert.Contains("\"n\": 2999\n", text, StringComparison.Ordinal);
            Assert.Contains("id: i2999\n", text, StringComparison.Ordinal);
            return;
        }

        var report = JsonDocument.Parse(text).RootElement;
        Assert.Equal(3000, report.GetProperty("datasources").GetProperty("ds_numbers").GetArrayLength());
        Assert.Equal(3000, report.GetProperty("datasources").GetProperty("ds_rows").GetArrayLength());
        Assert.Equal("2500 rows", report.GetProperty("incidents")[0].GetProperty("summary").GetString());
        Assert.Equal("i2999", report.GetProperty("incidents")[0].GetProperty("violations")[2499].GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_profile_says_what_is_held_in_memory_and_on_disk()
    {
        var text = await RunAsync("--profile");
        Assert.Matches("datasource +ms +rows +requests +KB made +KB held +KB on disk\n", text);
        Assert.Matches("ds_rows +[0-9.]+ +3000 +0 +[0-9]+ +[1-9][0-9]+ +0", text);
        var report = JsonDocument.Parse(await RunAsync("--profile", "--output", "json")).RootElement;
        Assert.All(report.GetProperty("profile").EnumerateArray(), p => Assert.True(
            p.GetProperty("held").GetInt64() > 0 && p.GetProperty("on_disk").GetInt64() == 0, p.GetRawText()));
    }

    private async Task<string> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var file = _folder.Write("numbers.pt", Numbers);
        await CommandLine.RunAsync(["run", file, .. args], new Terminal(Stream.Null, output, error, 0), CancellationToken.None);
        Assert.DoesNotContain("run:", error.ToString(), StringComparison.Ordinal);
        return output.ToString();
    }
}
