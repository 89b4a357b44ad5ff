using Reeve.Languages.Rego.Builtins;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>
/// Finds operands and comparisons whose types cannot fit whatever the documents are. What comes from <c>input</c>, <c>data</c> or a
/// function
/// can be anything: nothing is refused that could hold.
/// </summary>
internal sealed class TypeChecker(Compilation compilation, ErrorList errors)
{
    private const TypeKinds Collections = TypeKinds.Array | TypeKinds.Object | TypeKinds.Set;

    public void Run()
    {
        foreach (var info in compilation.Rules)
        {
            for (var rule = info.Rewritten; rule is not null && !errors.Full; rule = rule.Else)
            {
                Body(rule.Body, []);
            }
        }
    }

    /// <summary>Checks a body; <paramref name="types"/> learns what its variables are.</summary>
    public void Body(IReadOnlyList<Expression> body, Dictionary<string, RegoType> types)
    {
        foreach (var statement in body)
        {
            Statement(statement, types);
        }
    }

    private void Statement(Expression statement, Dictionary<string, RegoType> types)
    {
        if (statement.Every is { } every)
        {
            Of(every.Domain, types);
            Body(every.Body, new(types));
        }
        else if (statement.Term is not CallTerm call)
        {
            Of(statement.Term!, types);
        }
        else if (call.Callee is VarTerm { Name: "eq" or "equal" } && call.Arguments.Count == 2)
        {
            Equality(statement, call, types);
        }
        else
        {
            Call(statement, call, types);
        }
    }

    private void Equality(Expression statement, CallTerm call, Dictionary<string, RegoType> types)
    {
        var left = Of(call.Arguments[0], types);
        var right = Of(call.Arguments[1], types);
        if (!left.Overlaps(right) && statement.With.Count == 0)
        {
            var code = statement.Location.Row == 0 ? call.Location : statement.Location;
            errors.Add(RegoError.TypeError, code, $"match error\n\tleft  : {left}\n\tright : {right}");
        }

        Learn(call.Arguments[0], right, statement, types);
        Learn(call.Arguments[1], left, statement, types);
    }

    private static void Learn(Term term, RegoType type, Expression statement, Dictionary<string, RegoType> types)
    {
        if (term is VarTerm variable && !statement.Negated)
        {
            types.TryAdd(variable.Name, statement.With.Count > 0 ? RegoType.Any : type);
        }
    }

    private void Call(Expression statement, CallTerm call, Dictionary<string, RegoType> types)
    {
        var operands = call.Arguments.Select(argument => Of(argument, types)).ToList();
        var builtin = call.Callee is VarTerm name ? compilation.Builtin(name.Name) : null;
        if (builtin is not null && statement.With.Count == 0 && !IsBothWays(builtin.Name))
        {
            for (var at = 0; at < builtin.Arity && at < operands.Count; at++)
            {
                if (!operands[at].Overlaps(builtin.Parameters[at]))
                {
                    errors.Add(
                        RegoError.TypeError,
                        call.Location,
                        $"{builtin.Name}: invalid argument(s)\n\thave: ({string.Join(", ", operands.Take(builtin.Arity))}, ???)\n\t" +
                        $"want: ({string.Join(", ", builtin.Parameters)}, {builtin.Result})");
                    break;
                }
            }
        }

        var arity = compilation.Arity(call);
        if (call.Arguments.Count > arity && arity >= 0)
        {
            var result = builtin is null || statement.With.Count > 0 ? RegoType.Any : builtin.Result;
            Learn(call.Arguments[arity], result, statement, types);
        }
    }

    /// <summary>Operators of numbers and of sets at once: their operands must be alike, which is left to the evaluation.</summary>
    private static bool IsBothWays(string name) => name is "minus";

    private RegoType Of(Term term, Dictionary<string, RegoType> types)
    {
        switch (term)
        {
            case ScalarTerm scalar:
                return Of(scalar.Value);
            case VarTerm variable:
                return types.GetValueOrDefault(variable.Name, RegoType.Any);
            case ArrayTerm array:
                return new RegoType(TypeKinds.Array, Union(array.Items, types));
            case SetTerm set:
                return new RegoType(TypeKinds.Set, Union(set.Items, types));
            case ObjectTerm map:
                foreach (var (key, value) in map.Pairs)
                {
                    Of(key, types);
                    Of(value, types);
                }

                return RegoType.Object;
            case ComprehensionTerm comprehension:
                return Comprehension(comprehension, new(types));
            case RefTerm path:
                return Reference(path, types);
            default:
                return RegoType.Any;
        }
    }

    private RegoType Comprehension(ComprehensionTerm comprehension, Dictionary<string, RegoType> types)
    {
        Body(comprehension.Body, types);
        var head = Of(comprehension.Head, types);
        return comprehension.Kind switch
        {
            ComprehensionKind.Array => RegoType.ArrayOf(head),
            ComprehensionKind.Set => RegoType.SetOf(head),
            _ => RegoType.Object,
        };
    }

    private RegoType Reference(RefTerm path, Dictionary<string, RegoType> types)
    {
        if (path.Head is not VarTerm head || !types.TryGetValue(head.Name, out var type))
        {
            return RegoType.Any;
        }

        if ((type.Kinds & Collections) == 0)
        {
            errors.Add(RegoError.TypeError, path.Location, $"undefined ref: {path}\n\thave: {type}");
            return RegoType.Any;
        }

        return path.Parts.Count == 2 && (type.Kinds & ~(TypeKinds.Array | TypeKinds.Set)) == 0 && type.Element is { } element
            ? element
            : RegoType.Any;
    }

    private RegoType? Union(IReadOnlyList<Term> items, Dictionary<string, RegoType> types)
    {
        RegoType? union = null;
        foreach (var item in items)
        {
            var type = Of(item, types);
            union = union is null ? type : union | type;
        }

        return union;
    }

    private static RegoType Of(Value value) => value switch
    {
        NullValue => new RegoType(TypeKinds.Null),
        BooleanValue => RegoType.Boolean,
        NumberValue => RegoType.Number,
        StringValue => RegoType.String,
        ArrayValue => RegoType.Array,
        ObjectValue => RegoType.Object,
        _ => RegoType.Set,
    };
}
