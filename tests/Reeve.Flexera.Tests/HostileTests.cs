using System.Text;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.PolicyTemplates;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class HostileTests
{
    private const string Text = """
        name "hostile"
        rs_pt_ver 20180301
        type "policy"
        short_description "s"
        datasource "d" do
          request do
            host "h.example.com"
            path "/x"
          end
        end
        policy "p" do
          validate_each $d do
            summary_template "{{ len data }}"
            detail_template ""
            check false
            export do
              field "id" do
              end
              field "text" do
              end
            end
          end
        end
        """;

    [Fact]
    public async Task Ten_megabytes_of_violations_are_all_reported()
    {
        var rows = new StringBuilder("[");
        for (var i = 0; i < 10_000; i++)
        {
            rows.Append(i == 0 ? "" : ",").Append("{\"id\":").Append(i).Append(",\"text\":\"").Append('x', 1000).Append("\"}");
        }

        var report = await RunAsync(_ => HttpReply.With(200, rows.Append(']').ToString()));
        Assert.Empty(report.Errors);
        Assert.Equal("10000", report.Incidents[0].Summary);
        Assert.Equal(10_000, report.Incidents[0].Violations.Count);
    }

    [Fact]
    public async Task A_connection_that_is_cut_every_time_is_tried_four_times_and_reported()
    {
        var times = 0;
        var report = await RunAsync(_ =>
        {
            times++;
            return HttpReply.CutOff;
        });
        Assert.Equal(4, times);
        Assert.StartsWith("datasource `d`: GET https://h.example.com/x: ", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        var report = await RunAsync(
            _ => new HttpReply { Status = 302, Headers = new Dictionary<string, string> { ["Location"] = "/x" } });
        Assert.EndsWith("more than 10 redirects", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_never_comes_ends_with_the_time_of_all()
    {
        var report = await RunAsync(_ => HttpReply.Never, TimeSpan.FromSeconds(2));
        Assert.Contains(
            "stopped: the evaluation took longer than 2 seconds", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1,2")]
    [InlineData("no <data")]
    [InlineData("{\"a\":\"\\ud800\"}")]
    public async Task What_is_no_json_is_reported(string body)
    {
        var report = await RunAsync(_ => HttpReply.With(200, body));
        Assert.Contains("the answer cannot be read as JSON", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
    }

    private static async Task<RunReport> RunAsync(Func<ReceivedRequest, HttpReply> reply, TimeSpan? longest = null)
    {
        await using var server = await HttpSink.StartAsync();
        server.Reply(reply);
        var (template, errors) = PolicyTemplate.Compile(Text);
        Assert.True(template is not null, string.Join('\n', errors));
        return await TemplateRun.RunAsync(
            template,
            new RunOptions
            {
                Time = TimeProvider.System,
                Scripts = Scripts.Pool,
                HttpTo = server.Url,
                Longest = longest ?? TimeSpan.FromMinutes(5),
            },
            CancellationToken.None);
    }
}
