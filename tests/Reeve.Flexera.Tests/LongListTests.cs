using System.Globalization;
using System.Text;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

/// <summary>Lists that are too long to be objects all at once: what is made of them is what would be made of objects.</summary>
public sealed class LongListTests
{
    private const int Rows = 3000;

    private const string Head = "name \"long\"\nrs_pt_ver 20180301\ntype \"policy\"\nshort_description \"s\"\n";

    private const string Source = """
        datasource "ds_rows" do
          batch true
          request do
            host "h.example.com"
            path "/rows"
          end
          result do
            encoding "json"
            collect jmes_path(response, "items[*]") do
              field "id", jmes_path(col_item, "id")
              field "n", jmes_path(col_item, "n")
              field "tag", jmes_path(col_item, "tags[0]")
            end
          end
        end

        """;

    private const string Judged = """
        script "js_big", type: "javascript" do
          parameters "rows"
          result "result"
          code <<-'EOS'
          getIterator(rows).Each(function (row, at) {
            if (row.n >= 500) { appendToResult({ id: row.id, n: row.n, at: at, when: at * 7 }) }
          })
          EOS
        end
        datasource "ds_big" do
          batch true
          run_script $js_big, $ds_rows
        end
        script "js_copy", type: "javascript" do
          parameters "rows"
          result "result"
          code "result = _.sortBy(rows, function (row) { return -row.n })"
        end
        datasource "ds_copy" do
          run_script $js_copy, $ds_big
        end
        policy "p" do
          validate_each $ds_copy do
            summary_template "{{ len data }} of {{ with index data 0 }}{{ .id }}{{ end }}"
            detail_template "{{ range $i, $r := data }}{{ if lt $i 2 }}{{ $r.n }};{{ end }}{{ end }}"
            check lt(val(item, "n"), 600)
            hash_exclude "when"
            export do
              field "id" do
              end
              field "number" do
                path "n"
              end
            end
          end
          validate $ds_copy do
            summary_template "{{ len data }}"
            detail_template ""
            check eq(size(data), 0)
          end
          validate $ds_rows do
            detail_template "never"
            check gt(size(data), 1)
          end
        end
        """;

    [Fact]
    public async Task A_report_is_the_same_in_memory_and_on_disk()
    {
        using var memory = await RunAsync(Source + Judged, () => new RowSpool());
        using var disk = await RunAsync(Source + Judged, () => new RowSpool(inMemory: 0));
        Assert.Empty(memory.Errors);
        Assert.Equal(JsonData.Write(memory.ToData(false)), JsonData.Write(disk.ToData(false)));
        Assert.All(memory.Profile, p => Assert.True(p is { OnDisk: 0, Held: > 0 }, p.Name));
        Assert.All(disk.Profile, p => Assert.True(p is { OnDisk: > 0, Held: 0 }, p.Name));

        var incident = disk.Incidents[0];
        Assert.Equal("2400 of i2999", incident.Summary);
        Assert.Equal("2999;2998;", incident.Detail);
        Assert.Equal(2400, incident.Violations.Count);
        Assert.Equal("""{"id":"i600","number":600}""", JsonData.Write(incident.Violations[2399]));
        Assert.Equal(["2400 of i2999", "2500"], disk.Incidents.Select(i => i.Summary));
        Assert.Equal("""{"id":"i2999","n":2999,"at":2999,"when":20993}""", JsonData.Write(disk.Incidents[1].Violations[0]));
    }

    [Fact]
    public async Task Rows_in_another_order_have_the_same_hash_and_other_rows_another_one()
    {
        var hashes = new List<string>();
        foreach (var script in new[] { "rows", "rows.reverse()", "rows.slice(0, 19999)", "_.map(rows, function (n) { return n % 19999 })" })
        {
            using var report = await RunAsync($$"""
                script "js", type: "javascript" do
                  result "result"
                  code "var rows = _.range(20000); result = {{script}}"
                end
                datasource "d" do
                  run_script $js
                end
                policy "p" do
                  validate_each $d do
                    detail_template ""
                    check false
                  end
                end
                """, () => new RowSpool());
            Assert.Empty(report.Errors);
            hashes.Add(report.Incidents[0].Hash);
        }

        Assert.Equal(hashes[0], hashes[1]);
        Assert.Equal(3, hashes.Distinct().Count());
    }

