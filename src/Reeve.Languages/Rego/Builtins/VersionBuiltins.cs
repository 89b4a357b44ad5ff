using System.Numerics;
using System.Text.RegularExpressions;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Semantic versions.</summary>
internal static partial class VersionBuiltins
{
    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "semver.compare", Parameters = [RegoType.String, RegoType.String], Result = RegoType.Number,
            Invoke = static (_, operands) => NumberValue.Of(Compare(Parse(operands, 0), Parse(operands, 1))),
        },
        new()
        {
            Name = "semver.is_valid", Parameters = [RegoType.Any], Result = RegoType.Boolean,
            Invoke = static (_, operands) => BooleanValue.Of(operands[0] is StringValue text && Pattern().IsMatch(text.Text)),
        },
    ];

    [GeneratedRegex(
        @"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?" +
            @"(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?\z",
        RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();

    private static Match Parse(ReadOnlySpan<Value> operands, int at)
    {
        var text = Operand.String(operands, at, "semver.compare").Text;
        var match = Pattern().Match(text);
        return match.Success
            ? match
            : throw Operand.Failed($"semver.compare: operand {at + 1}: string {StringValue.Of(text)} is not a valid SemVer");
    }

    private static int Compare(Match a, Match b)
    {
        for (var part = 1; part <= 3; part++)
        {
            var order = BigInteger.Parse(a.Groups[part].ValueSpan).CompareTo(BigInteger.Parse(b.Groups[part].ValueSpan));
            if (order != 0)
            {
                return order;
            }
        }

        var (one, two) = (a.Groups[4].Value, b.Groups[4].Value);
        if (one.Length == 0 || two.Length == 0)
        {
            // a version comes behind its previews
            return (one.Length == 0).CompareTo(two.Length == 0);
        }

        var (x, y) = (one.Split('.'), two.Split('.'));
        for (var at = 0; at < Math.Min(x.Length, y.Length); at++)
        {
            var (isNumber, isOtherNumber) = (x[at].All(char.IsAsciiDigit), y[at].All(char.IsAsciiDigit));
            var order = isNumber && isOtherNumber ? BigInteger.Parse(x[at]).CompareTo(BigInteger.Parse(y[at]))
                : isNumber != isOtherNumber ? isNumber ? -1 : 1
                : Math.Sign(string.CompareOrdinal(x[at], y[at]));
            if (order != 0)
            {
                return order;
            }
        }

        return x.Length.CompareTo(y.Length);
    }
}
