using System.Text.Json;
using Reeve.TestKit;

namespace Reeve.Cli.Tests;

/// <summary><c>reeve check</c> and <c>reeve fmt</c> on files.</summary>
public sealed class CheckVerbTests : IDisposable
{
    private const string Clean = """
        name "Sizes"
        rs_pt_ver 20180301
        type "policy"
        short_description "Reports sizes"

        parameter "param_most" do
          type "number"
          label "Most"
          default 3
        end

        datasource "ds_sizes" do
          request do
            host "example.com"
            path "/sizes"
          end
        end

        policy "pol" do
          validate $ds_sizes do
            summary_template "too many"
            detail_template "{{ len data }}"
            check lt(size(data), $param_most)
          end
        end

        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_clean_text_ends_with_0_one_with_a_likely_mistake_with_1_and_one_that_does_not_compile_with_2()
    {
        var clean = _folder.Write("clean.pt", Clean);
        var unused = _folder.Write("unused.pt", Clean.Replace("$param_most", "3", StringComparison.Ordinal));
        var broken = _folder.Write("broken.pt", Clean.Replace("host", "hots", StringComparison.Ordinal));
        Assert.Equal(ExitCode.Fine, (await RunAsync("check", clean)).Code);
        var found = await RunAsync("check", clean, unused);
        Assert.Equal(ExitCode.Found, found.Code);
        Assert.Contains("unused.pt:6:1: warning: the parameter `param_most` is unused", found.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Fine, (await RunAsync("check", "--compile-only", unused)).Code);
        var wrong = await RunAsync("check", clean, unused, broken);
        Assert.Equal(ExitCode.WrongInput, wrong.Code);
        Assert.Contains("did you mean `host`?", wrong.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, (await RunAsync("check", _folder.Path)).Code);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_hides_nothing_that_is_wrong_with_the_others()
    {
        var broken = _folder.Write("broken.pt", Clean.Replace("host", "hots", StringComparison.Ordinal));
        var missing = Path.Combine(_folder.Path, "missing.pt");
        var (code, said, error) = await RunAsync("check", missing, broken, "--output", "json");
        Assert.Equal(ExitCode.WrongInput, code);
        Assert.Contains("there is no such file", error, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(said);
        var problems = json.RootElement.GetProperty("files").EnumerateArray()
            .ToDictionary(f => f.GetProperty("file").GetString()!, f => f.GetProperty("errors")[0].GetProperty("problem").GetString());
        Assert.Equal("Request missing host", problems[broken]);
        Assert.Equal("Unreadable file", problems[missing]);
        var alone = await RunAsync("check", missing);
        Assert.Equal((ExitCode.WrongInput, ""), (alone.Code, alone.Out));
    }

    [Fact]
    public async Task The_errors_of_a_text_are_told_in_json_as_clients_of_the_original_read_them()
    {
        var broken = _folder.Write("broken.pt", Clean.Replace("    host \"example.com\"\n", "", StringComparison.Ordinal));
        var told = await RunAsync("check", broken, "--output", "json");
        var file = JsonDocument.Parse(told.Out).RootElement.GetProperty("files")[0];
        Assert.False(file.GetProperty("compiles").GetBoolean());
        var error = file.GetProperty("errors")[0];
        Assert.Equal("template: broken.pt, line: 13", error.GetProperty("origin").GetString());
        Assert.Equal("Request missing host", error.GetProperty("problem").GetString());
        Assert.NotEmpty(error.GetProperty("summary").GetString()!);
        Assert.NotEmpty(error.GetProperty("resolution").GetString()!);
        Assert.Equal(3, error.GetProperty("column").GetInt32());
    }

    [Fact]
    public async Task What_cannot_be_read_is_said_without_a_trace()
    {
        Assert.Contains("there is no such file", (await RunAsync("check", _folder.At("absent.pt"))).Error, StringComparison.Ordinal);
        Assert.Contains("no language", (await RunAsync("check", _folder.Write("a.txt", ""))).Error, StringComparison.Ordinal);
        File.WriteAllBytes(_folder.At("bytes.pt"), [0xff, 0xfe, 0x00]);
        var bytes = await RunAsync("check", _folder.At("bytes.pt"));
        Assert.Contains("not UTF-8", bytes.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.WrongInput, bytes.Code);
    }

    [Fact]
    public async Task A_text_is_formatted_in_place()
    {
        var file = _folder.Write("flat.pt", Clean.Replace("  ", "", StringComparison.Ordinal));
        Assert.Equal(Clean, (await RunAsync("fmt", file)).Out);
        Assert.Equal(ExitCode.Found, (await RunAsync("fmt", "--list", file)).Code);
        Assert.Equal(ExitCode.Fine, (await RunAsync("fmt", "--write", file)).Code);
        Assert.Equal(Clean, await File.ReadAllTextAsync(file));
        Assert.Equal(ExitCode.Fine, (await RunAsync("fmt", "--list", file)).Code);
    }

    private static async Task<(int Code, string Out, string Error)> RunAsync(params string[] args)
    {
        var (told, wrong) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, new Terminal(Stream.Null, told, wrong, 0), CancellationToken.None);
        return (code, told.ToString(), wrong.ToString());
    }
}
