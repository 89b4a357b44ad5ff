using System.Text;
using Reeve.Flexera.Evaluation;
using Reeve.Languages.Data;
using Reeve.TestKit;

namespace Reeve.Flexera.Tests;

public sealed class AnswerTests
{
    private const string Names = "result do\nencoding \"xml\"\ncollect xpath(response, \"//R/Name\") do\n"
        + "field \"n\", xpath(col_item, \".\")\nend\nend";

    [Theory]
    [InlineData("\uFEFF{\"a\":1}", "{\"a\":1}")]
    [InlineData("  {\"a\":1}\r\n ", "{\"a\":1}")]
    [InlineData("{\"a\":1,\"a\":2}", "{\"a\":2}")]
    [InlineData("[1e400]", "[1.7976931348623157e+308]")]
    [InlineData("123456789012345678901234567890", "1.2345678901234568e+29")]
    [InlineData("NaN", null)]
    [InlineData("[NaN]", null)]
    [InlineData("{\"a\":Infinity}", null)]
    [InlineData("{'a':1}", null)]
    [InlineData("{\"a\":1,}", null)]
    [InlineData("[1] [2]", null)]
    [InlineData("{\"a\":01}", null)]
    [InlineData("\"\\ud83d\\ude00\"", "\"😀\"")]
    [InlineData("", "null")]
    [InlineData("null", "null")]
    public async Task Json_is_read_or_refused(string body, string? value)
    {
        var report = await RunAsync("", Encoding.UTF8.GetBytes(body));
        if (value is null)
        {
            Assert.Contains("the answer cannot be read as JSON", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(report.Errors);
            Assert.Equal(value, JsonData.Write(report.Datasources[0].Value));
        }
    }

    [Fact]
    public async Task Json_that_is_nested_without_end_is_refused()
    {
        var report = await RunAsync("", Encoding.UTF8.GetBytes(new string('[', 1_000_000)));
        Assert.Contains("the answer cannot be read as JSON", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_utf_8_become_the_sign_for_that()
    {
        var report = await RunAsync("", [.. "\"a"u8, 0xFF, .. "b\""u8]);
        Assert.Empty(report.Errors);
        Assert.Equal("a\uFFFDb", report.Datasources[0].Value);
    }

    [Theory]
    [InlineData("iso-8859-1", "application/json; charset=ISO-8859-1")]
    [InlineData("windows-1252", "application/json; charset=\"windows-1252\"")]
    [InlineData("utf-16", "application/json; charset=utf-16")]
    [InlineData("utf-8", "application/json; charset=klingon")]
    [InlineData("utf-8", "nonsense")]
    public async Task The_encoding_is_the_one_of_the_header(string encoding, string type)
    {
        var bytes = Network.Encodings.Find(encoding)!.GetBytes("{\"a\":\"ü\"}");
        var report = await RunAsync("", bytes, type);
        Assert.Equal("{\"a\":\"ü\"}", JsonData.Write(report.Datasources[0].Value));
    }

    [Theory]
    [InlineData("<R xmlns=\"urn:x\"><Name>a</Name></R>", "[{\"n\":\"a\"}]")]
    [InlineData("<x:R xmlns:x=\"urn:x\"><x:Name>a</x:Name></x:R>", "[{\"n\":\"a\"}]")]
    [InlineData("<?xml version=\"1.0\"?><!-- c --><R><!-- d --><Name><![CDATA[<a> & b]]></Name></R>", "[{\"n\":\"<a> & b\"}]")]
    [InlineData("<R><Name>a&amp;b&#252;</Name></R>", "[{\"n\":\"a&bü\"}]")]
    [InlineData("\uFEFF<R><Name>a</Name></R>", "[{\"n\":\"a\"}]")]
    [InlineData("<R/>", "[]")]
    [InlineData("<R><Name>a</R>", null)]
    [InlineData("no xml", null)]
    [InlineData("{\"a\":1}", null)]
    [InlineData("<R>&nope;</R>", null)]
    [InlineData("<!DOCTYPE R [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><R><Name>&e;</Name></R>", null)]
    [InlineData("<!DOCTYPE R SYSTEM \"http://127.0.0.1/x.dtd\"><R><Name>a</Name></R>", null)]
    [InlineData("<!DOCTYPE R [<!ENTITY a \"xx\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">"
        + "<!ENTITY d \"&c;&c;&c;&c;&c;&c;&c;&c;\">]><R><Name>&d;&d;&d;&d;</Name></R>", null)]
    public async Task Xml_is_read_or_refused_and_its_entities_lead_nowhere(string body, string? value)
    {
        var report = await RunAsync(Names, Encoding.UTF8.GetBytes(body));
        if (value is null)
        {
            Assert.Contains("the answer cannot be read as XML", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Empty(report.Errors);
            Assert.Equal(value, JsonData.Write(report.Datasources[0].Value));
        }
    }

    [Fact]
    public async Task Xml_is_of_the_encoding_that_it_declares()
    {
        var body = Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><R><Name>ü</Name></R>");
        Assert.Equal("[{\"n\":\"ü\"}]", JsonData.Write((await RunAsync(Names, body)).Datasources[0].Value));
    }

    [Fact]
    public async Task Xml_that_is_nested_without_end_is_refused()
    {
        var body = string.Concat(Enumerable.Repeat("<a>", 200_000)) + string.Concat(Enumerable.Repeat("</a>", 200_000));
        var report = await RunAsync(Names, Encoding.UTF8.GetBytes(body));
        Assert.Contains("the answer cannot be read as XML", Assert.Single(report.Errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_a_server_sends_back_in_its_error_is_removed_before_the_error_is_cut()
    {
        var report = await Runs.OneAsync(
            Runs.Template(request: "auth $a", more: "credentials \"a\" do\nschemes \"oauth2\"\nlabel \"a\"\nend"),
            r => HttpReply.With(400, new string('x', 285) + r.Headers["Authorization"]), "a: { token: very-secret-token-123 }");
        var message = Assert.Single(report.Errors).Message;
        Assert.DoesNotContain("very", message, StringComparison.Ordinal);
        Assert.Equal(400, report.Errors[0].Status);
    }

    private static Task<RunReport> RunAsync(string result, byte[] body, string type = "text/plain") => Runs.OneAsync(
        Runs.Template(result),
        _ => new HttpReply { Bytes = body, Headers = new Dictionary<string, string> { ["Content-Type"] = type } });
}
