using System.Text;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Tests.Rego;

/// <summary>Whatever the text is: parsing, compiling and evaluating answer, and do not throw, hang or overflow.</summary>
public sealed class MutationTests
{
    private static readonly string[] Seeds =
    [
        """
        # METADATA
        # title: t
        package a.b["c"]
        import data.x.y as z
        import input.user
        default p := false
        p if { some i, x in input.xs; x.y[i] == z[_]; not q[x] with input as {"a": 1} with data.x as 2 }
        q contains x if { x := [1, 2, 3][_]; x > 1 } else := 3
        f(x, [y, _], {"k": v}) := w if { w := x + y * v - 1 / 2 % 3 }
        g[x][y].z := {k: v | some k, v in input; every a in [1] { a == v }}
        s := $"a{input.x} {{1, 2} | {3}} \{ {f(1, [2, 3], {"k": 4})}"
        r := {x | x = `raw`[_]} & {"a", "b"} | set()
        t := walk({"a": [1]}, [p1, v1]) == true
        """,
        "package v0\np[x] { x := data.a[_]; x == 1 } { x := 2 }\nq = 1 { true } else = 2 { false }\nf(x) = y { y = x }",
        "package e\na := [1, -2.5e3, \"\\u0041\\n\", null, true, {\"a\": {}}, set(), {1}]\nb := a[i].c[j] if { a[i]; count(a[j]) > 0 }",
    ];

    private static readonly string[] Pieces =
    [
        "{", "}", "[", "]", "(", ")", "|", ":", ":=", "=", ",", ".", "\"", "`", "$\"", "\n", "not ", "some x ", "every x in xs {", " in ",
        " with input as ", " if ", " else ", "default ", " contains ", "import data.x\n", "package ", "_", "data", "input", "x",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Mutated_modules_are_answered(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 700; round++)
        {
            var text = new StringBuilder(Seeds[random.Next(Seeds.Length)]);
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                Mutate(text, random);
            }

            Try(text.ToString(), round % 2 == 0 ? RegoVersion.V1 : RegoVersion.V0);
        }
    }

    [Fact]
    public void Random_characters_are_answered()
    {
        var random = new Random(7);
        const string alphabet = "{}[]()|&,:;=\"`$.#_ \n\tabif0159-+*/%<>!\\\u0000\ud800é";
        for (var round = 0; round < 3000; round++)
        {
            var text = new char[random.Next(60)];
            for (var at = 0; at < text.Length; at++)
            {
                text[at] = alphabet[random.Next(alphabet.Length)];
            }

            Try("package a\np := " + new string(text), RegoVersion.V1);
            Try(new string(text), RegoVersion.V0);
        }
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("(")]
    [InlineData("[x | [")]
    [InlineData("{1 | {")]
    [InlineData("{\"a\": ")]
    [InlineData("f(")]
    [InlineData("a[")]
    [InlineData("$\"{")]
    [InlineData("1 + (")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("every x in [")]
    public void Deep_nesting_is_an_error_and_no_overflow(string piece)
    {
        foreach (var depth in (int[])[100, 1000, 100_000])
        {
            Try("package a\np := " + string.Concat(Enumerable.Repeat(piece, depth)), RegoVersion.V1);
            Try("package a\np if {" + string.Concat(Enumerable.Repeat(piece, depth)), RegoVersion.V1);
        }
    }

    [Fact]
    public void Long_chains_of_operators_and_statements_are_answered()
    {
        Try("package a\np := " + string.Join(" + ", Enumerable.Repeat("1", 20_000)), RegoVersion.V1);
        var statements = string.Join("; ", Enumerable.Range(0, 2_000).Select(at => $"x{at} := {at}"));
        Try($"package a\np := x if {{ {statements}; x := 1 }}", RegoVersion.V1);
        Try("package a\np if {" + string.Join("; ", Enumerable.Repeat("[1, 2][_] > 1", 2_000)) + " }", RegoVersion.V1);
        Try("package a\np := 1 if false" + string.Concat(Enumerable.Repeat(" else := 2 if false", 5_000)), RegoVersion.V1);
        Try("package a\np := input" + string.Concat(Enumerable.Repeat(".a", 50_000)), RegoVersion.V1);
        Try(string.Concat("package a", string.Concat(Enumerable.Repeat(".b", 20_000))), RegoVersion.V1);
    }

    private static void Mutate(StringBuilder text, Random random)
    {
        if (text.Length == 0)
        {
            return;
        }

        var at = random.Next(text.Length);
        switch (random.Next(4))
        {
            case 0:
                text.Remove(at, Math.Min(random.Next(1, 12), text.Length - at));
                break;
            case 1:
                text.Insert(at, Pieces[random.Next(Pieces.Length)]);
                break;
            case 2:
                var length = Math.Min(random.Next(1, 30), text.Length - at);
                text.Insert(random.Next(text.Length), text.ToString(at, length));
                break;
            default:
                text[at] = (char)random.Next(1, 127);
                break;
        }
    }

    private static void Try(string text, RegoVersion version)
    {
        var parsed = RegoModule.Parse(text, "m.rego", version);
        if (parsed.Module is null)
        {
            Assert.NotEmpty(parsed.Errors);
            return;
        }

        var compiled = RegoProgram.Compile([parsed.Module], new CompileOptions { Strict = version == RegoVersion.V0 });
        if (compiled.Program is null)
        {
            Assert.NotEmpty(compiled.Errors);
            return;
        }

        var limits = new EvaluationLimits { Steps = 200_000, Time = TimeSpan.FromSeconds(2) };
        var prepared = compiled.Program.Prepare("data = x");
        prepared.Query?.Evaluate(new EvaluationInput { Limits = limits }, CancellationToken.None);
    }
}
