using System.Globalization;
using System.Numerics;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Texts; places and lengths count code points.</summary>
internal static class StringBuiltins
{
    private static readonly RegoType Texts = RegoType.ArrayOf(RegoType.String) | RegoType.SetOf(RegoType.String);

    public static IEnumerable<Builtin> All { get; } =
    [
        Test("startswith", static (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        Test("endswith", static (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        Test("contains", static (text, part) => text.Contains(part, StringComparison.Ordinal)),
        Map("lower", static text => text.ToLowerInvariant()),
        Map("upper", static text => text.ToUpperInvariant()),
        Map("trim_space", static text => text.Trim()),
        Map("strings.reverse", static text => string.Concat(text.EnumerateRunes().Reverse()), "reverse"),
        Map("trim", static (text, cut) => Trim(text, cut, true, true)),
        Map("trim_left", static (text, cut) => Trim(text, cut, true, false)),
        Map("trim_right", static (text, cut) => Trim(text, cut, false, true)),
        Map("trim_prefix", static (text, part) => text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text),
        Map("trim_suffix", static (text, part) => text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text),
        Of("concat", [RegoType.String, Texts], RegoType.String, static operands => Concat(operands)),
        Of("split", [RegoType.String, RegoType.String], RegoType.ArrayOf(RegoType.String), static operands => Split(operands)),
        Of("replace", [RegoType.String, RegoType.String, RegoType.String], RegoType.String, static operands => Replace(operands)),
        Of("strings.replace_n", [RegoType.Object, RegoType.String], RegoType.String, static operands => ReplaceMany(operands)),
        Of("substring", [RegoType.String, RegoType.Number, RegoType.Number], RegoType.String, static operands => Substring(operands)),
        Of("indexof", [RegoType.String, RegoType.String], RegoType.Number, static operands => IndexOf(operands)),
        Of(
            "indexof_n", [RegoType.String, RegoType.String], RegoType.ArrayOf(RegoType.Number), static operands => AllIndexes(operands)),
        Of("strings.count", [RegoType.String, RegoType.String], RegoType.Number, static operands => Count(operands)),
        Of("format_int", [RegoType.Number, RegoType.Number], RegoType.String, static operands => FormatInt(operands)),
        Any("strings.any_prefix_match", static (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        Any("strings.any_suffix_match", static (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = (_, operands) => invoke(operands),
    };

    private static Builtin Test(string name, Func<string, string, bool> holds) => Of(
        name,
        [RegoType.String, RegoType.String],
        RegoType.Boolean,
        operands => BooleanValue.Of(holds(Operand.String(operands, 0, name).Text, Operand.String(operands, 1, name).Text)));

    private static Builtin Map(string name, Func<string, string> change, string? shown = null) => Of(
        name, [RegoType.String], RegoType.String, operands => StringValue.Of(change(Operand.String(operands, 0, shown ?? name).Text)));

    private static Builtin Map(string name, Func<string, string, string> change) => Of(
        name,
        [RegoType.String, RegoType.String],
        RegoType.String,
        operands => StringValue.Of(change(Operand.String(operands, 0, name).Text, Operand.String(operands, 1, name).Text)));

    private static Builtin Any(string name, Func<string, string, bool> holds)
    {
        var either = RegoType.String | RegoType.Array | RegoType.Set;
        return Of(name, [either, either], RegoType.Boolean, operands =>
        {
            var texts = OneOrMany(operands, 0, name);
            var parts = OneOrMany(operands, 1, name);
            return BooleanValue.Of(texts.Exists(text => parts.Exists(part => holds(text, part))));
        });
    }

    private static List<string> OneOrMany(ReadOnlySpan<Value> operands, int at, string name)
    {
        if (operands[at] is StringValue one)
        {
            return [one.Text];
        }

        if (operands[at] is not (ArrayValue or SetValue))
        {
            throw Operand.Wrong(operands, at, name, "one of {array, set, string}");
        }

        return ManyTexts(operands, at, name);
    }

    private static List<string> ManyTexts(ReadOnlySpan<Value> operands, int at, string name)
    {
        var texts = new List<string>();
        foreach (var item in Operand.Items(operands, at, name))
        {
            var type = operands[at].TypeName;
            texts.Add(item is StringValue text ? text.Text : throw Operand.Type(
                $"{name}: operand {at + 1} must be {type} of strings but got {type} containing {item.TypeName}"));
        }

        return texts;
    }

    private static string Trim(string text, string cut, bool left, bool right)
    {
        var runes = text.EnumerateRunes().ToArray();
        var set = cut.EnumerateRunes().ToHashSet();
        var (from, to) = (0, runes.Length);
        while (left && from < to && set.Contains(runes[from]))
        {
            from++;
        }

        while (right && to > from && set.Contains(runes[to - 1]))
        {
            to--;
        }

        return string.Concat(runes[from..to]);
    }

    private static StringValue Concat(ReadOnlySpan<Value> operands) =>
        StringValue.Of(string.Join(Operand.String(operands, 0, "concat").Text, ManyTexts(operands, 1, "concat")));

    private static ArrayValue Split(ReadOnlySpan<Value> operands)
    {
        var (text, by) = (Operand.String(operands, 0, "split").Text, Operand.String(operands, 1, "split").Text);
        return by.Length == 0
            ? ArrayValue.Of(text.EnumerateRunes().Select(rune => (Value)StringValue.Of(rune.ToString())))
            : ArrayValue.Of(text.Split(by).Select(part => (Value)StringValue.Of(part)));
    }

    private static StringValue Replace(ReadOnlySpan<Value> operands)
    {
        var text = Operand.String(operands, 0, "replace").Text;
        var (old, by) = (Operand.String(operands, 1, "replace").Text, Operand.String(operands, 2, "replace").Text);
        return StringValue.Of(old.Length > 0
            ? text.Replace(old, by, StringComparison.Ordinal)
            : by + string.Concat(text.EnumerateRunes().Select(rune =>
            {
                RunningLimits.Write(by.Length);
                return rune + by;
            })));
    }

    private static StringValue ReplaceMany(ReadOnlySpan<Value> operands)
    {
        const string name = "strings.replace_n";
        var pairs = new List<(string Old, string By)>();
        foreach (var (key, value) in Operand.Object(operands, 0, name))
        {
            pairs.Add((
                key is StringValue old ? old.Text : throw Operand.Type($"{name}: operand 1 non-string key found in pattern object"),
                value is StringValue by ? by.Text : throw Operand.Type($"{name}: operand 1 non-string value found in pattern object")));
        }

        var text = Operand.String(operands, 1, name).Text;
        var result = new StringBuilder();

        // one pass: what was put in is not replaced again
        for (var at = 0; at < text.Length;)
        {
            var (old, by) = pairs.Find(pair => pair.Old.Length > 0 && string.CompareOrdinal(text, at, pair.Old, 0, pair.Old.Length) == 0);
            if (old is null)
            {
                result.Append(text[at++]);
                continue;
            }

            RunningLimits.Write(by.Length);
            result.Append(by);
            at += old.Length;
        }

        return StringValue.Of(result.ToString());
    }

    private static StringValue Substring(ReadOnlySpan<Value> operands)
    {
        var runes = Operand.String(operands, 0, "substring").Text.EnumerateRunes().ToArray();
        var (from, length) = (Operand.Integer(operands, 1, "substring"), Operand.Integer(operands, 2, "substring"));
        if (from < 0)
        {
            throw Operand.Failed("negative offset");
        }

        if (from >= runes.Length)
        {
            return StringValue.Empty;
        }

        var to = length < 0 || length > runes.Length - from ? runes.Length : from + length;
        return StringValue.Of(string.Concat(runes[(int)from..(int)to]));
    }

    private static int Runes(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    private static NumberValue IndexOf(ReadOnlySpan<Value> operands)
    {
        var (text, part) = (Operand.String(operands, 0, "indexof").Text, Operand.String(operands, 1, "indexof").Text);
        if (part.Length == 0)
        {
            throw Operand.Failed("empty search character");
        }

        var at = text.IndexOf(part, StringComparison.Ordinal);
        return NumberValue.Of(at < 0 ? -1 : Runes(text.AsSpan(0, at)));
    }

    private static ArrayValue AllIndexes(ReadOnlySpan<Value> operands)
    {
        var (text, part) = (Operand.String(operands, 0, "indexof_n").Text, Operand.String(operands, 1, "indexof_n").Text);
        if (part.Length == 0)
        {
            throw Operand.Failed("empty search character");
        }

        var places = new List<Value>();
        var (runes, from) = (0, 0);
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.Ordinal))
        {
            runes += Runes(text.AsSpan(from, at - from));
            from = at;
            places.Add(NumberValue.Of(runes));
        }

        return ArrayValue.Of(places);
    }

    private static NumberValue Count(ReadOnlySpan<Value> operands)
    {
        var (text, part) = (Operand.String(operands, 0, "strings.count").Text, Operand.String(operands, 1, "strings.count").Text);
        return NumberValue.Of(part.Length == 0
            ? text.EnumerateRunes().Count() + 1
            : text.AsSpan().Count(part));
    }

    private static StringValue FormatInt(ReadOnlySpan<Value> operands)
    {
        var (digits, exponent) = Operand.Number(operands, 0, "format_int").ToDecimal();
        var whole = exponent >= 0 ? digits * BigInteger.Pow(10, exponent) : BigInteger.Divide(digits, BigInteger.Pow(10, -exponent));
        var radix = Operand.Number(operands, 1, "format_int").TryGetInt64(out var given) && given is 2 or 8 or 10 or 16
            ? (int)given
            : throw Operand.Type("format_int: operand 2 must be one of {2, 8, 10, 16}");
        return StringValue.Of(whole.Sign < 0 ? "-" + InBase(-whole, radix) : InBase(whole, radix));
    }

    private static string InBase(BigInteger whole, int radix)
    {
        if (radix == 10 || whole.IsZero)
        {
            return whole.ToString(CultureInfo.InvariantCulture);
        }

        if (radix == 16)
        {
            return whole.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');
        }

        return radix == 2 ? whole.ToString("b", CultureInfo.InvariantCulture).TrimStart('0') : Octal(whole);
    }

    /// <summary>A whole number that is not negative, three bits to a digit; zero is empty.</summary>
    internal static string Octal(BigInteger whole)
    {
        var bits = whole.ToString("b", CultureInfo.InvariantCulture).TrimStart('0');
        bits = bits.PadLeft((bits.Length + 2) / 3 * 3, '0');
        return string.Create(bits.Length / 3, bits, static (digits, all) =>
        {
            for (var at = 0; at < digits.Length; at++)
            {
                digits[at] = (char)('0' + ((all[at * 3] - '0') * 4) + ((all[(at * 3) + 1] - '0') * 2) + all[(at * 3) + 2] - '0');
            }
        });
    }
}
