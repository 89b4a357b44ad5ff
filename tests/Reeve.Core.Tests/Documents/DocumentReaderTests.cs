using System.Text;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Tests.Documents;

public sealed class DocumentReaderTests
{
    [Fact]
    public void Several_yaml_documents_are_read_in_order()
    {
        var set = Read("# first\nkind: Policy\n---\n---\nkind: Binding\nspec: {enabled: true}\n...\n");

        Assert.Empty(set.Mistakes);
        Assert.Equal(["Policy", "Binding"], set.Documents.Select(d => d.Root.Text("kind")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n---\n")]
    [InlineData("[]")]
    public void A_text_without_documents_has_none(string text)
    {
        var set = Read(text);

        Assert.Empty(set.Documents);
        Assert.Empty(set.Mistakes);
    }

    [Fact]
    public void Json_is_one_object_or_several_or_a_list()
    {
        Assert.Single(Read(" {\"a\":1}").Documents);
        Assert.Equal(2, Read("{\"a\":1}\n{\"a\":2}").Documents.Length);
        Assert.Equal(2, Read("[{\"a\":1},{\"a\":2}]").Documents.Length);
        Assert.Equal(2, Read("{a: 1}\n---\n{a: 2}").Documents.Length);
    }

    [Theory]
    [InlineData("123", "123")]
    [InlineData("007", "7")]
    [InlineData("-0", "-0")]
    [InlineData("+1.50", "1.50")]
    [InlineData("1.0", "1.0")]
    [InlineData(".5", "0.5")]
    [InlineData("5.", "5.0")]
    [InlineData("5.e3", "5.0e3")]
    [InlineData("-.5e-3", "-0.5e-3")]
    [InlineData("0x1F", "31")]
    [InlineData("0o17", "15")]
    [InlineData("null", "null")]
    [InlineData("~", "null")]
    [InlineData("", "null")]
    [InlineData("True", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("off", "\"off\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData(".", "\".\"")]
    [InlineData("-", "[null]")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("0x", "\"0x\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("'12'", "\"12\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int '12'", "12")]
    [InlineData("! 12", "\"12\"")]
    [InlineData("1152921504606846976000000", "1152921504606846976000000")]
    public void Scalars_follow_the_core_schema(string yaml, string json)
    {
        var set = Read(yaml == "-" ? "v:\n  -\n" : $"v: {yaml}\n");

        Assert.Empty(set.Mistakes);
        Assert.Equal(json, set.Documents[0].Root.GetProperty("v").GetRawText());
    }

    [Theory]
    [InlineData("v: .inf", "not-allowed")]
    [InlineData("v: -.nan", null)]
    [InlineData("v: !!int abc", "not-allowed")]
    [InlineData("v: !secret x", "not-allowed")]
    [InlineData("v: !thing {a: 1}", "not-allowed")]
    [InlineData("v: \"\\ud800\"", "malformed-text")]
    [InlineData("\"\\ud800\": 1", "malformed-text")]
    [InlineData("v: *nobody", "not-found")]
    [InlineData("v: &a [*a]", "malformed-text")]
    [InlineData("? [a, b]\n: 1", "wrong-type")]
    [InlineData("just a text", "wrong-type")]
    [InlineData("- a: 1", "wrong-type")]
    [InlineData("a: 1\na: 2", "duplicate")]
    [InlineData("{\"a\": 1, \"a\": 2}", "duplicate")]
    [InlineData("{\"a\": \"\\ud800\"}", "malformed-text")]
    [InlineData("{\"\\udc00\": 1}", "malformed-text")]
    [InlineData("{\"a\": 01}", "malformed-text")]
    [InlineData("[1]", "wrong-type")]
    [InlineData("a: b: c", "malformed-text")]
    [InlineData("a: 'x", "malformed-text")]
    [InlineData("a: [1, 2", "malformed-text")]
    [InlineData("a:\n\t- b", "malformed-text")]
    [InlineData("%YAML 9.9\n---\na: 1", "malformed-text")]
    public void A_text_that_is_wrong_says_so(string text, string? code)
    {
        var set = Read(text);

        Assert.Equal(code is null ? [] : [code], set.Mistakes.Select(m => m.Code));
        Assert.All(set.Mistakes, m => Assert.True(m.Position is { Line: >= 1, Column: >= 1, File: "x.yaml" }));
    }

    [Theory]
    [InlineData("kind: Policy\nspec:\n  a: [1, 2\nb: 3\n", 4)]
    [InlineData("kind: Policy\n---\nkind: Binding\n  x: 1\n", 4)]
    [InlineData("kind: Policy\nspec:\n\tx: 1\n", 3)]
    public void Malformed_yaml_names_the_line(string text, int line)
    {
        var mistake = Assert.Single(Read(text).Mistakes);

        Assert.Equal(line, mistake.Position!.Line);
        Assert.StartsWith("malformed YAML: ", mistake.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Malformed_json_names_line_and_column()
    {
        var mistake = Assert.Single(Read("{\n  \"ä\": \"ö\", x\n}").Mistakes);

        Assert.Equal("x.yaml:2:13", mistake.Position!.ToString());
        Assert.Equal("malformed-text", mistake.Code);
        Assert.DoesNotContain("LineNumber", mistake.Message, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(Read("{\"a\":\n [1,").Mistakes).Position!.Line);
    }

    [Fact]
    public void The_documents_before_a_mistake_are_kept()
    {
        var set = Read("kind: A\n---\nkind: [\n");

        Assert.Single(set.Documents);
        Assert.Single(set.Mistakes);
    }

    [Fact]
    public void Places_are_found_by_pointer()
    {
        const string text = "kind: Policy\nspec:\n  list:\n    - name: a\n    - name: b\n  'odd/na~me': 1\n";
        var places = Read(text).Documents[0].Positions;

        Assert.Equal((1, 1), Place(places, ""));
        Assert.Equal((2, 1), Place(places, "/spec"));
        Assert.Equal((5, 7), Place(places, "/spec/list/1"));
        Assert.Equal((5, 7), Place(places, "/spec/list/1/name"));
        Assert.Equal((6, 3), Place(places, JsonPointer.Member("/spec", "odd/na~me")));
        Assert.Equal((3, 3), Place(places, "/spec/list/7/nothing"));
        Assert.Equal((2, 1), Place(places, "/spec/none/list"));
        Assert.Equal((1, 1), Place(places, "no pointer"));
    }

    [Fact]
    public void Places_in_json_are_those_of_the_names()
    {
        var places = Read("{\"kind\": \"Ü\",\n \"spec\": {\"a\": [1,\n  {\"b\": 2}]}}").Documents[0].Positions;

        Assert.Equal((2, 2), Place(places, "/spec"));
        Assert.Equal((2, 11), Place(places, "/spec/a"));
        Assert.Equal((3, 3), Place(places, "/spec/a/1"));
        Assert.Equal((3, 4), Place(places, "/spec/a/1/b"));
        var second = Read("[{\"a\":1},\n {\"b\":2}]").Documents[1].Positions;
        Assert.Equal((2, 3), Place(second, "/b"));
    }

    [Fact]
    public void Aliases_and_merge_keys_are_written_out()
    {
        var set = Read("base: &b {x: 1, y: {z: 2}}\none: *b\ntwo:\n  <<: [*b, {x: 9, w: 3}]\n  y: 5\n");

        Assert.Empty(set.Mistakes);
        Assert.Equal("{\"x\":1,\"y\":{\"z\":2}}", set.Documents[0].Root.GetProperty("one").GetRawText());
        Assert.Equal("{\"y\":5,\"x\":1,\"w\":3}", set.Documents[0].Root.GetProperty("two").GetRawText());
        Assert.Equal((5, 3), Place(set.Documents[0].Positions, "/two/y"));
    }

    [Fact]
    public void Aliases_that_multiply_hit_the_limit()
    {
        var text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        var merged = new StringBuilder("m0: &m0 {a: 1}\n");
        for (var i = 1; i < 40; i++)
        {
            text.AppendJoin(", ", Enumerable.Repeat($"*a{i - 1}", 10).Prepend($"a{i}: &a{i} [x")).Append("]\n");
            merged.AppendJoin(", ", Enumerable.Repeat($"*m{i - 1}", 10).Prepend($"m{i}: &m{i} {{<<: [*m0")).Append("]}\n");
        }

        Assert.Equal(ErrorCodes.TooLarge, Assert.Single(Read(text.ToString()).Mistakes).Code);
        Assert.Equal(ErrorCodes.TooLarge, Assert.Single(Read(merged.ToString()).Mistakes).Code);
    }

    [Fact]
    public void Aliases_of_a_long_text_hit_the_limit()
    {
        var text = $"a: &a {new string('x', 1_000_000)}\nb: [{string.Join(", ", Enumerable.Repeat("*a", 1000))}]\n";

        Assert.Equal(ErrorCodes.TooLarge, Assert.Single(Read(text).Mistakes).Code);
    }

    [Theory]
    [InlineData("{\"a\":", "}")]
    [InlineData("[", "]")]
    [InlineData("- ", "")]
    [InlineData("a: {a: ", "")]
    [InlineData("x: [[", "")]
    [InlineData("? ", "")]
    public void Depth_is_limited(string open, string close)
    {
        var text = string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000));

        Assert.NotEmpty(Read(text).Mistakes);
    }

    [Fact]
    public void What_is_as_deep_as_allowed_is_read()
    {
        var open = string.Concat(Enumerable.Repeat("[", 63));
        var close = string.Concat(Enumerable.Repeat("]", 63));

        Assert.Empty(Read($"{{\"a\": {open}1{close}}}").Mistakes);
        Assert.Empty(Read($"a: {open}1{close}").Mistakes);
        Assert.Equal(ErrorCodes.TooDeep, Assert.Single(Read($"{{\"a\": [{open}1{close}]}}").Mistakes).Code);
        Assert.Equal(ErrorCodes.TooDeep, Assert.Single(Read($"a: [{open}1{close}]").Mistakes).Code);
    }

    [Fact]
    public void Size_documents_and_values_are_limited()
    {
        var limits = new DocumentLimits { MaxBytes = 1000, MaxDocuments = 3, MaxValues = 20 };

        Assert.Equal("too-large", Assert.Single(DocumentReader.Read(new string('#', 1001), "x", limits).Mistakes).Code);
        Assert.Equal("too-large", Assert.Single(DocumentReader.Read("a: 1\n---\na: 1\n---\na: 1\n---\na: 1\n", "x", limits).Mistakes).Code);
        Assert.Equal("too-large", Assert.Single(DocumentReader.Read("{}{}{}{}", "x", limits).Mistakes).Code);
        Assert.Equal(
            "too-large", Assert.Single(DocumentReader.Read("a: [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]", "x", limits).Mistakes).Code);
        var json = "{\"a\": [1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9]}";
        Assert.Equal("too-large", Assert.Single(DocumentReader.Read(json, "x", limits).Mistakes).Code);
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused_with_their_place()
    {
        byte[] text = [.. "kind: Ü\nname: "u8, 0xE4, (byte)'\n'];
        var mistake = Assert.Single(DocumentReader.Read(text.AsMemory(), "x.yaml").Mistakes);

        Assert.Equal("x.yaml:2:7: byte 15 (`0xe4`) is not UTF-8; save the text as UTF-8 [not-utf8]", mistake.ToString());
        Assert.Contains(
            "UTF-16",
            DocumentReader.Read(new byte[] { 0xFF, 0xFE, 0x41, 0 }.AsMemory(), "x").Mistakes[0].Message,
            StringComparison.Ordinal);
        Assert.Equal("not-utf8", DocumentReader.Read("a: \ud800", "x").Mistakes[0].Code);
        Assert.Equal("not-utf8", DocumentReader.Read(new byte[] { (byte)'a', 0xC3 }.AsMemory(), "x").Mistakes[0].Code);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped()
    {
        Assert.Single(DocumentReader.Read("\uFEFF{\"a\":1}", "x").Documents);
        Assert.Single(DocumentReader.Read("\uFEFFa: 1", "x").Documents);
    }

    [Fact]
    public void A_large_text_of_one_line_is_read_in_reasonable_time()
    {
        var json = "{\"a\":[" + string.Join(',', Enumerable.Range(0, 400_000)) + "]}";

        Assert.Empty(Read(json).Mistakes);
    }

    [Fact]
    public void Damaged_texts_never_throw()
    {
        string[] seeds =
        [
            "kind: Policy\nmetadata: {name: a, labels: {x: 'y'}}\nspec:\n  - &a b\n  - *a\n  - |\n    text\n  - >-\n    folded\n"
                + "  - !!str 1\n  - \"q\\u0041\"\n",
            "{\"kind\": \"Policy\", \"spec\": [1, 2.5e3, true, null, {\"a\": \"\\u00e4\\n\"}]}",
            "%YAML 1.2\n---\n? a\n: b\n<<: {c: d}\n...\n---\n- x\n",
        ];
        var random = new Random(7);
        const string chars = "{}[]:,-?*&!|>'\"%@`#\\ \t\n\r~<=\0\u0085\u2028\ufeff\uffffa0.eE+xo";
        for (var round = 0; round < 6000; round++)
        {
            var text = new StringBuilder(seeds[round % seeds.Length]);
            for (var edit = random.Next(1, 6); edit > 0 && text.Length > 0; edit--)
            {
                var at = random.Next(text.Length);
                _ = random.Next(4) switch
                {
                    0 => text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at)),
                    1 => text.Insert(at, chars[random.Next(chars.Length)]),
                    2 => text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 20), text.Length - at))),
                    _ => text.Replace(text[at], chars[random.Next(chars.Length)], at, 1),
                };
            }

            var set = Read(text.ToString());
            foreach (var document in set.Documents)
            {
                Touch(document.Root);
            }
        }
    }

    private static void Touch(System.Text.Json.JsonElement element)
    {
        switch (element.ValueKind)
        {
            case System.Text.Json.JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    _ = member.Name;
                    Touch(member.Value);
                }

                break;
            case System.Text.Json.JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Touch(item);
                }

                break;
            case System.Text.Json.JsonValueKind.String:
                _ = element.GetString();
                break;
            case System.Text.Json.JsonValueKind.Number:
                _ = element.GetDouble();
                break;
            default:
                break;
        }
    }

    private static (int Line, int Column) Place(SourceMap places, string pointer)
    {
        var place = places.Find(pointer);
        return (place.Line, place.Column);
    }

    private static DocumentSet Read(string text) => DocumentReader.Read(text, "x.yaml");
}
