using Reeve.Languages.Data;
using Reeve.Languages.GoTemplate;

namespace Reeve.Languages.Tests.GoTemplate;

public sealed class GoTemplateTests
{
    private const string Data = """
        {"name":"disk <1>","count":3,"cost":1234567,"ratio":0.5,"ok":true,"no":false,"none":null,"empty":[],"nulls":[null,"a"],
         "rows":[{"id":"a","n":1},{"id":"b","n":2},{"id":"c","n":3}],"map":{"y":2,"x":1}}
        """;

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{{.name}}", "disk <1>")]
    [InlineData("{{ .map.x }}/{{ .missing }}/{{ .none }}", "1/<no value>/<no value>")]
    [InlineData("{{ .count }} {{ .cost }} {{ .ratio }} {{ .ok }}", "3 1.234567e+06 0.5 true")]
    [InlineData("{{ .rows }}", "[map[id:a n:1] map[id:b n:2] map[id:c n:3]]")]
    [InlineData("{{ len .rows }} {{ len .name }} {{ len .map }}", "3 8 2")]
    [InlineData("{{ with index .rows 0 }}{{ .id }}{{ end }}", "a")]
    [InlineData("{{ with .none }}x{{ else }}y{{ end }}", "y")]
    [InlineData("{{ with .none }}x{{ else with .count }}{{ . }}{{ end }}", "3")]
    [InlineData("{{ range .rows }}{{ .id }},{{ end }}", "a,b,c,")]
    [InlineData("{{ range $i, $r := .rows }}{{ $i }}={{ $r.id }} {{ end }}", "0=a 1=b 2=c ")]
    [InlineData("{{ range $k, $v := .map }}{{ $k }}{{ $v }}{{ end }}", "x1y2")]
    [InlineData("{{ range .empty }}x{{ else }}none{{ end }}", "none")]
    [InlineData("{{ range .rows }}{{ if eq .id \"b\" }}{{ continue }}{{ end }}{{ .id }}{{ end }}", "ac")]
    [InlineData("{{ range .rows }}{{ if eq .id \"b\" }}{{ break }}{{ end }}{{ .id }}{{ end }}", "a")]
    [InlineData("{{ range 3 }}{{ . }}{{ end }}", "012")]
    [InlineData("{{ if .ok }}y{{ end }}{{ if .empty }}n{{ else if .count }}c{{ else }}e{{ end }}", "yc")]
    [InlineData("{{ if and .ok .count }}a{{ end }}{{ if or .no .none }}o{{ end }}{{ if not .no }}n{{ end }}", "an")]
    [InlineData("{{ or .no \"x\" }}{{ and .ok .no .missing.field }}", "xfalse")]
    [InlineData("{{ eq .name \"a\" \"disk <1>\" }} {{ ne 1 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ gt \"b\" \"a\" }} {{ ge 1.5 2.5 }}",
        "true true true true true false")]
    [InlineData("a  {{- 1 -}}  b", "a1b")]
    [InlineData("a {{- /* note */ -}} b", "ab")]
    [InlineData("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2")]
    [InlineData("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ $x }}{{ end }}{{ $x }}", "21")]
    [InlineData("{{ range .rows }}{{ $.name | len }}{{ end }}", "888")]
    [InlineData("{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" .count }}", "[3]")]
    [InlineData("{{ block \"b\" .rows }}{{ len . }}{{ end }}", "3")]
    [InlineData("{{ printf \"%s|%5.2f|%-4d|%04d|%q|%v|%x|%t|%%\" .name .ratio 7 42 \"a\\\"b\" .count 255 .ok }}",
        "disk <1>| 0.50|7   |0042|\"a\\\"b\"|3|ff|true|%")]
    [InlineData("{{ printf \"%d %s %z\" .count }}", "%!d(float64=3) %!s(MISSING) %!z(MISSING)")]
    [InlineData("{{ printf \"%[2]v %[1]v|%[3]v|%+v\" 1 2 }}", "2 1|%!v(BADINDEX)|2")]
    [InlineData("{{ printf \"x\" 1 }}", "x%!(EXTRA int=1)")]
    [InlineData("{{ printf \"%.2e %.3g %+d %T\" 1234.5 1234.5 5 .name }}", "1.23e+03 1.23e+03 +5 string")]
    [InlineData("{{ print 1 2 \"a\" \"b\" 3 }}{{ println \"x\" 1 }}", "1 2ab3x 1\n")]
    [InlineData("{{ html .name }} {{ .name | urlquery }} {{ js \"a'b\" }}", "disk &lt;1&gt; disk+%3C1%3E a\\'b")]
    [InlineData("{{ html .none }} {{ print .none }} {{ .missing.deep.er }} {{ $x := .none }}{{ $x.y }}",
        "&lt;no value&gt; <nil> <no value> <no value>")]
    [InlineData("{{ range $i, $x := .empty }}{{ else }}{{ $i = 5 }}{{ $i }} {{ $x }}{{ end }}", "5 []")]
    [InlineData("{{ println .none 1 }}{{ printf \"%d|%v\" .nulls .none }}", "<nil> 1\n[<nil> %!d(string=a)]|<nil>")]
    [InlineData("{{ define \"t\" }} {{ end }}{{ define \"t\" }}b{{ end }}{{ template \"t\" }}", "b")]
    [InlineData("{{ index .map \"y\" }}{{ index .rows 1 \"id\" }}", "2b")]
    [InlineData("{{ slice .name 0 4 }}{{ len (slice .rows 1) }}", "disk2")]
    [InlineData("{{ (index .rows 2).id }}{{ (len .rows) | printf \"%03d\" }}", "c003")]
    [InlineData("{{ `raw \"x\"` }}{{ 'a' }}{{ 0x10 }}{{ 1e3 }}{{ \"\\u00e9\\n\" }}", "raw \"x\"97161000é\n")]
    [InlineData("{{.}}", "map[cost:1.234567e+06 count:3 empty:[] map:map[x:1 y:2] name:disk <1> no:false none:<nil> nulls:[<nil> a] "
        + "ok:true ratio:0.5 rows:[map[id:a n:1] map[id:b n:2] map[id:c n:3]]]")]
    public void A_template_is_rendered(string text, string expected)
    {
        var (program, error) = GoTemplateProgram.Parse(text);
        Assert.Null(error);
        Assert.True(JsonData.TryParse(Data, out var data, out _));
        var (made, failed) = program!.Render(data);
        Assert.Null(failed);
        Assert.Equal(expected, made);
    }

