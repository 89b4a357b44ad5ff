using Reeve.Core.Time;

namespace Reeve.Runtime.Schedules;

internal static class ScheduleClock
{
    public static DateTimeOffset? Next(Schedule schedule, DateTimeOffset after, string stableKey) => null;
}
