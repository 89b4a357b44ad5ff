using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Values as YAML texts, and back.</summary>
internal static class YamlBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        Of("yaml.marshal", RegoType.Any, RegoType.String, static value => StringValue.Of(YamlText.Of(value))),
        Of("yaml.unmarshal", RegoType.String, RegoType.Any, static value => value is StringValue text
            ? ValueYaml.Read(text.Text, ValueLimits.Default, out var problem) ?? throw Operand.Failed($"yaml: {problem}")
            : throw Operand.Type($"yaml.unmarshal: operand 1 must be string but got {value.TypeName}")),
        Of("yaml.is_valid", RegoType.Any, RegoType.Boolean, static value => BooleanValue.Of(
            value is StringValue text && ValueYaml.Read(text.Text, ValueLimits.Default, out _) is not null)),
    ];

    private static Builtin Of(string name, RegoType parameter, RegoType result, Func<Value, Value> invoke) => new()
    {
        Name = name,
        Parameters = [parameter],
        Result = result,
        Invoke = (_, operands) => invoke(operands[0]),
    };
}
