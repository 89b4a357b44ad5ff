using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Time;

/// <summary>
/// Reads a schedule: a text (<c>15 minutes</c>, <c>daily</c>, <c>every 30s</c>, or just <c>30s</c>), or an object with one of <c>every</c>,
/// <c>cron</c> (and <c>time_zone</c>) and <c>at</c> (one of the usual words), and with <c>jitter</c>. What a cron
/// expression and a time zone mean is checked by whoever keeps the clock.
/// </summary>
public static class ScheduleDocument
{
    private const string Expected =
        "a schedule such as `every 30s`, `15 minutes`, `hourly`, `daily`, `weekly`, `monthly`, or an object with `every` or `cron`";
    private static readonly string[] Kinds = ["every", "cron", "at"];

    // a second is the finest step; beyond ten years nobody waits
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromDays(3650);
    private static readonly TimeSpan LongestJitter = TimeSpan.FromDays(1);

    /// <summary>The schedule; null when it has mistakes.</summary>
    public static Schedule? Read(JsonElement value, string path, List<Mistake> mistakes)
    {
        if (value.ValueKind == JsonValueKind.Object)
        {
            return ReadObject(new FieldReader(value, path, mistakes), mistakes);
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            mistakes.Add(new Mistake(ErrorCodes.WrongType, path, $"expected {Expected}, found {Quote.Value(value)}"));
            return null;
        }

        return ReadText(value.GetString()!, path, mistakes);
    }

    /// <summary>Writes a schedule the way it is read.</summary>
    public static JsonElement Write(Schedule schedule) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        switch (schedule)
        {
            case Schedule.Interval interval:
                writer.WriteString("every", Durations.Format(interval.Every));
                break;
            case Schedule.Cron cron:
                writer.WriteString("cron", cron.Expression);
                writer.WriteString("time_zone", cron.TimeZone);
                break;
            case Schedule.Named named:
                writer.WriteString("at", Frequencies.NameOf(named.Frequency));
                break;
            default:
                throw new InvalidOperationException($"no such schedule: {schedule.GetType()}");
        }

        if (schedule.Jitter > TimeSpan.Zero)
        {
            writer.WriteString("jitter", Durations.Format(schedule.Jitter));
        }

        writer.WriteEndObject();
    });

    private static Schedule? ReadText(string text, string path, List<Mistake> mistakes)
    {
        var plain = text.Trim();
        if (Frequencies.Names.TryGetValue(plain, out var frequency))
        {
            return new Schedule.Named(frequency);
        }

        var every = plain.StartsWith("every ", StringComparison.OrdinalIgnoreCase) ? plain["every ".Length..] : plain;
        if (!Durations.TryParse(every, out var duration))
        {
            mistakes.Add(new Mistake(ErrorCodes.NotAllowed, path,
                $"expected {Expected}, found {Quote.Text(text)}{DidYouMean.Hint(plain, Frequencies.Names.Keys)}"));
            return null;
        }

        if (Unfit(duration) is { } problem)
        {
            mistakes.Add(new Mistake(ErrorCodes.NotAllowed, path, problem));
            return null;
        }

        return new Schedule.Interval(duration);
    }

    private static Schedule? ReadObject(FieldReader fields, List<Mistake> mistakes)
    {
        var before = mistakes.Count;
        var given = Kinds.Where(fields.Has).ToList();
        var every = fields.Duration("every");
        var cron = fields.Text("cron");
        var zone = fields.Text("time_zone");
        var frequency = fields.OneOf("at", Frequencies.Names);
        var jitter = fields.Duration("jitter", max: LongestJitter) ?? TimeSpan.Zero;
        if (given.Count != 1)
        {
            fields.Report(ErrorCodes.NotAllowed, given.Count == 0
                ? "expected one of `every`, `cron` and `at`"
                : $"expected one of `every`, `cron` and `at`, found {string.Join(" and ", given.Select(g => $"`{g}`"))}");
        }

        if (zone is not null && cron is null && given is not ["cron"])
        {
            fields.Report(ErrorCodes.NotAllowed, "time_zone", "only `cron` has a time zone");
        }

        if (every is { } interval && Unfit(interval) is { } problem)
        {
            fields.Report(ErrorCodes.NotAllowed, "every", problem);
        }

        if (jitter.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            fields.Report(ErrorCodes.NotAllowed, "jitter", "expected whole seconds");
        }

        var between = every ?? (frequency is { } often ? Frequencies.PeriodOf(often) : null);
        if (between is { } period && jitter >= period)
        {
            fields.Report(ErrorCodes.NotAllowed, "jitter",
                $"expected less than the interval of `{Durations.Format(period)}`, found `{Durations.Format(jitter)}`");
        }

        fields.Close();
        return mistakes.Count > before ? null
            : every is not null ? new Schedule.Interval(every.Value) { Jitter = jitter }
            : cron is not null ? new Schedule.Cron(cron.Trim(), zone ?? "UTC") { Jitter = jitter }
            : new Schedule.Named(frequency!.Value) { Jitter = jitter };
    }

    private static string? Unfit(TimeSpan every) =>
        every < Shortest ? $"expected at least `1s`, found `{Durations.Format(every)}`"
        : every > LongestInterval ? $"expected at most `3650d`, found `{Durations.Format(every)}`"
        : every.Ticks % TimeSpan.TicksPerSecond != 0 ? $"expected whole seconds, found `{Durations.Format(every)}`"
        : null;
}