    [Fact]
    public async Task Terms_say_of_a_long_list_what_they_say_of_a_short_one()
    {
        const string Terms = """
            datasource "ds_all" do
              field "size", size($ds_rows)
              field "first", val(first($ds_rows), "id")
              field "last", val(last($ds_rows), "id")
              field "third", val(get(2, $ds_rows), "id")
              field "end", val(get(-1, $ds_rows), "id")
              field "beyond", get(3000, $ds_rows)
              field "none", val($ds_rows, "id")
              field "is", to_b($ds_rows)
              field "not", logic_not($ds_rows)
              field "chosen", switch($ds_rows, "some", "none")
              field "has", contains($ds_rows, { "id": "i2500" })
              field "has_not", contains($ds_rows, { "id": "j" })
              field "picked", select($ds_rows, { "n": 7 })
              field "joined", size(join(vals($ds_rows, "tag")))
              field "path", jmes_path($ds_rows, "length(@)")
              field "query", jq($ds_rows, "map(.n) | add")
              field "text", size(to_s($ds_rows))
              field "same", eq($ds_rows, $ds_rows)
              field "inside", size(jmes_path([$ds_rows], "[0][?n > `2990`]"))
            end
            """;
        using var report = await RunAsync(Source + Terms, () => new RowSpool(inMemory: 1000), "ds_all");
        Assert.Empty(report.Errors);
        Assert.Equal(
            """{"size":3000,"first":"i0","last":"i2999","third":"i2","end":"i2999","beyond":null,"none":null,"is":true,"not":false"""
            + ""","chosen":"some","has":true,"has_not":false,"picked":[{"id":"i7","n":7,"tag":"t7"}],"joined":6000,"path":3000"""
            + ""","query":4498500,"text":102781,"same":true,"inside":9}""",
            JsonData.Write(report.Datasources.Single(d => d.Key == "ds_all").Value));
    }

    [Fact]
    public async Task What_is_made_of_each_row_stands_in_the_order_of_the_rows()
    {
        const string Each = """
            datasource "ds_each" do
              iterate $ds_rows
              request do
                host "h.example.com"
                path join(["/one/", val(iter_item, "n")])
              end
              result do
                field "id", val(iter_item, "id")
                field "at", iter_index
                field "said", jmes_path(response, "said")
              end
            end
            """;
        using var report = await RunAsync(Source + Each, () => new RowSpool(inMemory: 0), "ds_each");
        Assert.Empty(report.Errors);
        var made = Assert.IsType<RowList>(report.Datasources.Single(d => d.Key == "ds_each").Value);
        Assert.Equal(
            Enumerable.Range(0, Rows).Select(i => $$"""{"id":"i{{i}}","at":{{i}},"said":"x{{i}}"}"""),
            made.Select(JsonData.Write));
    }

    [Fact]
    public async Task A_script_may_go_through_its_rows_more_than_once()
    {
        const string Twice = """
            script "js", type: "javascript" do
              parameters "rows"
              result "result"
              code <<-'EOS'
              var sum = 0, pairs = 0
              getIterator(rows).Each(function (row) { sum += row.n })
              getIterator(rows).Each(function (row, i) {
                if (i === 1 || i === 2999) { getIterator(rows).Each(function (other) { if (other.n < row.n) { pairs++ } }) }
              })
              result = { sum: sum, pairs: pairs }
              EOS
            end
            datasource "ds_twice" do
              run_script $js, $ds_rows
            end
            """;
        using var report = await RunAsync(Source + Twice, () => new RowSpool(), "ds_twice");
        Assert.Empty(report.Errors);
        Assert.Equal("""{"sum":4498500,"pairs":3000}""", JsonData.Write(report.Datasources.Single(d => d.Key == "ds_twice").Value));
    }

