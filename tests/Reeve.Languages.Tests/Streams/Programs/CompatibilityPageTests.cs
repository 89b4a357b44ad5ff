using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Compiler;
using Reeve.Languages.Streams.Functions;
using Reeve.Languages.Streams.Query;
using Reeve.Languages.Tests.Streams.Query;

namespace Reeve.Languages.Tests.Streams.Programs;

/// <summary>The page docs/compatibility-streams.md says what is so.</summary>
public sealed partial class CompatibilityPageTests
{
    // what macros turn into; programs do not write it
    private static readonly HashSet<string> Inner = new(StringComparer.Ordinal)
    {
        "apdex*", "by*", "dorun*", "exception-stream*", "for*", "match*", "member?", "no-clause*", "run!*", "splitp*", "stop*", "where**",
        ":stop",
    };

    private static readonly List<(string Section, string[] Cells)> Page = Read();

    private static IEnumerable<(string Name, string Here)> Names => Page
        .Where(row => row.Section is not ("The reader" or "The query language"))
        .Select(row => (row.Cells[0].Trim('`'), row.Cells[1]));

    [Fact]
    public void The_page_names_all_that_the_engine_knows_and_nothing_else_as_there()
    {
        var known = BuiltinCatalog.Names.Concat(Analyzer.FormNames).Where(n => !Inner.Contains(n)).Order(StringComparer.Ordinal);

        Assert.Equal(known, Names.Where(n => n.Here is "yes" or "read").Select(n => n.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whatever_is_there_is_held_by_a_row()
    {
        var held = ProgramRows.Rows.Values
            .Where(row => !row.TryGetProperty("error", out _))
            .Select(row => row.GetProperty("stream").GetString()!)
            .Concat(ExpressionRows.Rows.Select(row => row.Expression))
            .SelectMany(text => Token().Matches(text).Select(m => m.Value))
            .ToHashSet(StringComparer.Ordinal);

        Assert.Equal([], Names.Where(n => n.Here is "yes" or "read").Select(n => n.Name).Except(held));
    }

    [Fact]
    public void What_is_not_there_or_refused_is_told_with_its_place()
    {
        Assert.All(Names.Where(n => n.Here is "no" or "refused"), n =>
        {
            Assert.Null(StreamProgram.Compile($"(sdo ({n.Name} 1 2))", new StreamOptions(), out var problems));
            Assert.Equal((1, 7), (problems[0].Line, problems[0].Column));
            var said = n.Here == "no" ? $"there is no `{n.Name}`" : $"`{n.Name}` is not allowed";
            Assert.Contains(said, problems[0].Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_the_reader_takes_is_as_the_page_says()
    {
        var rows = Page.Where(row => row.Section == "The reader").ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var example = Code(row.Cells[1]);
            var program = StreamProgram.Compile($"(fn [e] (emit [{example}\n]))", new StreamOptions(), out _);
            Assert.True(program is not null == (row.Cells[2] == "yes"), example);
        });
    }

    [Fact]
    public void The_query_language_is_as_the_page_says_and_each_form_has_a_row()
    {
        var rows = Page.Where(row => row.Section == "The query language").ToList();
        Assert.NotEmpty(rows);
        Assert.All(rows, row =>
        {
            var example = Code(row.Cells[1]);
            Assert.Equal(row.Cells[2] == "yes", StreamQuery.TryParse(example, out _, out _));
            Assert.Contains(example, QueryRows.Texts);
        });
    }

    // what holds a backtick itself stands between two
    private static string Code(string cell) => cell.StartsWith("``", StringComparison.Ordinal) ? cell[2..^2].Trim() : cell[1..^1];

    private static List<(string Section, string[] Cells)> Read([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder!.FullName, "Reeve.slnx")))
        {
            folder = folder.Parent;
        }

        var (section, rows) = ("", new List<(string, string[])>());
        foreach (var line in File.ReadLines(Path.Combine(folder.FullName, "docs", "compatibility-streams.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                section = line[3..];
            }
            else if (line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal))
            {
                rows.Add((section, [.. line.Split('|')[1..^1].Select(cell => cell.Trim())]));
            }
        }

        return rows;
    }

    [GeneratedRegex(@"[^\s()\[\]{}""'@#^`~,;]+")]
    private static partial Regex Token();
}
