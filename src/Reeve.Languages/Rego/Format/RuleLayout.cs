using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Format;

/// <summary>Lays out rules, their bodies and statements.</summary>
internal sealed class RuleLayout
{
    private readonly LayoutWriter _writer;
    private readonly SourceMap _source;
    private readonly TermLayout _terms;
    private readonly bool _hasIf;
    private readonly bool _hasContains;

    public RuleLayout(LayoutWriter writer, SourceMap source, RegoModule module)
    {
        (_writer, _source) = (writer, source);
        _terms = new TermLayout(writer, source, Body, Statement);
        _hasIf = module.IsV1 || Imports(module, "if");
        _hasContains = module.IsV1 || Imports(module, "contains");
        IsV1 = module.IsV1;
    }

    private bool IsV1 { get; }

    /// <summary>Rules behind one another; those of one line that stood together stay together.</summary>
    public void Rules(IReadOnlyList<RegoRule> rules)
    {
        for (var at = 0; at < rules.Count; at++)
        {
            _writer.CommentsTo(rules[at].Location.Row);
            Rule(rules[at], isElse: false);
            var isTogether = at + 1 < rules.Count && IsShort(rules[at]) && IsShort(rules[at + 1])
                && rules[at + 1].Location.Row == rules[at].Location.Row + 1;
            if (!isTogether)
            {
                _writer.BlankLine();
            }
        }
    }

    private bool IsShort(RegoRule rule) => rule.Body.Count <= 1 && !rule.IsDefault && _hasIf && (_hasContains || rule.Key is null);

    private void Rule(RegoRule rule, bool isElse)
    {
        if (!isElse)
        {
            _writer.StartLine();
            _writer.Write(rule.IsDefault ? "default " : "");
        }

        var isConstant = rule.Else is null && (rule.Body.Count == 0 || (rule.Body.Count == 1 && IsTrue(rule.Body[0])));
        Head(rule, isElse, isConstant);
        if (isConstant)
        {
            _writer.EndLine();
            return;
        }

        if (rule.Body.Count == 0)
        {
            _writer.EndLine();
        }
        else if (Conditions(rule))
        {
            return;
        }

        if (rule.Else is not null)
        {
            Else(rule, rule.Else);
        }
    }

    private static bool IsTrue(Expression statement) =>
        statement is { Term: ScalarTerm { Value: BooleanValue { Boolean: true } }, With.Count: 0, Negated: false };

    // true when all is written, what is tried otherwise too
    private bool Conditions(RegoRule rule)
    {
        var withIf = _hasIf && (_hasContains || rule.Key is null);
        _writer.Write(withIf ? " if" : "");
        var first = rule.Body[0];
        if (withIf && rule.Body.Count == 1 && first.Location.Row == HeadEnd(first) && !(first.Term is SetTerm && !first.Negated))
        {
            _writer.Write(" ");
            Statement(first);
            _writer.EndLine();
            if (rule.Else is not null)
            {
                Else(rule, rule.Else);
            }

            return true;
        }

        _writer.Write(" {");
        _writer.EndLine();
        _writer.Level++;
        Body(rule.Body);
        var last = rule.Body[^1];
        _writer.CommentsTo(_source.RowOf(_source.Next('}', _source.OffsetOf(last.Location) + last.Text.Length)));
        _writer.Level--;
        _writer.StartLine();
        _writer.Write("}");
        return false;
    }

    // the row on which the head ended: what is between it and the body are `if` and a brace
    private int HeadEnd(Expression first)
    {
        var at = _source.OffsetOf(first.Location) - 1;
        while (at >= 0 && (char.IsWhiteSpace(_source.Text[at]) || _source.Text[at] == '{'))
        {
            at--;
        }

        if (at >= 1 && _source.Text[at] == 'f' && _source.Text[at - 1] == 'i')
        {
            at -= 2;
        }

        while (at > 0 && char.IsWhiteSpace(_source.Text[at]))
        {
            at--;
        }

        return _source.RowOf(Math.Max(0, at));
    }

    private void Else(RegoRule rule, RegoRule other)
    {
        var row = other.Location.Row;
        var begin = _source.OffsetOf(other.Location);
        var line = _source.Text[(_source.Text.LastIndexOf('\n', Math.Max(0, begin - 1)) + 1)..begin];
        var wasInline = row > rule.Location.Row && line.Trim().Length > 0;
        var hasCommentAbove = _writer.NextComment < row || _writer.IsAtEndTaken;
        if (wasInline && !hasCommentAbove)
        {
            _writer.Write(" ");
        }
        else
        {
            _writer.BlankLine();
            _writer.StartLine();
        }

        _writer.CommentsTo(row);
        if (!_writer.IsInline)
        {
            _writer.StartLine();
        }

        Rule(other, isElse: true);
    }

