using System.Text;
using System.Text.Json;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Server.Opa;

/// <summary>A policy's tree as JSON, in the shape in which OPA's policy API shows it.</summary>
public static class AstJson
{
    /// <summary>A module.</summary>
    public static void Write(Utf8JsonWriter writer, RegoModule module)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("package");
        writer.WritePropertyName("path");
        WritePath(writer, ["data", .. module.Package]);
        writer.WriteEndObject();
        if (module.Imports.Count > 0)
        {
            writer.WriteStartArray("imports");
            foreach (var import in module.Imports)
            {
                writer.WriteStartObject();
                writer.WriteStartObject("path");
                writer.WriteString("type", "ref");
                writer.WritePropertyName("value");
                WritePath(writer, import.Path);
                writer.WriteEndObject();
                if (import.Alias is { } alias)
                {
                    writer.WriteString("alias", alias);
                }

                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (module.Rules.Count > 0)
        {
            writer.WriteStartArray("rules");
            foreach (var rule in module.Rules)
            {
                WriteRule(writer, rule);
            }

            writer.WriteEndArray();
        }

        if (module.Comments.Count > 0)
        {
            writer.WriteStartArray("comments");
            foreach (var comment in module.Comments)
            {
                writer.WriteStartObject();
                writer.WriteString("Text", Convert.ToBase64String(Encoding.UTF8.GetBytes(comment.Text)));
                writer.WriteStartObject("Location");
                writer.WriteString("file", comment.Location.File);
                writer.WriteNumber("row", comment.Location.Row);
                writer.WriteNumber("col", comment.Location.Column);
                writer.WriteEndObject();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter writer, RegoRule rule)
    {
        writer.WriteStartObject();
        if (rule.IsDefault)
        {
            writer.WriteBoolean("default", true);
        }

        writer.WriteStartObject("head");
        writer.WriteString("name", rule.Name);
        if (rule.Parameters is { } parameters)
        {
            WriteTerms(writer, "args", parameters);
        }

        if (rule.Key is { } key)
        {
            writer.WritePropertyName("key");
            WriteTerm(writer, key);
        }
        else
        {
            writer.WritePropertyName("value");
            if (rule.Value is { } value)
            {
                WriteTerm(writer, value);
            }
            else
            {
                WriteTrue(writer);
            }
        }

        if (rule.Assigned)
        {
            writer.WriteBoolean("assign", true);
        }

        WriteTerms(writer, "ref", rule.Reference);
        writer.WriteEndObject();
        if (rule.Body.Count > 0)
        {
            WriteBody(writer, rule.Body);
        }
        else
        {
            writer.WriteStartArray("body");
            writer.WriteStartObject();
            writer.WriteNumber("index", 0);
            writer.WritePropertyName("terms");
            WriteTrue(writer);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }

        if (rule.Else is { } otherwise)
        {
            writer.WritePropertyName("else");
            WriteRule(writer, otherwise);
        }

        writer.WriteEndObject();
    }

    private static void WriteBody(Utf8JsonWriter writer, IReadOnlyList<Expression> body)
    {
        writer.WritePropertyName("body");
        Write(writer, body);
    }

    /// <summary>The statements of a body.</summary>
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<Expression> body)
    {
        writer.WriteStartArray();
        for (var i = 0; i < body.Count; i++)
        {
            WriteExpression(writer, body[i], i);
        }

        writer.WriteEndArray();
    }

    private static void WriteExpression(Utf8JsonWriter writer, Expression expression, int index)
    {
        writer.WriteStartObject();
        writer.WriteNumber("index", index);
        if (expression.Negated)
        {
            writer.WriteBoolean("negated", true);
        }

        writer.WritePropertyName("terms");
        switch (expression)
        {
            case { Some: { } some }:
                WriteSome(writer, some);
                break;
            case { Every: { } every }:
                WriteEvery(writer, every);
                break;
            case { Term: CallTerm call }:
                WriteCall(writer, call);
                break;
            case { Term: { } term }:
                WriteTerm(writer, term);
                break;
            default:
                writer.WriteNullValue();
                break;
        }

        if (expression.With.Count > 0)
        {
            writer.WriteStartArray("with");
            foreach (var modifier in expression.With)
            {
                writer.WriteStartObject();
                writer.WritePropertyName("target");
                WriteTerm(writer, modifier.Target);
                writer.WritePropertyName("value");
                WriteTerm(writer, modifier.Value);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    // `some x in xs` is a call of a membership among the symbols
    private static void WriteSome(Utf8JsonWriter writer, SomeStatement some)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("symbols");
        if (some.Domain is { } domain)
        {
            writer.WriteStartObject();
            writer.WriteString("type", "call");
            writer.WriteStartArray("value");
            WriteReference(writer, ["internal", some.Key is null ? "member_2" : "member_3"]);
            foreach (var part in (Term?[])[some.Key, some.Value, domain])
            {
                if (part is not null)
                {
                    WriteTerm(writer, part);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        else
        {
            foreach (var name in some.Names)
            {
                WriteTerm(writer, name);
            }
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteEvery(Utf8JsonWriter writer, EveryStatement every)
    {
        writer.WriteStartObject();
        writer.WritePropertyName("key");
        if (every.Key is { } key)
        {
            WriteTerm(writer, key);
        }
        else
        {
            writer.WriteNullValue();
        }

        writer.WritePropertyName("value");
        WriteTerm(writer, every.Value);
        writer.WritePropertyName("domain");
        WriteTerm(writer, every.Domain);
        WriteBody(writer, every.Body);
        writer.WriteEndObject();
    }

    private static void WriteCall(Utf8JsonWriter writer, CallTerm call)
    {
        writer.WriteStartArray();
        if (call.Callee is VarTerm name)
        {
            WriteReference(writer, [name.Name]);
        }
        else
        {
            WriteTerm(writer, call.Callee);
        }

        foreach (var argument in call.Arguments)
        {
            WriteTerm(writer, argument);
        }

        writer.WriteEndArray();
    }

    private static void WriteTerm(Utf8JsonWriter writer, Term term)
    {
        writer.WriteStartObject();
        writer.WriteString("type", TypeOf(term));
        writer.WritePropertyName("value");
        switch (term)
        {
            case ScalarTerm scalar:
                ValueJson.Write(writer, scalar.Value);
                break;
            case VarTerm variable:
                writer.WriteStringValue(variable.Name);
                break;
            case RefTerm reference:
                WriteItems(writer, reference.Parts);
                break;
            case ArrayTerm array:
                WriteItems(writer, array.Items);
                break;
            case SetTerm set:
                WriteItems(writer, set.Items);
                break;
            case ObjectTerm found:
                WritePairs(writer, found);
                break;
            case CallTerm call:
                WriteCall(writer, call);
                break;
            case ComprehensionTerm comprehension:
                WriteComprehension(writer, comprehension);
                break;
            default:
                writer.WriteStringValue(term.ToString());
                break;
        }

        writer.WriteEndObject();
    }

    private static string TypeOf(Term term) => term switch
    {
        ScalarTerm { Value: NullValue } => "null",
        ScalarTerm { Value: BooleanValue } => "boolean",
        ScalarTerm { Value: NumberValue } => "number",
        ScalarTerm { Value: StringValue } => "string",
        ScalarTerm { Value: ArrayValue } or ArrayTerm => "array",
        ScalarTerm { Value: SetValue } or SetTerm => "set",
        ScalarTerm or ObjectTerm => "object",
        VarTerm => "var",
        RefTerm => "ref",
        CallTerm => "call",
        ComprehensionTerm { Kind: ComprehensionKind.Array } => "arraycomprehension",
        ComprehensionTerm { Kind: ComprehensionKind.Set } => "setcomprehension",
        ComprehensionTerm => "objectcomprehension",
        _ => "templatestring",
    };

    private static void WriteComprehension(Utf8JsonWriter writer, ComprehensionTerm comprehension)
    {
        writer.WriteStartObject();
        writer.WritePropertyName(comprehension.Value is null ? "term" : "key");
        WriteTerm(writer, comprehension.Head);
        if (comprehension.Value is { } value)
        {
            writer.WritePropertyName("value");
            WriteTerm(writer, value);
        }

        WriteBody(writer, comprehension.Body);
        writer.WriteEndObject();
    }

    private static void WritePairs(Utf8JsonWriter writer, ObjectTerm found)
    {
        writer.WriteStartArray();
        foreach (var (key, value) in found.Pairs)
        {
            WriteItems(writer, [key, value]);
        }

        writer.WriteEndArray();
    }

    private static void WriteTerms(Utf8JsonWriter writer, string name, IReadOnlyList<Term> terms)
    {
        writer.WritePropertyName(name);
        WriteItems(writer, terms);
    }

    private static void WriteItems(Utf8JsonWriter writer, IReadOnlyList<Term> terms)
    {
        writer.WriteStartArray();
        foreach (var term in terms)
        {
            WriteTerm(writer, term);
        }

        writer.WriteEndArray();
    }

    private static void WriteReference(Utf8JsonWriter writer, IReadOnlyList<string> path)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "ref");
        writer.WritePropertyName("value");
        WritePath(writer, path);
        writer.WriteEndObject();
    }

    private static void WritePath(Utf8JsonWriter writer, IReadOnlyList<string> path)
    {
        writer.WriteStartArray();
        for (var i = 0; i < path.Count; i++)
        {
            writer.WriteStartObject();
            writer.WriteString("type", i == 0 ? "var" : "string");
            writer.WriteString("value", path[i]);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteTrue(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("type", "boolean");
        writer.WriteBoolean("value", true);
        writer.WriteEndObject();
    }
}
