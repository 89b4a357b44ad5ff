using System.Text;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Modules as values, in the shape of OPA's syntax trees.</summary>
internal static class ModuleBuiltin
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "rego.parse_module", Parameters = [RegoType.String, RegoType.String], Result = RegoType.Object,
            Invoke = static (_, operands) => Parse(operands),
        },
    ];

    private static Value Parse(ReadOnlySpan<Value> operands)
    {
        const string name = "rego.parse_module";
        var file = Operand.String(operands, 0, name).Text;
        var (module, errors) = RegoModule.Parse(Operand.String(operands, 1, name).Text, file, RegoVersion.V1);
        return module is null || errors.Count > 0
            ? throw Operand.Failed($"{errors.Count} error{(errors.Count == 1 ? "" : "s")} occurred: {string.Join('\n', errors)}")
            : Module(module);
    }

    private static ObjectValue Module(RegoModule module) => Fields(
        ("package", Fields(("path", Path(["data", .. module.Package])))),
        ("imports", Many(module.Imports.Select(one => Fields(
            ("path", Fields(("type", StringValue.Of("ref")), ("value", Path(one.Path)))),
            ("alias", one.Alias is null ? null : StringValue.Of(one.Alias)))))),
        ("annotations", Many(module.Annotations.Select(one => one.Fields))),
        ("rules", Many(module.Rules.Select(Rule))),
        ("comments", Many(module.Comments.Select(one => Fields(
            ("Text", StringValue.Of(Convert.ToBase64String(Encoding.UTF8.GetBytes(one.Text)))),
            ("Location", Fields(
                ("file", StringValue.Of(one.Location.File)),
                ("row", NumberValue.Of(one.Location.Row)),
                ("col", NumberValue.Of(one.Location.Column)))))))));

    private static ObjectValue Rule(RegoRule rule) => Fields(
        ("default", rule.IsDefault ? BooleanValue.True : null),
        ("head", Fields(
            ("name", rule.Reference.Count == 1 ? StringValue.Of(rule.Name) : null),
            ("ref", ArrayValue.Of(rule.Reference.Select(Term))),
            ("args", rule.Parameters is { Count: > 0 } parameters ? ArrayValue.Of(parameters.Select(Term)) : null),
            ("key", rule.Key is null ? null : Term(rule.Key)),
            ("value", rule.Value is null ? null : Term(rule.Value)),
            ("assign", rule.Assigned ? BooleanValue.True : null))),
        ("body", Body(rule.Body)),
        ("else", rule.Else is null ? null : Rule(rule.Else)),
        ("annotations", Many(rule.Annotations.Select(one => one.Fields))));

    private static ArrayValue Body(IReadOnlyList<Expression> body) => body.Count == 0
        ? ArrayValue.Of([Fields(("index", NumberValue.Of(0)), ("terms", Typed("boolean", BooleanValue.True)))])
        : ArrayValue.Of(body.Select(Value (one, index) => Fields(
            ("index", NumberValue.Of(index)),
            ("terms", Terms(one)),
            ("negated", one.Negated ? BooleanValue.True : null),
            ("with", Many(one.With.Select(with => Fields(("target", Term(with.Target)), ("value", Term(with.Value)))))))));

    private static Value Terms(Expression statement)
    {
        if (statement.Every is { } every)
        {
            return Fields(
                ("key", every.Key is null ? NullValue.Instance : Term(every.Key)),
                ("value", Term(every.Value)),
                ("domain", Term(every.Domain)),
                ("body", Body(every.Body)));
        }

        if (statement.Some is { } some)
        {
            IEnumerable<Value> symbols = some.Domain is null
                ? some.Names.Select(Term)
                : [Typed("call", ArrayValue.Of(some.Key is null
                    ? [Callee("internal.member_2"), Term(some.Value!), Term(some.Domain)]
                    : [Callee("internal.member_3"), Term(some.Key), Term(some.Value!), Term(some.Domain)]))];
            return Fields(("symbols", ArrayValue.Of(symbols)));
        }

        return statement.Term is CallTerm call ? Call(call) : Term(statement.Term!);
    }

    private static ArrayValue Call(CallTerm call) => ArrayValue.Of(
        call.Arguments.Select(Term).Prepend(call.Callee is VarTerm name ? Callee(name.Name) : Term(call.Callee)));

    private static Value Callee(string name) => Typed("ref", Path(name.Split('.')));

    private static ArrayValue Path(IEnumerable<string> parts) => ArrayValue.Of(
        parts.Select(Value (part, index) => Typed(index == 0 ? "var" : "string", StringValue.Of(part))));

    private static Value Term(Term term) => term switch
    {
        ScalarTerm scalar => Constant(scalar.Value),
        VarTerm variable => Typed("var", StringValue.Of(variable.Name)),
        RefTerm reference => Typed("ref", ArrayValue.Of(reference.Parts.Select(Term))),
        ArrayTerm array => Typed("array", ArrayValue.Of(array.Items.Select(Term))),
        SetTerm set => Typed("set", ArrayValue.Of(set.Items.Select(Term))),
        ObjectTerm members => Typed("object", ArrayValue.Of(
            members.Pairs.Select(Value (pair) => ArrayValue.Own([Term(pair.Key), Term(pair.Value)])))),
        CallTerm call => Typed("call", Call(call)),
        ComprehensionTerm { Kind: ComprehensionKind.Object } made => Typed(
            "objectcomprehension", Fields(("key", Term(made.Head)), ("value", Term(made.Value!)), ("body", Body(made.Body)))),
        ComprehensionTerm made => Typed(
            made.Kind == ComprehensionKind.Set ? "setcomprehension" : "arraycomprehension",
            Fields(("term", Term(made.Head)), ("body", Body(made.Body)))),
        TemplateTerm template => Typed("templatestring", Fields(("parts", ArrayValue.Of(template.Parts.Select(
            Value (part) => part is Expression one ? Body([one])[0] : Typed("string", StringValue.Of((string)part))))))),
        _ => throw Operand.Failed("rego.parse_module: a term that has no shape"),
    };

    private static Value Constant(Value value) => value switch
    {
        NullValue => Typed("null", ObjectValue.Empty),
        ArrayValue array => Typed("array", ArrayValue.Of(array.Select(Constant))),
        SetValue set => Typed("set", ArrayValue.Of(set.Select(Constant))),
        ObjectValue members => Typed("object", ArrayValue.Of(
            members.Select(Value (pair) => ArrayValue.Own([Constant(pair.Key), Constant(pair.Value)])))),
        _ => Typed(value.TypeName, value),
    };

    private static ObjectValue Typed(string type, Value value) => Fields(("type", StringValue.Of(type)), ("value", value));

    private static ArrayValue? Many(IEnumerable<Value> items) => ArrayValue.Of(items) is { Count: > 0 } many ? many : null;

    private static ObjectValue Fields(params ReadOnlySpan<(string Name, Value? Value)> fields)
    {
        var members = new ObjectBuilder(fields.Length);
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                members.Set(StringValue.Of(name), value);
            }
        }

        return members.ToObject();
    }
}
