using Reeve.Flexera.Credentials;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.PolicyTemplates;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

/// <summary>Whole evaluations of small templates against a server that answers as the test wants.</summary>
internal static class Runs
{
    public const string Head = "name \"t\"\nrs_pt_ver 20180301\ntype \"policy\"\nshort_description \"s\"\n";

    public static async Task<RunReport> OneAsync(
        string text, Func<ReceivedRequest, HttpReply> reply, string credentials = "{}", Func<RunOptions, RunOptions>? more = null)
    {
        await using var server = await HttpSink.StartAsync();
        server.Reply(reply);
        return await OneAsync(text, server.Url, credentials, more);
    }

    public static async Task<RunReport> OneAsync(
        string text, Uri server, string credentials = "{}", Func<RunOptions, RunOptions>? more = null)
    {
        var (template, errors) = PolicyTemplate.Compile(Head + text);
        Assert.True(template is not null, string.Join('\n', errors));
        var options = new RunOptions
        {
            Time = TimeProvider.System,
            Scripts = Scripts.Pool,
            HttpTo = server,
            Credentials = CredentialFile.TryRead(credentials, out var error) ?? throw new InvalidOperationException(error),
        };
        return await TemplateRun.RunAsync(template, more?.Invoke(options) ?? options, CancellationToken.None);
    }

    /// <summary>A datasource <c>d</c> with that result block, that a validation always shows.</summary>
    public static string Template(string result = "", string request = "", string more = "") => $$"""
        datasource "d" do
          request do
            host "h.example.com"
            path "/x"
            {{request}}
          end
          {{result}}
        end
        {{more}}
        policy "p" do
          validate $d do
            summary_template "found"
            detail_template ""
            check eq(0, 0)
          end
        end
        """;
}
