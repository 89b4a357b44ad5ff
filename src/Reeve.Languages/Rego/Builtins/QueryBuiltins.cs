using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>What a query knows of itself: its environment, its trace and what is random in it.</summary>
internal static class QueryBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "opa.runtime", Parameters = [], Result = RegoType.Object, Deterministic = false,
            Invoke = static (context, _) => Runtime(context),
        },
        new()
        {
            Name = "trace", Parameters = [RegoType.String], Result = RegoType.Boolean,
            Invoke = static (context, operands) =>
            {
                context.Note?.Invoke(Operand.String(operands, 0, "trace").Text);
                return BooleanValue.True;
            },
        },
        new()
        {
            Name = "rand.intn", Parameters = [RegoType.String, RegoType.Number], Result = RegoType.Number, Deterministic = false,
            Invoke = static (context, operands) => Random(context, operands),
        },
    ];

    private static ObjectValue Runtime(BuiltinContext context)
    {
        if (context.Environment.Count == 0)
        {
            return ObjectValue.Empty;
        }

        var environment = ObjectValue.Of(context.Environment.Select(
            one => KeyValuePair.Create<Value, Value>(StringValue.Of(one.Key), StringValue.Of(one.Value))));
        return ObjectValue.Empty.With(StringValue.Of("env"), environment);
    }

    /// <summary>The same name and bound give the same number throughout a query.</summary>
    private static NumberValue Random(BuiltinContext context, ReadOnlySpan<Value> operands)
    {
        var name = Operand.String(operands, 0, "rand.intn").Text;
        var bound = Operand.Integer(operands, 1, "rand.intn");
        if (bound == 0)
        {
            return NumberValue.Of(0);
        }

        bound = bound == long.MinValue ? long.MaxValue : Math.Abs(bound);
        var key = ("rand.intn", name, bound);
        if (!context.Cache.TryGetValue(key, out var known))
        {
            var seed = System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{context.Seed} {bound} {name}"));
            known = NumberValue.Of((long)(BitConverter.ToUInt64(seed) % (ulong)bound));
            context.Cache[key] = known;
        }

        return (NumberValue)known;
    }
}
