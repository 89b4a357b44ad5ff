using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Reeve.Languages.Streams.Query;
using Reeve.TestKit;

namespace Reeve.Languages.Tests.Streams.Query;

public sealed class QueryTests
{
    private static readonly JsonElement _event = JsonDocument.Parse(
        """{"host":"web-1","service":"cpu","metric":0.5,"state":"ok","time":3,"tags":["a"]}""").RootElement;

    [Fact]
    public void A_query_for_one_host_and_one_service_says_which()
    {
        var query = Parse("service = \"cpu\" and metric > 0 and \"web-1\" = host");

        Assert.Equal(("web-1", "cpu"), (query.Host, query.Service));
    }

    [Theory]
    [InlineData("host = \"a\" or service = \"b\"")]
    [InlineData("not host = \"a\"")]
    [InlineData("host != \"a\" and service != \"b\"")]
    [InlineData("host = nil and service =~ \"b\"")]
    public void A_query_that_allows_others_names_no_host_and_no_service(string text)
    {
        var query = Parse(text);

        Assert.Null(query.Host);
        Assert.Null(query.Service);
    }

    [Fact]
    public void A_query_of_two_hosts_fits_nothing()
    {
        Assert.False(Parse("host = \"web-1\" and host = \"web-2\"").Matches(_event));
    }

    [Fact]
    public void Words_without_blanks_are_told_apart_by_the_message()
    {
        Assert.False(StreamQuery.TryParse("host=\"a\"", out _, out var problem));

        Assert.Contains("put blanks around operators", problem.Message, StringComparison.Ordinal);
        Assert.Equal("1:6: " + problem.Message, problem.ToString());
    }

    [Fact]
    public void What_is_nested_too_deeply_is_refused()
    {
        var deep = new string('(', 100_000);

        Assert.False(StreamQuery.TryParse(deep[..60_000], out _, out var groups));
        Assert.False(StreamQuery.TryParse(string.Concat(Enumerable.Repeat("not ", 15_000)) + "a", out _, out var negations));
        Assert.Contains("nested more than 200 deep", groups.Message, StringComparison.Ordinal);
        Assert.Contains("nested more than 200 deep", negations.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_query_that_is_too_long_is_refused()
    {
        Assert.False(StreamQuery.TryParse(new string('a', StreamQuery.MaxLength + 1), out _, out var problem));
        Assert.Contains("at most", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_is_not_a_deep_one()
    {
        var chain = string.Join(" or ", Enumerable.Range(0, 3000).Select(i => $"metric = {i}")) + " or host";

        Assert.True(Parse(chain).Matches(_event));
    }

    [Fact]
    public void A_pattern_that_would_take_forever_says_no_in_time()
    {
        var hostile = JsonSerializer.SerializeToElement(new { host = new string('a', 5000) + "!" });
        var started = Stopwatch.GetTimestamp();

        Assert.False(Parse("host ~= \"^(a+)+$\"").Matches(hostile));
        Assert.False(Parse("host ~= \"^(?=(a+)+$)\"").Matches(hostile));
        Assert.False(Parse("host =~ \"%a%a%a%a%a%a%a%a%a%b\"").Matches(hostile));
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData("a{2,1}")]
    [InlineData("a{")]
    [InlineData("(?<n")]
    [InlineData("[a")]
    [InlineData("[z-a]")]
    [InlineData("\\\\")]
    [InlineData("\\\\p{Nothing}")]
    [InlineData("\\\\k<none>")]
    [InlineData("\\\\y")]
    [InlineData("(?q)a")]
    [InlineData("**")]
    [InlineData(")")]
    public void A_pattern_that_is_none_is_refused_with_its_place(string pattern)
    {
        Assert.False(StreamQuery.TryParse($"host ~= \"{pattern}\"", out _, out var problem));
        Assert.Equal((1, 9), (problem.Line, problem.Column));
        Assert.StartsWith("the pattern cannot be used: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Kind", Fuzz.Kind)]
    public void Nothing_that_is_written_throws()
    {
        string[] words =
        [
            "host", "service", "\"a\"", "\"%\"", "\"(\"", "=", "!=", "<", ">", "<=", ">=", "=~", "~=", "and", "or", "not", "tagged",
            "(", ")",
            "1", "-1", "1.5", "2N", "1e9", "nil", "true", "NaN", ",", "\n", "\\", "\"", "#", "é", ":", "\"[a-&&[^\\\\w]]\"", "\"\\\\Q\"",
            "\"a*+?{3}\"", "\"(?x) # \"", "\ud800",
        ];
        var random = new Random(Fuzz.Seed(20));
        for (var i = 0; i < Fuzz.Rounds(60_000); i++)
        {
            var text = new StringBuilder();
            for (var n = random.Next(12); n >= 0; n--)
            {
                text.Append(words[random.Next(words.Length)]).Append(random.Next(4) == 0 ? "" : " ");
            }

            if (StreamQuery.TryParse(text.ToString(), out var query, out var problem))
            {
                query.Matches(_event);
            }
            else
            {
                Assert.True(problem.Line > 0 && problem.Column > 0 && problem.Message.Length > 0);
            }
        }
    }

    [Fact]
    [Trait("Kind", Fuzz.Kind)]
    public void No_pattern_throws()
    {
        const string Letters = "ab[]^-&\\QEpPdwsWSDhvRZzkx{}0123,()?:<>=!imsx*+.|$# \n";
        var random = new Random(Fuzz.Seed(21));
        for (var i = 0; i < Fuzz.Rounds(40_000); i++)
        {
            var pattern = string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => Letters[random.Next(Letters.Length)]));
            if (JavaPattern.TryCompile(pattern, out var regex, out var reason))
            {
                JavaPattern.Finds(regex, "ab12\n-");
            }
            else
            {
                Assert.NotEqual("", reason);
            }
        }
    }

    private static StreamQuery Parse(string text)
    {
        Assert.True(StreamQuery.TryParse(text, out var query, out var problem), problem?.ToString());
        return query;
    }
}
