namespace Reeve.Flexera.Tests;

public sealed class PagingTests
{
    [Fact]
    public async Task Pages_with_ever_new_markers_are_stopped()
    {
        const string Pages = "pagination \"p\" do\nget_page_marker do\nbody_path jq(response, \"(if $marker == \\\"\\\" then 0 else "
            + "($marker | tonumber) end) + 1\")\nend\nset_page_marker do\nquery \"page\"\nend\nend\n";
        var report = await Runs.OneAsync(
            Runs.Template("result do\ncollect jmes_path(response, \"v\") do\nfield \"n\", col_item\nend\nend", "pagination $p", Pages),
            new Uri("http://127.0.0.1:1/"), "{}",
            o => o with { Answers = new Dictionary<string, object?> { ["GET https://h.example.com/x"] = "{\"v\":[1]}" } });
        Assert.EndsWith("the pages have no end: there are more than 10000", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(10_000, report.Requests.Count);
    }

    [Fact]
    public async Task Next_pages_are_asked_for_with_credentials_only_at_the_host_and_below_it()
    {
        var seen = new List<string>();
        const string Pages = "credentials \"k\" do\nschemes \"basic\"\nlabel \"k\"\nend\npagination \"p\" do\nget_page_marker do\n"
            + "body_path \"next\"\nend\nset_page_marker do\nuri true\nend\nend\n";
        string[] next =
        [
            "https://eu.h.example.com/2", "https://other.example.com/3", "http://h.example.com/4", "https://h.example.com.evil.test/5",
            "https://h.example.com:8443/6", "https://H.example.com/7", "",
        ];
        var report = await Runs.OneAsync(Runs.Template("", "auth $k\npagination $p", Pages), r =>
        {
            seen.Add($"{r.Headers["X-Forwarded-Host"]} {r.Headers.ContainsKey("Authorization")}");
            return TestKit.HttpReply.With(200, $"{{\"next\":\"{next[seen.Count - 1]}\"}}");
        }, "k: { username: me, password: secret }");
        Assert.Empty(report.Errors);
        Assert.Equal(
            [
                "h.example.com True", "eu.h.example.com True", "other.example.com False", "h.example.com False",
                "h.example.com.evil.test False", "h.example.com:8443 False", "h.example.com True",
            ],
            seen);
    }
}
