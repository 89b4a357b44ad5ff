using System.Collections;
using System.Text;
using Reeve.Languages.PolicyTemplates.Format;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.Tests.PolicyTemplates;

public sealed class FormatTests
{
    [Fact]
    public void A_text_in_the_form_stays_as_it_is()
    {
        var (text, errors) = TemplateFormat.Format(Sample.Text);
        Assert.Empty(errors);
        Assert.Equal(Sample.Text, text);
    }

    [Fact]
    public void A_text_without_indentation_is_the_same_tree_when_it_is_formatted()
    {
        var heredoc = Sample.Text.IndexOf("code <<", StringComparison.Ordinal);
        var after = Sample.Text.IndexOf("EOS\n", heredoc + 20, StringComparison.Ordinal) + 4;
        var flat = Flat(Sample.Text[..heredoc]) + Sample.Text[heredoc..after] + Flat(Sample.Text[after..]);
        var formatted = TemplateFormat.Format(flat).Text!;
        Assert.Equal(Sample.Text, formatted);
        Assert.Equal(Tree(flat), Tree(formatted));
    }

    [Theory]
    [InlineData("query \"a\",\"b\"", "query \"a\", \"b\"\n")]
    [InlineData("run_script $js ,1 , -2", "run_script $js, 1, -2\n")]
    [InlineData("a   \"x\"    # why", "a \"x\" # why\n")]
    [InlineData("# one\n\n\n\n# two", "# one\n\n# two\n")]
    [InlineData("a do\n# inside\nb 1\nend # last", "a do\n  # inside\n  b 1\nend # last\n")]
    [InlineData("p [\n1,\n[ 2 ]\n]", "p [\n  1,\n  [ 2 ]\n]\n")]
    [InlineData("p join([\n\"a\"\n])", "p join([\n  \"a\"\n])\n")]
    [InlineData("p /a b/", "p /a b/\n")]
    [InlineData("define x() do\n$a = $b / 2; $c = 1\nend", "define x() do\n  $a = $b / 2; $c = 1\nend\n")]
    [InlineData("define x() do\nif $a\nfoo()\nelsif $b\nbar()\nelse\nbaz()\nend\nend",
        "define x() do\n  if $a\n    foo()\n  elsif $b\n    bar()\n  else\n    baz()\n  end\nend\n")]
    public void A_line_is_written_in_one_way(string written, string expected)
    {
        var text = TemplateFormat.Format(written).Text;
        Assert.Equal(expected, text);
        Assert.Equal(expected, TemplateFormat.Format(text!).Text);
        Assert.Equal(Tree(written), Tree(text!));
    }

    [Fact]
    public void A_text_that_cannot_be_read_is_not_formatted()
    {
        var (text, errors) = TemplateFormat.Format("policy \"x\" do");
        Assert.Null(text);
        Assert.Equal("Missing end", Assert.Single(errors).Problem);
    }

    private static string Flat(string text) => string.Join('\n', text.Split('\n').Select(l => l.TrimStart()));

    private static string Tree(string text)
    {
        var problems = new Problems();
        var dump = new StringBuilder();
        Dump(TemplateParser.Parse(text, problems), dump);
        Assert.Equal(0, problems.Count);
        return dump.ToString();
    }

    // everything of a tree but its places
    private static void Dump(object? node, StringBuilder to)
    {
        switch (node)
        {
            case null:
                to.Append("null ");
                break;
            case string or double or bool or Enum:
                to.Append(node).Append(' ');
                break;
            case SourcePoint or int or System.Text.RegularExpressions.Regex:
                break;
            case IEnumerable many:
                to.Append('[');
                foreach (var one in many)
                {
                    Dump(one, to);
                }

                to.Append(']');
                break;
            default:
                to.Append(node.GetType().Name).Append('(');
                foreach (var property in node.GetType().GetProperties().Where(p => p.Name is not ("Fields" or "Label")
                    || node is not Definition))
                {
                    Dump(property.GetValue(node), to);
                }

                to.Append(')');
                break;
        }
    }
}
