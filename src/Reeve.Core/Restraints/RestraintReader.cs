using System.Collections.Immutable;
using System.Globalization;
using Reeve.Core.Documents;
using Reeve.Core.Errors;

namespace Reeve.Core.Restraints;

/// <summary>Reads the <c>restraints</c> of a binding.</summary>
public static class RestraintReader
{
    private static readonly Dictionary<string, DayOfWeek> Days = new(StringComparer.OrdinalIgnoreCase)
    {
        ["mon"] = DayOfWeek.Monday,
        ["tue"] = DayOfWeek.Tuesday,
        ["wed"] = DayOfWeek.Wednesday,
        ["thu"] = DayOfWeek.Thursday,
        ["fri"] = DayOfWeek.Friday,
        ["sat"] = DayOfWeek.Saturday,
        ["sun"] = DayOfWeek.Sunday,
    };

    /// <summary>The settings of the member <c>restraints</c>; the defaults when it is absent.</summary>
    public static RestraintSettings Read(FieldReader binding, List<Mistake> mistakes)
    {
        if (binding.Object("restraints") is not { } fields)
        {
            return new RestraintSettings();
        }

        var settings = new RestraintSettings
        {
            Cooldown = fields.Duration("cooldown"),
            Interval = fields.Duration("interval"),
            NodeStarted = fields.Flag("node_started", false),
            InFlight = fields.Flag("in_flight", true),
            Opposing = fields.Flag("opposing", true),
            CapacityBounds = fields.Flag("capacity_bounds", true),
            For = fields.Duration("for"),
            OnceWithin = fields.Duration("once_within"),
            OnceAfter = fields.Duration("once_after"),
            AccumulateWithin = fields.Object("accumulate_within") is { } accumulate ? ReadAccumulate(accumulate) : null,
            Windows = ReadWindows(fields, "windows"),
            Freezes = ReadWindows(fields, "freezes"),
            BlastRadius = fields.Object("blast_radius") is { } radius ? ReadBlastRadius(radius) : null,
            Budget = fields.Object("budget") is { } budget ? ReadBudget(budget) : null,
            Approval = fields.Object("approval") is { } approval ? ReadApproval(approval) : null,
        };
        fields.Close();
        return settings;
    }

    private static AccumulateSettings ReadAccumulate(FieldReader fields)
    {
        var read = new AccumulateSettings(
            fields.Whole("count", 1, ActionLedger.MaxTimes) ?? 1, fields.Duration("period") ?? TimeSpan.FromMinutes(10));
        fields.Close();
        return read;
    }

    private static BudgetSettings ReadBudget(FieldReader fields)
    {
        var read = new BudgetSettings(
            fields.Whole("count", 1, ActionLedger.MaxTimes) ?? 1, fields.Duration("period") ?? TimeSpan.FromHours(1));
        fields.Close();
        return read;
    }

    private static BlastRadiusSettings ReadBlastRadius(FieldReader fields)
    {
        var read = new BlastRadiusSettings(fields.Whole("count", 1, 100_000), fields.Number("share"));
        if (read.Count is null && read.Share is null)
        {
            fields.Report(
                ErrorCodes.MissingField, "share", "a blast radius needs a `count` of instances or a `share` of the group between 0 and 1");
        }

        if (read.Share is <= 0 or > 1)
        {
            fields.Report(ErrorCodes.NotAllowed, "share", "a share lies above 0 and not above 1");
        }

        fields.Close();
        return read;
    }

    private static ApprovalSettings ReadApproval(FieldReader fields)
    {
        var read = new ApprovalSettings(fields.Text("message"), fields.Duration("timeout"));
        fields.Close();
        return read;
    }

    private static ImmutableArray<CalendarWindow> ReadWindows(FieldReader fields, string member) => [.. fields.List(member, window =>
    {
        var days = ImmutableArray.CreateBuilder<DayOfWeek>();
        foreach (var day in window.Texts("days"))
        {
            if (day.Length >= 3 && Days.TryGetValue(day[..3], out var known))
            {
                days.Add(known);
            }
            else
            {
                window.Report(ErrorCodes.NotAllowed, "days", $"`{day}` is no day; use mon, tue, wed, thu, fri, sat, sun");
            }
        }

        var read = new CalendarWindow
        {
            Name = window.Text("name") ?? "",
            Days = days.ToImmutable(),
            From = ReadTime(window, "from"),
            To = ReadTime(window, "to"),
            Zone = ReadZone(window),
            Start = window.Moment("start"),
            End = window.Moment("end"),
        };
        window.Close();
        return read;
    })];

    private static TimeOnly ReadTime(FieldReader fields, string name)
    {
        var text = fields.Text(name);
        if (text is null)
        {
            return TimeOnly.MinValue;
        }

        if (TimeOnly.TryParseExact(text, ["HH:mm", "H:mm", "HH:mm:ss"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            return time;
        }

        fields.Report(ErrorCodes.NotAllowed, name, $"expected a time of day such as \"08:30\", found `{text}`");
        return TimeOnly.MinValue;
    }

    private static TimeZoneInfo ReadZone(FieldReader fields)
    {
        var text = fields.Text("time_zone");
        if (text is null)
        {
            return TimeZoneInfo.Utc;
        }

        if (TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone))
        {
            return zone;
        }

        fields.Report(ErrorCodes.NotFound, "time_zone", $"there is no time zone `{text}`; use a name such as Europe/Berlin");
        return TimeZoneInfo.Utc;
    }
}
