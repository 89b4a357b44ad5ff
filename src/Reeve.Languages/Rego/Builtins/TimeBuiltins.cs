using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>Times, as nanoseconds since 1970.</summary>
internal static class TimeBuiltins
{
    private static readonly RegoType Moment = RegoType.Number | RegoType.Array;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = "time.now_ns", Parameters = [], Result = RegoType.Number, Deterministic = false,
            Invoke = static (context, _) => NumberValue.Of((context.Time - DateTimeOffset.UnixEpoch).Ticks * 100),
        },
        Of("time.parse_ns", [RegoType.String, RegoType.String], RegoType.Number, static operands => Parsed("time.parse_ns",
            GoLayout.Named(Operand.String(operands, 0, "time.parse_ns").Text), Operand.String(operands, 1, "time.parse_ns").Text)),
        Of("time.parse_rfc3339_ns", [RegoType.String], RegoType.Number, static operands => Parsed("time.parse_rfc3339_ns",
            GoLayout.Named("RFC3339"), Operand.String(operands, 0, "time.parse_rfc3339_ns").Text)),
        Of("time.parse_duration_ns", [RegoType.String], RegoType.Number, static operands => NumberValue.Of(
            GoDuration.Parse(Operand.String(operands, 0, "time.parse_duration_ns").Text, "time.parse_duration_ns"))),
        Of("time.date", [Moment], RegoType.ArrayOf(RegoType.Number), static operands =>
        {
            var date = DateOf(operands, 0, "time.date");
            return Numbers(date.Year, date.Month, date.Day);
        }),
        Of("time.clock", [Moment], RegoType.ArrayOf(RegoType.Number), static operands =>
        {
            var date = DateOf(operands, 0, "time.clock");
            return Numbers(date.Hour, date.Minute, date.Second);
        }),
        Of("time.weekday", [Moment], RegoType.String, static operands =>
            StringValue.Of(GoLayout.Days[DateOf(operands, 0, "time.weekday").Weekday])),
        Of("time.format", [Moment], RegoType.String, static operands =>
        {
            const string name = "time.format";
            var (nanoseconds, zone) = MomentOf(operands, 0, name);
            var layout = operands[0] is ArrayValue { Count: > 2 } given
                ? (given[2] as StringValue)?.Text ?? throw Operand.Type($"{name}: operand 1 must be string but got {given[2].TypeName}")
                : "RFC3339Nano";
            return StringValue.Of(GoLayout.Format(GoDate.Of(nanoseconds, zone), GoLayout.Named(layout)));
        }),
        Of("time.add_date", [Moment, RegoType.Number, RegoType.Number, RegoType.Number], RegoType.Number, static operands => Add(operands)),
        Of("time.diff", [Moment, Moment], RegoType.ArrayOf(RegoType.Number), static operands => Difference(operands)),
    ];

    private delegate Value? Function(ReadOnlySpan<Value> operands);

    private static Builtin Of(string name, IReadOnlyList<RegoType> parameters, RegoType result, Function invoke) => new()
    {
        Name = name,
        Parameters = parameters,
        Result = result,
        Invoke = (_, operands) => invoke(operands),
    };

    private static ArrayValue Numbers(params long[] numbers) => ArrayValue.Of(numbers.Select(NumberValue.Of));

    private static NumberValue Parsed(string name, string layout, string text)
    {
        try
        {
            return Safe(GoTimeReader.Read(layout, text), name);
        }
        catch (FormatException e)
        {
            throw Operand.Failed($"{name}: {e.Message}");
        }
    }

    private static NumberValue Safe(Int128 nanoseconds, string name) => nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
        ? NumberValue.Of((long)nanoseconds)
        : throw Operand.Failed($"{name}: time outside of valid range");

    private static GoDate DateOf(ReadOnlySpan<Value> operands, int at, string name)
    {
        var (nanoseconds, zone) = MomentOf(operands, at, name);
        return GoDate.Of(nanoseconds, zone);
    }

    private static (long Nanoseconds, GoZone Zone) MomentOf(ReadOnlySpan<Value> operands, int at, string name)
    {
        var (first, zone) = (operands[at], GoZone.Utc);
        if (operands[at] is ArrayValue array)
        {
            if (array.Count < 2)
            {
                throw Operand.Type($"{name}: operand {at + 1} must be either number (ns) or [number (ns), string (tz)] but got array");
            }

            first = array[0];
            var named = (array[1] as StringValue)?.Text
                ?? throw Operand.Type($"{name}: operand {at + 1} must be string but got {array[1].TypeName}");
            try
            {
                zone = GoZone.Of(named);
            }
            catch (FormatException e)
            {
                throw Operand.Failed($"{name}: {e.Message}");
            }
        }

        return (first as NumberValue) switch
        {
            null => throw Operand.Wrong(operands, at, name, "one of {number, array}"),
            var number when number.TryGetInt64(out var whole) => (whole, zone),
            _ => throw Operand.Failed($"{name}: timestamp too big"),
        };
    }

    private static NumberValue Add(ReadOnlySpan<Value> operands)
    {
        const string name = "time.add_date";
        var (nanoseconds, zone) = MomentOf(operands, 0, name);
        var date = GoDate.Of(nanoseconds, zone);
        Span<long> parts = [0, 0, 0];
        for (var at = 0; at < 3; at++)
        {
            parts[at] = Operand.Integer(operands, at + 1, name);
            if (parts[at] is > 1_000_000_000 or < -1_000_000_000)
            {
                throw Operand.Failed($"{name}: time outside of valid range");
            }
        }

        var days = GoDate.DaysOf(date.Year + parts[0], date.Month + parts[1], date.Day + parts[2]);
        var local = (Int128)days * 86_400 + date.Hour * 3600 + date.Minute * 60 + date.Second;

        // the offset of the day that comes out, which may differ from that of the first
        var guess = local - date.Offset;
        if (guess > long.MinValue / 1_000_000_000 && guess < long.MaxValue / 1_000_000_000)
        {
            guess = local - zone.At((long)guess).Offset;
        }

        return Safe(guess * 1_000_000_000 + date.Nanosecond, name);
    }

    private static ArrayValue Difference(ReadOnlySpan<Value> operands)
    {
        const string name = "time.diff";
        var (first, zone) = MomentOf(operands, 0, name);
        var (second, _) = MomentOf(operands, 1, name);
        var (a, b) = (GoDate.Of(Math.Min(first, second), zone), GoDate.Of(Math.Max(first, second), zone));
        var (years, months, days) = (b.Year - a.Year, b.Month - a.Month, b.Day - a.Day);
        var (hours, minutes, seconds) = (b.Hour - a.Hour, b.Minute - a.Minute, b.Second - a.Second);
        (seconds, minutes) = seconds < 0 ? (seconds + 60, minutes - 1) : (seconds, minutes);
        (minutes, hours) = minutes < 0 ? (minutes + 60, hours - 1) : (minutes, hours);
        (hours, days) = hours < 0 ? (hours + 24, days - 1) : (hours, days);
        if (days < 0)
        {
            days += DateTime.DaysInMonth((int)a.Year, a.Month);
            months--;
        }

        (months, years) = months < 0 ? (months + 12, years - 1) : (months, years);
        return Numbers(years, months, days, hours, minutes, seconds);
    }
}
