using System.Numerics;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Whole numbers bit by bit.</summary>
internal static class BitBuiltins
{
    private const int LargestShift = 65_536;

    public static IEnumerable<Builtin> All { get; } =
    [
        Of("bits.and", static (a, b) => a & b),
        Of("bits.or", static (a, b) => a | b),
        Of("bits.xor", static (a, b) => a ^ b),
        Of("bits.lsh", static (a, b) => a << Shift(b, "bits.lsh")),
        Of("bits.rsh", static (a, b) => a >> Shift(b, "bits.rsh")),
        new()
        {
            Name = "bits.negate", Parameters = [RegoType.Number], Result = RegoType.Number,
            Invoke = static (_, operands) => NumberValue.Of(-Whole(operands, 0, "bits.negate") - 1),
        },
    ];

    private static Builtin Of(string name, Func<BigInteger, BigInteger, BigInteger> compute) => new()
    {
        Name = name,
        Parameters = [RegoType.Number, RegoType.Number],
        Result = RegoType.Number,
        Invoke = (_, operands) => NumberValue.Of(compute(Whole(operands, 0, name), Whole(operands, 1, name))),
    };

    private static BigInteger Whole(ReadOnlySpan<Value> operands, int at, string name) =>
        Operand.Number(operands, at, name).TryGetWhole(out var whole)
            ? whole
            : throw Operand.Type($"{name}: operand {at + 1} must be integer number but got floating-point number");

    private static int Shift(BigInteger by, string name) => by.Sign < 0
        ? throw Operand.Type($"{name}: operand 2 must be an unsigned integer number but got a negative integer")
        : by > LargestShift ? throw Operand.Failed($"{name}: the shift is larger than {LargestShift}") : (int)by;
}
