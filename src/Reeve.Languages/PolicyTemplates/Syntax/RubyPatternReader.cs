using System.Globalization;
using System.Text;

namespace Reeve.Languages.PolicyTemplates.Syntax;

/// <summary>A regular expression of Ruby, rewritten to one of .NET that matches the same.</summary>
internal sealed class RubyPatternReader(string pattern)
{
    private const int Deepest = 200;

    private readonly StringBuilder _out = new(pattern.Length + 16);
    private readonly Stack<int> _groups = [];
    private int _at;

    // where the last thing begins that a `*` would repeat; -1 when there is none
    private int _atom = -1;

    /// <summary>What is wrong, after a translation that yields nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>With names, brackets without one capture nothing.</summary>
    public bool HasNames { get; private set; }

    public string? Translate()
    {
        while (_at < pattern.Length && Problem is null)
        {
            Next(pattern[_at]);
        }

        if (_groups.Count > 0)
        {
            Problem ??= "a `(` has no `)`";
        }

        return Problem is null ? _out.ToString() : null;
    }

    private void Next(char c)
    {
        switch (c)
        {
            case '\\':
                _atom = _out.Length;
                ReadEscape();
                break;
            case '[':
                _atom = _out.Length;
                var set = new RubyClassReader(pattern, _at);
                _out.Append(set.Read());
                _at = set.At;
                Problem ??= set.Problem;
                break;
            case '(':
                Open();
                break;
            case ')' when _groups.Count == 0:
                Problem = "a `)` has no `(`";
                break;
            case ')':
                _out.Append(')');
                _atom = _groups.Pop();
                _at++;
                break;
            case '|':
                _out.Append('|');
                _atom = -1;
                _at++;
                break;
            case '*' or '+' or '?':
                Repeat(c.ToString(), 1, true);
                break;
            case '{' when Interval() is var (text, length):
                Repeat(text, length, false);
                break;
            case '^':
                // a line that only the end of the text would begin is none
                _atom = _out.Length;
                _out.Append(@"(?:\A|(?<=\n)(?!\z))");
                _at++;
                break;
            default:
                _atom = _out.Length;
                Literal();
                break;
        }
    }

    private void Literal()
    {
        var c = pattern[_at++];
        if (char.IsHighSurrogate(c) && _at < pattern.Length && char.IsLowSurrogate(pattern[_at]))
        {
            _out.Append("(?:").Append(c).Append(pattern[_at++]).Append(')');
            return;
        }

        _out.Append(c is '{' or '#' or ' ' ? $"\\{c}" : c.ToString());
    }

    // `+` behind a quantifier of one character takes and never gives back; behind an interval it repeats the interval
    private void Repeat(string quantifier, int length, bool isSimple)
    {
        if (_atom < 0)
        {
            Problem = $"`{quantifier}` repeats nothing";
            return;
        }

        _at += length;
        var next = _at < pattern.Length ? pattern[_at] : '\0';
        _out.Append(quantifier);
        if (next == '?' && (isSimple || quantifier.Contains(',', StringComparison.Ordinal)))
        {
            _out.Append('?');
            _at++;
            Wrap("(?:");
        }
        else if (next == '+' && isSimple)
        {
            _at++;
            Wrap("(?>");
        }
        else if (next is '*' or '+' or '?' or '{')
        {
            Wrap("(?:");
        }
    }

    private void Wrap(string open) => _out.Insert(_atom, open).Append(')');

    private (string Text, int Length)? Interval()
    {
        var end = pattern.IndexOf('}', _at);
        if (end < 0 || pattern[(_at + 1)..end] is not { Length: > 0 } inside || !inside.All(c => char.IsAsciiDigit(c) || c == ',')
            || inside.Count(c => c == ',') > 1 || inside == ",")
        {
            return null;
        }

        var parts = inside.Split(',');
        if (parts.Any(p => p.Length > 5))
        {
            Problem = $"the interval `{{{inside}}}` is too large";
        }
        else if (parts is [{ Length: > 0 } least, { Length: > 0 } most]
            && int.Parse(least, CultureInfo.InvariantCulture) > int.Parse(most, CultureInfo.InvariantCulture))
        {
            Problem = $"in the interval `{{{inside}}}` the first number is the greater one";
        }

        return ($"{{{(parts[0].Length == 0 ? "0" : "")}{inside}}}", end + 1 - _at);
    }

