using System.Diagnostics;
using System.Globalization;
using System.Text;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.Languages.JavaScript;
using Reeve.Languages.JavaScript.Workers;
using Reeve.Languages.PolicyTemplates;
using Reeve.TestKit;

namespace Reeve.Bench.Rows;

/// <summary>A policy template from answer to incident: a datasource of many rows, a script over them, <c>validate_each</c> and an
/// <c>export</c>.</summary>
internal sealed class PolicyTemplates : IMeasurement
{
    private const int Some = 10_000;
    private const int Many = 1_000_000;
    private const int Page = 20_000;

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    private const string Whole = """
        result = _.map(_.filter(rows, function (row) { return row.cost > 10 }), function (row) {
          return { id: row.id, region: row.region.toLowerCase(), cost: Math.round(row.cost * 100) / 100, owner: row.tags[0].value }
        })
        """;

    private const string Streamed = """
        getIterator(rows).Each(function (row) {
          if (row.cost > 10) {
            appendToResult({
              id: row.id, region: row.region.toLowerCase(), cost: Math.round(row.cost * 100) / 100, owner: row.tags[0].value })
          }
        })
        """;

    /// <inheritdoc/>
    public string Name => "templates";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        using var pool = new ScriptPool([StartUp.Executable(), "script-worker"], new ScriptLimits(), 2, TimeProvider.System);
        var answers = new Dictionary<string, object?> { ["GET https://api.example.com/rows"] = Rows(0, Some, "") };
        var some = new double[effort.Runs];
        var first = 0d;
        for (var run = -1; run < some.Length; run++)
        {
            var took = await RunAsync(Template(Whole, false), Options(pool) with { Answers = answers }, Some, cancellationToken);
            (run < 0 ? ref first : ref some[run]) = took;
            say($"{Some:N0} rows, run {run + 1}");
        }

        var most = effort.Quick ? 5 * Page : Many;
        await using var server = await HttpSink.StartAsync(null, cancellationToken);
        server.Reply(request =>
        {
            var at = int.Parse(request.Query.Split("page=") is [_, var page] ? page : "0", CultureInfo.InvariantCulture);
            var next = (at + 1) * Page < most ? $",\"next\":\"{at + 1}\"" : "";
            return HttpReply.With(200, Rows(at * Page, Page, next));
        });
        var (many, own, worker) = await ProcessAsync(server.Url, cancellationToken);
        return
        [
            new Figure($"policy template with a datasource of {Some:N0} rows, from the answer to the incident", "s", some)
            {
                Reach = 0.5,
                Note = "one process, its second to sixth evaluation; JSON, six JMESPath expressions a row, a script over all rows, "
                    + "`validate_each` and `export` of nine in ten; answers without a network",
            },
            new Figure("– the first evaluation of the process", "s", [first]) { Note = "with the start of the worker and all compiling" },
            new Figure($"policy template with `batch`, {most:N0} rows in pages of {Page:N0}", "s", [many])
            {
                Note = "`reeve run --output json` as a whole process, from its start until the report of 245 MB is written; pages over the "
                    + "loopback; the script goes through the rows one by one",
            },
            new Figure("– the most memory of Reeve", "MiB", [own]) { Reach = 600 },
            new Figure("– the most memory of its script worker", "MiB", [worker]),
        ];
    }

    private static RunOptions Options(ScriptPool pool) => new() { Time = TimeProvider.System, Scripts = pool };

    private static async Task<double> RunAsync(PolicyTemplate template, RunOptions options, int rows, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var report = await TemplateRun.RunAsync(template, options, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return report is { Errors: [], Incidents: [{ Violations.Count: var found }] } && found == rows / 10 * 9 ? took
            : throw new InvalidOperationException(report.Errors.Count > 0 ? report.Errors[0].Message : "not what was to be found");
    }

    // seconds, and the MiB of Reeve and of its worker
    private static async Task<(double Took, double Own, double Worker)> ProcessAsync(Uri server, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder.At("batch.pt"), Text(Streamed, true), cancellationToken);
        var started = Stopwatch.GetTimestamp();
        using var process = Process.Start("sh",
        [
            "-c", "exec \"$0\" run \"$1\" --http-to \"$2\" --output json > /dev/null", StartUp.Executable(), folder.At("batch.pt"),
            server.ToString(),
        ]);
        var (own, worker) = (0d, 0d);
        var ended = process.WaitForExitAsync(cancellationToken);
        while (await Task.WhenAny(ended, Task.Delay(_look, TimeProvider.System, cancellationToken)) != ended)
        {
            own = Math.Max(own, Peak(process.Id));
            worker = Math.Max(worker, Children(process.Id).Select(Peak).DefaultIfEmpty().Max());
        }

        await ended;
        var took = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return process.ExitCode == 1 ? (took, own, worker)
            : throw new InvalidOperationException($"`reeve run` ended with {process.ExitCode}");
    }

    private static IEnumerable<int> Children(int process)
    {
        try
        {
            // each thread knows those that it started
            return Directory.EnumerateDirectories($"/proc/{process}/task").ToList()
                .SelectMany(t => File.ReadAllText(Path.Combine(t, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Select(p => int.Parse(p, CultureInfo.InvariantCulture)).ToList();
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static double Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            var words = line?.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            return words is [_, var kilobytes, ..] ? double.Parse(kilobytes, CultureInfo.InvariantCulture) / 1024 : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static PolicyTemplate Template(string script, bool isBatch)
    {
        var (template, errors) = PolicyTemplate.Compile(Text(script, isBatch));
        return template ?? throw new InvalidOperationException(string.Join('\n', errors));
    }

    private static string Text(string script, bool isBatch) => $$"""
            name "bench"
            rs_pt_ver 20180301
            type "policy"
            short_description "bench"
            pagination "p" do
              get_page_marker do
                body_path "next"
              end
              set_page_marker do
                query "page"
              end
            end
            datasource "ds_rows" do
              batch {{(isBatch ? "true" : "false")}}
              request do
                host "api.example.com"
                path "/rows"
                pagination $p
              end
              result do
                encoding "json"
                collect jmes_path(response, "items[*]") do
                  field "id", jmes_path(col_item, "id")
                  field "region", jmes_path(col_item, "properties.region")
                  field "cost", jmes_path(col_item, "cost")
                  field "tags", jmes_path(col_item, "tags")
                  field "name", jmes_path(col_item, "properties.name")
                end
              end
            end
            datasource "ds_found" do
              batch {{(isBatch ? "true" : "false")}}
              run_script $js_found, $ds_rows
            end
            script "js_found", type: "javascript" do
              parameters "rows"
              result "result"
              code <<-'EOS'
            {{script}}
            EOS
            end
            policy "p" do
              validate_each $ds_found do
                summary_template "{{"{{ len data }}"}} rows"
                check eq(val(item, "id"), "")
                export do
                  field "id" do
                  end
                  field "region" do
                  end
                  field "cost" do
                  end
                  field "owner_name" do
                    path "owner"
                  end
                end
              end
            end
            """;

    private static string Rows(int from, int count, string more)
    {
        var text = new StringBuilder("{\"items\":[");
        for (var at = from; at < from + count; at++)
        {
            text.Append(at == from ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"{{\"id\":\"i-{at}\",\"properties\":{{\"region\":\"US-East-{at % 4}\",\"name\":\"n{at}\","
                + $"\"more\":\"what nobody asks for\"}},"
                + $"\"cost\":{1 + (at % 10 * 10)}.12345,\"tags\":[{{\"key\":\"owner\",\"value\":\"o{at}\"}}]}}");
        }

        return text.Append(']').Append(more).Append('}').ToString();
    }
}
