using Reeve.Languages.XPath;

namespace Reeve.Languages.Tests.XPath;

public sealed class XPathTests
{
    private const string Buckets = """
        <?xml version="1.0"?>
        <x:List xmlns:x="http://a.example" xmlns="http://b.example">
          <!-- two -->
          <Buckets><Bucket kind="old" x:zone="z1"><Name>one</Name><Size>3</Size></Bucket>
            <Bucket><Name>two &amp; more</Name></Bucket></Buckets>
          <Marker/>
        </x:List>
        """;

    [Theory]
    [InlineData("//List/Buckets/Bucket/Name", "one|two & more")]
    [InlineData("/List/Buckets/Bucket[1]/Name", "one")]
    [InlineData("//Bucket/@kind", "old")]
    [InlineData("//Bucket/@zone", "z1")]
    [InlineData("//x:Bucket[Size > 2]/Name", "one")]
    [InlineData("//Bucket[Name='two & more']/Name", "two & more")]
    [InlineData("count(//Bucket)", "2")]
    [InlineData("string(//Size)", "3")]
    [InlineData("//Marker", "")]
    [InlineData("//Missing", null)]
    [InlineData("List/Buckets/*", "one3|two & more")]
    [InlineData("//Size/ancestor::List/Marker", "")]
    [InlineData("contains(//Name, 'on')", "True")]
    public void Names_are_found_whatever_their_namespace(string expression, string? expected)
    {
        var data = XmlData.TryParse(Buckets, out var why);
        Assert.Equal("", why);
        var (program, error) = XPathProgram.Parse(expression);
        Assert.Null(error);
        var (values, failed) = program!.Evaluate(data!);
        Assert.Null(failed);
        var told = values.Select(
            v => v is XmlData node ? node.Text : Convert.ToString(v, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(expected, values.Count == 0 ? null : string.Join('|', told));
    }

    [Fact]
    public void What_was_found_can_be_searched_again()
    {
        var bucket = (XmlData)XPathProgram.Parse("//Bucket").Program!.Evaluate(XmlData.TryParse(Buckets, out _)!).Values[1];
        Assert.Equal("two & more", ((XmlData)XPathProgram.Parse("Name").Program!.Evaluate(bucket).Values[0]).Text);
    }

    [Theory]
    [InlineData("<a><b> </b></a>", "//b", " ")]
    [InlineData("<a>\n  <b>x</b>\n  <b>y</b>\n</a>", "//a", "xy")]
    [InlineData("<a><b> <c/> </b></a>", "//b", "")]
    [InlineData("<a>  </a>", "/a", "  ")]
    public void White_space_is_text_only_where_an_element_holds_nothing_else(string text, string expression, string expected)
    {
        var found = XPathProgram.Parse(expression).Program!.Evaluate(XmlData.TryParse(text, out _)!).Values[0];
        Assert.Equal(expected, ((XmlData)found).Text);
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY b \"x\">]><a>&b;</a>", "refused")]
    [InlineData("<a>&b;</a>", "not XML")]
    [InlineData("<a><b></a>", "not XML")]
    [InlineData("", "not XML")]
    public void A_document_that_cannot_be_read_says_why(string text, string says)
    {
        Assert.Null(XmlData.TryParse(text, out var why));
        Assert.Contains(says, why, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_documents_are_refused()
    {
        Assert.Null(XmlData.TryParse(string.Concat(Enumerable.Repeat("<a>", 100_000)), out var why));
        Assert.Contains("deep", why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("//a[")]
    [InlineData("nosuch(1)")]
    [InlineData("")]
    [InlineData("$x")]
    public void What_is_no_expression_is_refused(string text) => Assert.NotNull(XPathProgram.Parse(text).Error);

    [Fact]
    public void Deep_expressions_are_refused() =>
        Assert.NotNull(XPathProgram.Parse(string.Concat(Enumerable.Repeat("(", 4000))).Error);

    [Fact]
    public void Searches_inside_one_another_are_refused_in_a_large_document()
    {
        var large = XmlData.TryParse("<a>" + string.Concat(Enumerable.Repeat("<b/>", 50_000)) + "</a>", out _)!;
        Assert.NotNull(XPathProgram.Parse("//*[//*[//b]]").Program!.Evaluate(large).Error);
        Assert.Equal(50_000, XPathProgram.Parse("//b").Program!.Evaluate(large).Values.Count);
    }
}
