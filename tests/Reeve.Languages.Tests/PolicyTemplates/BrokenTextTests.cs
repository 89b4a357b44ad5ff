using Reeve.Languages.PolicyTemplates;

namespace Reeve.Languages.Tests.PolicyTemplates;

/// <summary>Golden data, `broken.txt`: pieces of templates, and every error of each with its place in the piece.</summary>
public sealed class BrokenTextTests
{
    private const string Head = "name \"x\"\nrs_pt_ver 20180301\ntype \"policy\"\nshort_description \"s\"\n";
    private const string Datasource = "datasource \"d\" do\n  run_script $js\nend\n";
    private const string Script = "script \"js\", type: \"javascript\" do\n  result \"r\"\n  code \"r = []\"\nend\n";
    private const string Policy =
        "policy \"p\" do\n  validate $d do\n    detail_template \"x\"\n    check eq(size(data), 0)\n  end\nend\n";

    private const string Defines = "define none() do\nend\n\ndefine one($x) return $y do\n  $y = $x\nend\n";
    private const string Escalation = "escalation \"e\" do\nend\n";
    private const string Rest = Datasource + Script + Policy;

    // what stands before and behind a piece, so that only the piece can be at fault
    private static readonly Dictionary<string, (string Before, string Behind)> _frames = new(StringComparer.Ordinal)
    {
        ["file"] = ("", ""),
        ["top"] = (Head, Rest),
        ["parameter"] = (Head + "parameter \"q\" do\n", "end\n" + Rest),
        ["datasource"] = (Head + "datasource \"d\" do\n", "end\n" + Script + Policy),
        ["request"] = (Head + "datasource \"d\" do\nrequest do\n", "end\nend\n" + Script + Policy),
        ["result"] = (Head + "datasource \"d\" do\nrequest do\nhost \"h\"\nend\nresult do\n", "end\nend\n" + Script + Policy),
        ["pagination"] = (Head + "pagination \"pages\" do\n", "end\n" + Rest),
        ["script"] = (Head + "script \"s\", type: \"javascript\" do\n", "end\n" + Rest),
        ["policy"] = (Head + Datasource + Script + Escalation + "policy \"p\" do\n", "end\n"),
        ["validate"] = (Head + Datasource + Script + Escalation + "policy \"p\" do\nvalidate $d do\n", "end\nend\n"),
        ["check"] = (Head + Datasource + Script + "policy \"p\" do\nvalidate $d do\ndetail_template \"x\"\n", "end\nend\n"),
        ["escalation"] = (Head + "escalation \"e\" do\n", "end\n" + Rest + Defines),
        ["credentials"] = (Head + "credentials \"c\" do\n", "end\n" + Rest),
    };

    private static readonly Dictionary<string, (string Text, string Expected)> _cases = Read();

    public static TheoryData<string> Names => [.. _cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_error_is_told_at_its_place(string name)
    {
        var (text, expected) = _cases[name];
        var (before, behind) = _frames[name[..name.IndexOf(':', StringComparison.Ordinal)]];
        var lines = before.Count(c => c == '\n');
        var errors = PolicyTemplate.Compile($"{before}{text}\n{behind}").Errors;
        var got = errors.Select(e => $"{e.At.Line - lines}:{e.At.Column} {e.Problem}: {e.Summary}");
        Assert.Equal(expected, errors.Count == 0 ? "fine" : string.Join('\n', got));
        Assert.All(errors, e => Assert.NotEmpty(e.Resolution));
    }

    [Fact]
    public void The_places_are_the_same_with_other_ends_of_lines_and_a_mark_at_the_beginning()
    {
        foreach (var (name, (text, _)) in _cases)
        {
            var (before, behind) = _frames[name[..name.IndexOf(':', StringComparison.Ordinal)]];
            var whole = $"{before}{text}\n{behind}";
            var plain = PolicyTemplate.Compile(whole).Errors.Select(e => (e.At, e.Problem));
            var windows = PolicyTemplate.Compile("\uFEFF" + whole.Replace("\n", "\r\n", StringComparison.Ordinal)).Errors;
            Assert.Equal(plain, windows.Select(e => (e.At, e.Problem)));
        }
    }

    private static Dictionary<string, (string Text, string Expected)> Read()
    {
        var all = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        var file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PolicyTemplates", "broken.txt"));
        foreach (var part in file.Split("### ", StringSplitOptions.RemoveEmptyEntries))
        {
            var lines = part.TrimEnd('\n').Split('\n');
            var text = lines.Skip(1).TakeWhile(l => !l.StartsWith("--- ", StringComparison.Ordinal)).ToList();
            all.Add(lines[0], (string.Join('\n', text), string.Join('\n', lines.Skip(1 + text.Count).Select(l => l[4..]))));
        }

        return all;
    }
}