    private void Head(RegoRule rule, bool isElse, bool isConstant)
    {
        if (isElse)
        {
            _writer.Write("else");
        }
        else
        {
            _terms.Reference(rule.Reference);
            Parameters(rule);
        }

        if (rule.Key is not null)
        {
            _writer.Write(_hasContains ? " contains " : "[");
            _terms.Term(rule.Key);
            _writer.Write(_hasContains ? "" : "]");
        }

        if (rule.Value is not { } value)
        {
            return;
        }

        var isTrue = value is ScalarTerm { Value: BooleanValue { Boolean: true } };
        var isImplied = isTrue && value.Location == rule.Location;
        var mustSay = IsV1 && isConstant && rule.Parameters is null && !isElse;
        if ((isTrue && !isConstant && !rule.IsDefault) || (isImplied && !mustSay))
        {
            return;
        }

        _writer.Write(rule.Assigned || IsV1 ? " := " : " = ");
        if (isImplied)
        {
            _writer.Write("true");
        }
        else
        {
            _terms.Term(value);
        }
    }

    private void Parameters(RegoRule rule)
    {
        if (rule.Parameters is not { } parameters)
        {
            return;
        }

        _writer.Write("(");
        if (parameters.Count > 0)
        {
            var begin = _source.OffsetOf(rule.Reference[0].Location);
            _terms.Elements(parameters, p => p.Location, rule.Location.Row, _source.Next('(', begin), p => _terms.Term(p));
        }

        _writer.Write(")");
    }

    private void Body(IReadOnlyList<Expression> body)
    {
        _writer.CommentsTo(body[0].Location.Row);
        for (var at = 0; at < body.Count; at++)
        {
            if (at > 0 && body[at].Location.Row > EndRow(body[at - 1], body[at - 1].Text.Length) + 1)
            {
                _writer.BlankLine();
            }

            _writer.StartLine();
            Statement(body[at]);
            _writer.EndLine();
        }
    }

    private void Statement(Expression statement)
    {
        _writer.CommentsTo(statement.Location.Row);
        if (!_writer.IsInline)
        {
            _writer.StartLine();
        }

        _writer.Write(statement.Negated ? "not " : "");
        if (statement.Some is { } some)
        {
            Some(some, statement.Location.Row);
        }
        else if (statement.Every is { } every)
        {
            Every(every, statement);
        }
        else
        {
            _terms.Term(statement.Term!, isStatement: true);
        }

        With(statement);
    }

    private void With(Expression statement)
    {
        if (statement.With.Count == 0)
        {
            return;
        }

        var begin = _source.OffsetOf(statement.Location);
        var length = _source.Text[begin.._source.OffsetOf(statement.With[0].Location)].TrimEnd().Length;
        var row = EndRow(statement, length);
        var isIndented = false;
        foreach (var with in statement.With)
        {
            if (with.Location.Row > row)
            {
                _writer.Level += isIndented ? 0 : 1;
                isIndented = true;
                _writer.EndLine();
                _writer.StartLine();
            }
            else
            {
                _writer.Write(" ");
            }

            row = with.Location.Row;
            _writer.CommentsTo(row);
            if (!_writer.IsInline)
            {
                _writer.StartLine();
            }

            _writer.Write("with ");
            _terms.Term(with.Target);
            _writer.Write(" as ");
            _terms.Term(with.Value);
        }

        _writer.Level -= isIndented ? 1 : 0;
    }

    private void Some(SomeStatement some, int row)
    {
        _writer.Write("some ");
        if (some.Domain is not null)
        {
            if (some.Key is not null)
            {
                _terms.Term(some.Key, true);
                _writer.Write(", ");
            }

            _terms.Term(some.Value!, true);
            _writer.Write(" in ");
            _terms.Term(some.Domain, true);
            return;
        }

        for (var at = 0; at < some.Names.Count; at++)
        {
            _writer.Write(at > 0 ? "," : "");
            if (some.Names[at].Location.Row > row)
            {
                _writer.EndLine();
                _writer.StartLine();
                _writer.Write("\t");
                row = some.Names[at].Location.Row;
            }
            else
            {
                _writer.Write(at > 0 ? " " : "");
            }

            _terms.Term(some.Names[at]);
        }
    }

    private void Every(EveryStatement every, Expression statement)
    {
        _writer.Write("every ");
        if (every.Key is not null)
        {
            _terms.Term(every.Key);
            _writer.Write(", ");
        }

        _terms.Term(every.Value);
        _writer.Write(" in ");
        _terms.Term(every.Domain);
        _writer.Write(" {");
        var first = every.Body[0];
        var last = every.Body[^1];
        var close = _source.Next('}', _source.OffsetOf(last.Location) + last.Text.Length);
        _terms.Body(every.Body, statement.Location.Row, close);
        _writer.Write(every.Body.Count == 1 && first.Location.Row == statement.Location.Row ? " }" : "}");
    }

    private int EndRow(Expression statement, int length)
    {
        var begin = _source.OffsetOf(statement.Location);
        return _source.RowOf(Math.Max(begin, begin + length - 1));
    }

    private static bool Imports(RegoModule module, string keyword) => module.Imports.Any(i =>
        i.Path is ["future", "keywords"] || (i.Path is ["future", "keywords", var word] && word == keyword) || i.Path is ["rego", "v1"]);
}
