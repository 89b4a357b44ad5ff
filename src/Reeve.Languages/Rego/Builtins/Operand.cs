using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Operands by type, with OPA's words when they have another.</summary>
internal static class Operand
{
    public static NumberValue Number(ReadOnlySpan<Value> operands, int at, string name) =>
        operands[at] as NumberValue ?? throw Wrong(operands, at, name, "number");

    public static StringValue String(ReadOnlySpan<Value> operands, int at, string name) =>
        operands[at] as StringValue ?? throw Wrong(operands, at, name, "string");

    public static ArrayValue Array(ReadOnlySpan<Value> operands, int at, string name) =>
        operands[at] as ArrayValue ?? throw Wrong(operands, at, name, "array");

    public static SetValue Set(ReadOnlySpan<Value> operands, int at, string name) =>
        operands[at] as SetValue ?? throw Wrong(operands, at, name, "set");

    public static ObjectValue Object(ReadOnlySpan<Value> operands, int at, string name) =>
        operands[at] as ObjectValue ?? throw Wrong(operands, at, name, "object");

    public static long Integer(ReadOnlySpan<Value> operands, int at, string name) =>
        Number(operands, at, name).TryGetInt64(out var whole)
            ? whole
            : throw Type($"{name}: operand {at + 1} must be integer number but got floating-point number");

    /// <summary>The elements of an array or a set, in order.</summary>
    public static ReadOnlySpan<Value> Items(ReadOnlySpan<Value> operands, int at, string name) => operands[at] switch
    {
        ArrayValue array => array.AsSpan(),
        SetValue set => set.AsSpan(),
        _ => throw Wrong(operands, at, name, "one of {array, set}"),
    };

    public static BuiltinException Wrong(ReadOnlySpan<Value> operands, int at, string name, string wanted) =>
        Type($"{name}: operand {at + 1} must be {wanted} but got {operands[at].TypeName}");

    public static BuiltinException Type(string message) => new(RegoError.EvaluationTypeError, message);

    public static BuiltinException Failed(string message) => new(RegoError.BuiltinError, message);
}
