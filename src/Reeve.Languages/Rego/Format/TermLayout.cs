using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Format;

/// <summary>Lays out terms: what stood on several rows stays so, an operator within another one gets parentheses.</summary>
internal sealed class TermLayout(
    LayoutWriter writer, SourceMap source, Action<IReadOnlyList<Expression>> body, Action<Expression> statement)
{
    /// <summary>A term; an operator within another is <paramref name="parenthesized"/>, not within a statement that it is itself.</summary>
    public void Term(Term term, bool parenthesized = false, bool isStatement = false)
    {
        var mark = writer.Here();
        try
        {
            Written(term, parenthesized, isStatement);
        }
        catch (LayoutException) when (EndOf(term) is { } end)
        {
            var begin = source.OffsetOf(term.Location);
            writer.Replace(mark, source.Text[begin..end], term.Location.Row, source.RowOf(end - 1));
        }
    }

    public void Reference(IReadOnlyList<Term> parts)
    {
        Term(parts[0]);
        foreach (var part in parts.Skip(1))
        {
            // a step in brackets stays in them when it must, and a keyword when it was
            if (part is ScalarTerm { Value: StringValue text }
                && text.Text.Length > 0 && IsName(text.Text)
                && (!IsKeyword(text.Text) || source.Text[source.OffsetOf(part.Location)] != '"'))
            {
                writer.Write($".{text.Text}");
                continue;
            }

            writer.Write("[");
            Term(part);
            writer.Write("]");
        }
    }

    /// <summary>Elements between brackets; <paramref name="open"/> is where the opening one stands.</summary>
    public void Elements<T>(IReadOnlyList<T> elements, Func<T, Location> placeOf, int openRow, int open, Action<T> write)
    {
        var close = source.RowOf(source.CloseOf(open));
        var lines = new List<List<T>>();
        foreach (var element in elements)
        {
            if (lines.Count == 0 || placeOf(element).Row > placeOf(lines[^1][^1]).Row)
            {
                lines.Add([]);
            }

            lines[^1].Add(element);
        }

        if (lines.Count <= 1 && writer.NextComment < close && writer.NextComment > openRow)
        {
            throw new LayoutException();
        }

        var isSpread = lines.Count > 1 || (lines.Count == 1 && placeOf(lines[0][0]).Row > source.RowOf(open));
        if (isSpread)
        {
            writer.Delay();
            writer.EndLine();
            writer.Level++;
            writer.StartLine();
        }

        for (var row = 0; row < lines.Count; row++)
        {
            for (var at = 0; at < lines[row].Count; at++)
            {
                writer.Write(at > 0 ? ", " : "");
                write(lines[row][at]);
            }

            if (row < lines.Count - 1)
            {
                writer.Write(",");
                writer.EndLine();
                writer.StartLine();
            }
        }

        if (isSpread)
        {
            writer.Write(",");
            writer.EndLine();
            writer.CommentsTo(close);
            writer.Level--;
            writer.StartLine();
        }
    }

    /// <summary>A body between brackets, on one line when it stood on that of what is before it.</summary>
    public void Body(IReadOnlyList<Expression> statements, int beforeRow, int closeOffset)
    {
        var close = source.RowOf(closeOffset);
        var isSpread = statements[0].Location.Row > beforeRow
            || statements.Zip(statements.Skip(1)).Any(p => p.Second.Location.Row > p.First.Location.Row);
        if (isSpread)
        {
            writer.EndLine();
            writer.Level++;
            body(statements);
            writer.CommentsTo(close);
            writer.Level--;
            writer.StartLine();
            return;
        }

        writer.Write(" ");
        for (var at = 0; at < statements.Count; at++)
        {
            writer.Write(at > 0 ? "; " : "");
            statement(statements[at]);
        }

        writer.CommentsTo(close);
    }

    private void Written(Term term, bool parenthesized, bool isStatement)
    {
        writer.CommentsTo(term.Location.Row);
        if (!writer.IsInline)
        {
            writer.StartLine();
        }

        var open = source.OffsetOf(term.Location);
        switch (term)
        {
            case ScalarTerm scalar:
                writer.Write(Scalar(scalar, open));
                break;
            case VarTerm variable:
                writer.Write(variable.IsWildcard ? "_" : variable.Name);
                break;
            case TemplateTerm:
                writer.Write(source.Text[open..source.Behind(open)]);
                break;
            case RefTerm path:
                Reference(path.Parts);
                break;
            case CallTerm call:
                Called(call, parenthesized, isStatement);
                break;
            case ComprehensionTerm comprehension:
                Comprehension(comprehension, open);
                break;
            default:
                Collection(term, open);
                break;
        }
    }

    private string Scalar(ScalarTerm scalar, int open) => scalar.Value switch
    {
        NumberValue => source.NumberAt(open),
        StringValue text => source.Text[open] is '"' or '`' ? source.Text[open..source.Behind(open)] : text.ToString()!,
        _ => scalar.Value.ToString()!,
    };

    private void Collection(Term term, int open)
    {
        switch (term)
        {
            case SetTerm { Items.Count: 0 }:
                writer.Write("set()");
                return;
            case ArrayTerm array:
                writer.Write("[");
                Elements(array.Items, t => t.Location, term.Location.Row, open, Element);
                writer.Write("]");
                return;
            case SetTerm set:
                writer.Write("{");
                Elements(set.Items, t => t.Location, term.Location.Row, open, Element);
                writer.Write("}");
                return;
            case ObjectTerm map:
                writer.Write("{");
                Elements(map.Pairs, p => p.Key.Location, term.Location.Row, open, pair =>
                {
                    Element(pair.Key);
                    writer.Write(": ");
                    Element(pair.Value);
                });
                writer.Write("}");
                return;
            default:
                throw new LayoutException();
        }
    }

    // what begins like a comprehension is no element
    private void Element(Term term)
    {
        var isUnion = IsUnion(term);
        writer.Write(isUnion ? "(" : "");
        Term(term);
        writer.Write(isUnion ? ")" : "");
    }

    private void Comprehension(ComprehensionTerm comprehension, int open)
    {
        writer.Write(comprehension.Kind == ComprehensionKind.Array ? "[" : "{");
        var head = comprehension.Head;
        var isSpread = head.Location.Row - comprehension.Location.Row >= (comprehension.Value is null ? 1 : 2);
        if (isSpread)
        {
            writer.EndLine();
            writer.StartLine();
        }

        var keepsParentheses = comprehension.Value is null && !IsUnion(head) && IsInParentheses(head, open);
        writer.Write(keepsParentheses ? "(" : "");
        Element(head);
        writer.Write(keepsParentheses ? ")" : "");
        if (comprehension.Value is not null)
        {
            writer.Write(": ");
            Element(comprehension.Value);
        }

        writer.Write(" |");
        Body(comprehension.Body, head.Location.Row, source.CloseOf(open));
        writer.Write(comprehension.Kind == ComprehensionKind.Array ? "]" : "}");
    }

    private void Called(CallTerm call, bool parenthesized, bool isStatement)
    {
        var name = TermText.Name(call.Callee);
        if (name is "internal.member_2" or "internal.member_3" && call.Arguments.Count is 2 or 3)
        {
            Member(call.Arguments, parenthesized);
            return;
        }

        if (call.Callee is not VarTerm || !Operators.Signs.TryGetValue(name, out var sign) || call.Arguments.Count is not (2 or 3))
        {
            Plain(call);
            return;
        }

        writer.Write(parenthesized ? "(" : "");
        if (call.Arguments.Count == 3)
        {
            Term(call.Arguments[2]);
            writer.Write(" = ");
        }

        Term(call.Arguments[0], !isStatement);
        writer.Write($" {sign} ");
        Term(call.Arguments[1], !isStatement);
        writer.Write(parenthesized ? ")" : "");
    }

    private void Member(IReadOnlyList<Term> operands, bool parenthesized)
    {
        var isOpen = parenthesized && operands.Count == 3;
        writer.Write(isOpen ? "(" : "");
        for (var at = 0; at < operands.Count; at++)
        {
            writer.Write(at == 0 ? "" : at == operands.Count - 1 ? " in " : ", ");
            Term(operands[at], true);
        }

        writer.Write(isOpen ? ")" : "");
    }

    private void Plain(CallTerm call)
    {
        var begin = source.OffsetOf(call.Callee.Location);
        if (call.Callee is RefTerm path)
        {
            Reference(path.Parts);
        }
        else
        {
            writer.Write(((VarTerm)call.Callee).Name);
        }

        writer.Write("(");
        var open = source.Next('(', begin);
        if (call.Arguments.Count > 0)
        {
            Elements(call.Arguments, t => t.Location, call.Location.Row, open, t => Term(t));
        }

        writer.Write(")");
    }

    private bool IsInParentheses(Term head, int open)
    {
        var at = source.Text.IndexOf('(', open, source.OffsetOf(head.Location) - open);
        return at >= 0 && head is CallTerm && source.Text.AsSpan(source.CloseOf(at) + 1).TrimStart() is ['|', ..];
    }

    private int? EndOf(Term term)
    {
        var begin = source.OffsetOf(term.Location);
        return term switch
        {
            ArrayTerm or SetTerm { Items.Count: > 0 } or ObjectTerm or ComprehensionTerm => source.CloseOf(begin) + 1,
            CallTerm { Callee: var callee } when !IsOperator(TermText.Name(callee)) => source.CloseOf(source.Next('(', begin)) + 1,
            _ => null,
        };
    }

    private static bool IsOperator(string name) =>
        Operators.Signs.ContainsKey(name) || name.StartsWith("internal.", StringComparison.Ordinal);

    private static bool IsUnion(Term term) => term is CallTerm { Callee: VarTerm { Name: "or" }, Arguments.Count: 2 };

    private static bool IsName(string text) =>
        (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static bool IsKeyword(string text) => text is "as" or "default" or "else" or "false" or "import" or "package" or "not" or "null"
        or "some" or "true" or "with" or "contains" or "every" or "if" or "in";
}