    [Theory]
    [InlineData("a\n {{ if .x }}", 2, 5, "`if` has no `end`")]
    [InlineData("{{ end }}", 1, 7, "unexpected")]
    [InlineData("{{ nothing 1 }}", 1, 4, "function `nothing` not defined")]
    [InlineData("{{ $x }}", 1, 4, "undefined variable `$x`")]
    [InlineData("{{ .a ", 1, 7, "no `}}`")]
    [InlineData("{{ \"abc }}", 1, 4, "no end")]
    [InlineData("{{ break }}", 1, 9, "outside")]
    [InlineData("{{ }}", 1, 4, "missing")]
    [InlineData("{{/* x", 1, 1, "comment")]
    [InlineData("{{ .a | 3 }}", 1, 9, "only a function")]
    [InlineData("{{ .a | . }}", 1, 9, "only a function")]
    [InlineData("{{ ..a }}", 1, 5, "behind a `.`")]
    [InlineData("{{ if .a }}{{ define \"t\" }}{{ end }}{{ end }}", 1, 15, "inside of another")]
    [InlineData("{{ define \"t\" }}a{{ end }}{{ define \"t\" }}b{{ end }}", 1, 30, "more than one definition")]
    public void What_is_wrong_is_said_with_its_place(string text, int line, int column, string says)
    {
        var (program, error) = GoTemplateProgram.Parse(text);
        Assert.Null(program);
        Assert.Equal((line, column), (error!.Line, error.Column));
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ .none.x }}", "no field `x`")]
    [InlineData("{{ index .rows 9 }}", "out of range")]
    [InlineData("{{ eq .count 3 }}", "incompatible types")]
    [InlineData("{{ template \"t\" }}", "not defined")]
    [InlineData("{{ len .count }}", "len of type float64")]
    [InlineData("{{ .name.x }}", "can't take field")]
    [InlineData("{{ define \"t\" }}{{ template \"t\" }}{{ end }}{{ template \"t\" }}", "deep")]
    public void What_fails_is_said(string text, string says)
    {
        Assert.True(JsonData.TryParse(Data, out var data, out _));
        var (_, error) = GoTemplateProgram.Parse(text).Program!.Render(data);
        Assert.Contains(says, error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_from_outside_is_called()
    {
        var functions = new Dictionary<string, Func<object?[], object?>> { ["data"] = _ => new List<object?> { 1d, 2d } };
        Assert.Equal("2", GoTemplateProgram.Parse("{{ len data }}", "data").Program!.Render(null, functions).Text);
    }

    [Theory]
    [InlineData("{{ if . }}")]
    [InlineData("{{ (")]
    [InlineData("{{ if . }}{{ else if . }}")]
    [InlineData("{{ range . }}")]
    public void Deep_nesting_is_refused(string part) =>
        Assert.NotNull(GoTemplateProgram.Parse(string.Concat(Enumerable.Repeat(part, 5000))).Error);

    [Fact]
    public void A_rendering_has_a_limit()
    {
        var (_, error) = GoTemplateProgram.Parse("{{ range 1000000000 }}{{ range 1000 }}xxxxxxxxxx{{ end }}{{ end }}").Program!
            .Render(null, limits: new EvaluationLimits(1_000_000, 100_000));
        Assert.Contains("stopped", error!.Message, StringComparison.Ordinal);
    }
}
