using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Syntax;

/// <summary>Writes terms and statements as Rego.</summary>
internal static class TermText
{
    public static string Of(Term term)
    {
        var into = new StringBuilder();
        Write(term, into);
        return into.ToString();
    }

    public static string Of(Expression statement)
    {
        var into = new StringBuilder();
        Write(statement, into);
        return into.ToString();
    }

    public static string Of(IReadOnlyList<Expression> body) => string.Join("; ", body.Select(Of));

    /// <summary>The name of a call's target: parts joined by dots.</summary>
    public static string Name(Term callee) => callee switch
    {
        VarTerm variable => variable.Name,
        RefTerm path => string.Join('.', path.Parts.Select(part => part is ScalarTerm { Value: StringValue text } ? text.Text : Of(part))),
        _ => Of(callee),
    };

    private static void Write(Expression statement, StringBuilder into)
    {
        into.Append(statement.Negated ? "not " : "");
        if (statement.Some is { } some)
        {
            into.Append("some ");
            IReadOnlyList<Term> names = some.Domain is null ? some.Names : some.Key is null ? [some.Value!] : [some.Key, some.Value!];
            List(names, into);
            if (some.Domain is not null)
            {
                into.Append(" in ");
                Write(some.Domain, into);
            }
        }
        else if (statement.Every is { } every)
        {
            into.Append("every ");
            List(every.Key is null ? [every.Value] : [every.Key, every.Value], into);
            into.Append(" in ");
            Write(every.Domain, into);
            into.Append(" { ").Append(Of(every.Body)).Append(" }");
        }
        else if (statement.Term is CallTerm call)
        {
            Call(call, into, false);
        }
        else
        {
            Write(statement.Term!, into);
        }

        foreach (var with in statement.With)
        {
            into.Append(" with ");
            Write(with.Target, into);
            into.Append(" as ");
            Write(with.Value, into);
        }
    }

    private static void List(IReadOnlyList<Term> terms, StringBuilder into)
    {
        for (var at = 0; at < terms.Count; at++)
        {
            into.Append(at == 0 ? "" : ", ");
            Write(terms[at], into);
        }
    }

    private static void Call(CallTerm call, StringBuilder into, bool nested)
    {
        var name = Name(call.Callee);
        var sign = name == "internal.member_2" ? "in" : Operators.Signs.GetValueOrDefault(name);
        if (call.Arguments.Count == 2 && sign is not null)
        {
            into.Append(nested ? "(" : "");
            Write(call.Arguments[0], into);
            into.Append(' ').Append(sign).Append(' ');
            Write(call.Arguments[1], into);
            into.Append(nested ? ")" : "");
            return;
        }

        into.Append(name).Append('(');
        List(call.Arguments, into);
        into.Append(')');
    }

    private static void Write(Term term, StringBuilder into)
    {
        switch (term)
        {
            case ScalarTerm scalar:
                into.Append(scalar.Value.ToString());
                break;
            case VarTerm variable:
                into.Append(variable.IsWildcard ? "_" : variable.Name);
                break;
            case CallTerm call:
                Call(call, into, true);
                break;
            case RefTerm path:
                Reference(path, into);
                break;
            case ArrayTerm array:
                into.Append('[');
                List(array.Items, into);
                into.Append(']');
                break;
            case SetTerm { Items.Count: 0 }:
                into.Append("set()");
                break;
            case SetTerm set:
                into.Append('{');
                List(set.Items, into);
                into.Append('}');
                break;
            case ObjectTerm map:
                into.Append('{');
                Pairs(map, into);
                into.Append('}');
                break;
            case ComprehensionTerm comprehension:
                Comprehension(comprehension, into);
                break;
            case TemplateTerm template:
                Template(template, into);
                break;
        }
    }

    private static void Pairs(ObjectTerm map, StringBuilder into)
    {
        for (var at = 0; at < map.Pairs.Count; at++)
        {
            into.Append(at == 0 ? "" : ", ");
            Write(map.Pairs[at].Key, into);
            into.Append(": ");
            Write(map.Pairs[at].Value, into);
        }
    }

    private static void Template(TemplateTerm template, StringBuilder into)
    {
        into.Append("$\"");
        foreach (var part in template.Parts)
        {
            if (part is string text)
            {
                into.Append(StringValue.Of(text).ToString()[1..^1].Replace("{", "\\{", StringComparison.Ordinal));
            }
            else
            {
                into.Append('{');
                Write((Expression)part, into);
                into.Append('}');
            }
        }

        into.Append('"');
    }

    private static void Comprehension(ComprehensionTerm comprehension, StringBuilder into)
    {
        into.Append(comprehension.Kind == ComprehensionKind.Array ? '[' : '{');
        Write(comprehension.Head, into);
        if (comprehension.Value is not null)
        {
            into.Append(": ");
            Write(comprehension.Value, into);
        }

        into.Append(" | ").Append(Of(comprehension.Body)).Append(comprehension.Kind == ComprehensionKind.Array ? ']' : '}');
    }

    private static void Reference(RefTerm path, StringBuilder into)
    {
        Write(path.Head, into);
        foreach (var part in path.Parts.Skip(1))
        {
            if (part is ScalarTerm { Value: StringValue text } && text.Text.Length > 0 && IsName(text.Text))
            {
                into.Append('.').Append(text.Text);
            }
            else
            {
                into.Append('[');
                Write(part, into);
                into.Append(']');
            }
        }
    }

    private static bool IsName(string text) =>
        (char.IsAsciiLetter(text[0]) || text[0] == '_') && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