    [Fact]
    public async Task A_script_that_fails_among_its_rows_says_where()
    {
        const string Fails = """
            script "js", type: "javascript" do
              parameters "rows"
              result "result"
              code <<-'EOS'
              getIterator(rows).Each(function (row) {
                for (var i = 0; i < 100; i++) { appendToResult(row) }
                if (row.n === 2000) { nothing.there }
              })
              EOS
            end
            datasource "ds_fails" do
              run_script $js, $ds_rows
            end
            """;
        using var report = await RunAsync(Source + Fails, () => new RowSpool(), "ds_fails");
        Assert.Contains("script `js`: line ", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        Assert.Contains("nothing is not defined", report.Errors[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_hundred_megabytes_of_violations_are_all_reported()
    {
        const int Page = 1000;
        const int Pages = 20;
        var row = new string('x', 10_000);
        await using var server = await HttpSink.StartAsync();
        server.Reply(request =>
        {
            var at = request.Query.Split("page=") is [_, var page] ? int.Parse(page, CultureInfo.InvariantCulture) : 0;
            var rows = Enumerable.Range(at * Page, Page).Select(i => $"{{\"id\":{i},\"text\":\"{row}\"}}");
            var text = new StringBuilder("{\"items\":[").AppendJoin(',', rows);
            return HttpReply.With(200, text.Append(at < Pages - 1 ? $"],\"next\":{at + 1}}}" : "]}").ToString());
        });
        using var report = await RunAsync("""
            pagination "p" do
              get_page_marker do
                body_path "next"
              end
              set_page_marker do
                query "page"
              end
            end
            datasource "d" do
              request do
                host "h.example.com"
                path "/x"
                pagination $p
              end
              result do
                encoding "json"
                collect jmes_path(response, "items") do
                  field "id", jmes_path(col_item, "id")
                  field "text", jmes_path(col_item, "text")
                end
              end
            end
            policy "p" do
              validate_each $d do
                summary_template "{{ len data }}"
                check false
                export do
                  field "text" do
                  end
                end
              end
            end
            """, () => new RowSpool(), server: server.Url);
        Assert.Empty(report.Errors);
        Assert.Equal("20000", report.Incidents[0].Summary);
        Assert.Equal(20_000, report.Incidents[0].Violations.Count);
        var written = new CountingWriter();
        JsonData.Write(written, report.ToData(false));
        Assert.InRange(written.Count, 400_000_000, 410_000_000);
    }

    [FullDiskFact]
    public async Task A_temporary_folder_that_is_full_is_an_error_that_says_what_to_do()
    {
        using var disk = SmallDisk.Mount(1);
        disk.Fill();
        using var report = await RunAsync(Source + Judged, () => new RowSpool(disk.Path, inMemory: 0));
        var error = Assert.Single(report.Errors);
        Assert.Equal("ds_rows", error.Datasource);
        Assert.StartsWith(
            $"datasource `ds_rows`: there is no room for its rows in the temporary folder `{disk.Path}`: ", error.Message,
            StringComparison.Ordinal);
        Assert.EndsWith("make room there, or set `TMPDIR` to another folder", error.Message, StringComparison.Ordinal);
        Assert.Empty(report.Incidents);
    }

    private static async Task<RunReport> RunAsync(string text, Func<RowSpool> spool, string? datasource = null, Uri? server = null)
    {
        var policy = text.Contains("policy \"p\"", StringComparison.Ordinal) ? ""
            : $"\npolicy \"p\" do\n  validate ${datasource} do\n    detail_template \"\"\n    check true\n  end\nend\n";
        var (template, errors) = PolicyTemplate.Compile(Head + text + policy);
        Assert.True(template is not null, string.Join('\n', errors));
        return await TemplateRun.RunAsync(
            template,
            new RunOptions
            {
                Time = TimeProvider.System,
                Scripts = Scripts.Pool,
                Spool = spool,
                HttpTo = server,
                Answers = server is null ? Answers() : null,
                Datasource = datasource,
            },
            CancellationToken.None);
    }

    private static Dictionary<string, object?> Answers()
    {
        var answers = new Dictionary<string, object?>();
        var items = new StringBuilder("{\"items\":[");
        for (var i = 0; i < Rows; i++)
        {
            items.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}{{\"id\":\"i{i}\",\"n\":{i},\"tags\":[\"t{i % 10}\"]}}");
            answers[string.Create(CultureInfo.InvariantCulture, $"GET https://h.example.com/one/{i}")] =
                string.Create(CultureInfo.InvariantCulture, $"{{\"said\":\"x{i}\"}}");
        }

        answers["GET https://h.example.com/rows"] = items.Append("]}").ToString();
        return answers;
    }

    private sealed class CountingWriter : TextWriter
    {
        public long Count { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Count++;

        public override void Write(string? value) => Count += value?.Length ?? 0;

        public override void Write(ReadOnlySpan<char> buffer) => Count += buffer.Length;
    }
}