    private void Open()
    {
        var start = _out.Length;
        var rest = pattern.AsSpan(_at);
        if (_groups.Count >= Deepest)
        {
            Problem = $"brackets are nested more than {Deepest} deep";
        }
        else if (!rest.StartsWith("(?"))
        {
            _out.Append('(');
            _at++;
        }
        else if (rest.StartsWith("(?#"))
        {
            var end = pattern.IndexOf(')', _at);
            Problem = end < 0 ? "a `(` has no `)`" : null;
            _at = end + 1;
            return;
        }
        else if (rest.StartsWith("(?:") || rest.StartsWith("(?=") || rest.StartsWith("(?!") || rest.StartsWith("(?>"))
        {
            _out.Append(rest[..3]);
            _at += 3;
        }
        else if (rest.StartsWith("(?<=") || rest.StartsWith("(?<!"))
        {
            _out.Append(rest[..4]);
            _at += 4;
        }
        else if (rest.StartsWith("(?<") || rest.StartsWith("(?'"))
        {
            OpenNamed(rest[2] == '<' ? '>' : '\'');
        }
        else
        {
            var end = rest.IndexOfAny(':', ')');
            Problem = rest[2..(end < 2 ? 2 : end)].IndexOfAnyExcept("mix-") < 0 && end > 2
                ? $"modifiers inside the expression, as `{rest[..(end + 1)]}`, are not supported"
                : "a `(?` that means nothing";
        }

        _groups.Push(start);
        _atom = -1;
    }

    private void OpenNamed(char close)
    {
        var end = pattern.IndexOf(close, _at + 3);
        var name = end < 0 ? "" : pattern[(_at + 3)..end];
        if (!IsName(name))
        {
            Problem = "a group has no name that could be one";
            return;
        }

        HasNames = true;
        _out.Append("(?<").Append(name).Append('>');
        _at = end + 1;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 100 && !char.IsDigit(name[0]) && name.All(c => c == '_' || char.IsLetterOrDigit(c));

    private void ReadEscape()
    {
        if (_at + 1 >= pattern.Length)
        {
            Problem = "a `\\` at the end";
            return;
        }

        var c = pattern[_at + 1];
        switch (c)
        {
            case >= '1' and <= '9' when pattern.Contains("(?<", StringComparison.Ordinal) && NamesGroups():
                Problem = $"a group by its number, `\\{c}`, where groups have names";
                break;
            case 'A' or 'Z' or 'z' or 'b' or 'B' or 'G' or (>= '1' and <= '9'):
                _out.Append('\\').Append(c);
                _at += 2;
                break;
            case 'R':
                _out.Append(@"(?:\r\n|[\n\v\f\r\u0085\u2028\u2029])");
                _at += 2;
                break;
            case 'X':
                _out.Append(@"(?>\r\n|\P{M}\p{M}*|\p{M}+)");
                _at += 2;
                break;
            case 'k':
                ReadBackReference();
                break;
            case 'g' or 'K':
                Problem = c == 'g' ? "calls of groups, as `\\g`, are not supported" : "`\\K` is not supported";
                break;
            default:
                var set = new RubyClassReader(pattern, _at);
                _out.Append(set.ReadEscape());
                _at = set.At;
                Problem ??= set.Problem;
                break;
        }
    }

    private bool NamesGroups()
    {
        const string Open = "(?<";
        for (var at = pattern.IndexOf(Open, StringComparison.Ordinal); at >= 0;
            at = pattern.IndexOf(Open, at + 1, StringComparison.Ordinal))
        {
            if (at + 3 < pattern.Length && (pattern[at + 3] == '_' || char.IsLetter(pattern[at + 3])))
            {
                return true;
            }
        }

        return false;
    }

    private void ReadBackReference()
    {
        var close = _at + 2 < pattern.Length ? pattern[_at + 2] switch { '<' => '>', '\'' => '\'', _ => '\0' } : '\0';
        var end = close == '\0' ? -1 : pattern.IndexOf(close, _at + 3);
        var name = end < 0 ? "" : pattern[(_at + 3)..end];
        if (!IsName(name) && (name.Length is 0 or > 3 || !name.All(char.IsAsciiDigit)))
        {
            Problem = "`\\k` names no group";
            return;
        }

        _out.Append("\\k<").Append(name).Append('>');
        _at = end + 1;
    }
}
