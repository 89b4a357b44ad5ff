using System.Text.Json;
using Reeve.Core.Targets;

namespace Reeve.Engines.Builtin.Heartbeat;

/// <summary>One instance that should give signs of life. All times are ticks, and but for <see cref="LastSeen"/> the loop's.</summary>
internal sealed class WatchedMember(string path, long watchFrom, long ttl)
{
    public string Path => path;

    /// <summary>Silence counts from here at the earliest: when it was first seen, became started, or Reeve came back.</summary>
    public long WatchFrom { get; set; } = watchFrom;

    /// <summary>The time of the newest sign of life, by the sender's clock; null when there was none.</summary>
    public long? LastSeen { get; set; }

    /// <summary>When that came.</summary>
    public long? HeardAt { get; set; }

    public long Ttl { get; set; } = ttl;

    public bool IsSilent { get; set; }

    /// <summary>It starts or stops just now: nobody expects it to speak.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Nothing is known of it since the program was opened with no memory.</summary>
    public bool IsUndecided { get; set; }

    /// <summary>When its state was last heard of, by the loop's clock and by the sender's.</summary>
    public (long At, long Time)? StateHeard { get; set; }

    /// <summary>Its failure, while that stands.</summary>
    public MemberFailure? Failure { get; set; }

    /// <summary>When it counts as silent; null while nothing is expected of it, or it is silent already.</summary>
    public long? Deadline => IsSilent || IsPaused || Failure is not null ? null : Math.Max(HeardAt ?? 0, WatchFrom) + Ttl;

    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("path", path);
        writer.WriteNumber("watch_from", WatchFrom);
        writer.WriteNumber("ttl", Ttl);
        Saved.WriteTicks(writer, "last_seen", LastSeen);
        Saved.WriteTicks(writer, "heard_at", HeardAt);
        writer.WriteBoolean("silent", IsSilent);
        writer.WriteBoolean("paused", IsPaused);
        writer.WriteBoolean("undecided", IsUndecided);
        Saved.WriteTicks(writer, "state_at", StateHeard?.At);
        Saved.WriteTicks(writer, "state_time", StateHeard?.Time);
        Failure?.WriteTo(writer, "failure");
        writer.WriteEndObject();
    }

    public static WatchedMember Read(JsonElement saved)
    {
        var at = Saved.Ticks(saved, "state_at");
        var path = saved.GetProperty("path").GetString() ?? "";
        return new WatchedMember(path, saved.GetProperty("watch_from").GetInt64(), saved.GetProperty("ttl").GetInt64())
        {
            LastSeen = Saved.Ticks(saved, "last_seen"),
            HeardAt = Saved.Ticks(saved, "heard_at"),
            IsSilent = Saved.Flag(saved, "silent"),
            IsPaused = Saved.Flag(saved, "paused"),
            IsUndecided = Saved.Flag(saved, "undecided"),
            StateHeard = at is { } known ? (known, saved.GetProperty("state_time").GetInt64()) : null,
            Failure = MemberFailure.Read(saved, "failure"),
        };
    }

    /// <summary>What the directory says of its state counts when it is newer than what was heard.</summary>
    public bool IsNews(Target target) => StateHeard is not { } heard || target.StateSince.UtcTicks > heard.At;
}

/// <summary>How an instance failed.</summary>
internal sealed record MemberFailure(long Since, string? Description, int? ExitCode)
{
    public void WriteTo(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("since", Since);
        if (Description is not null)
        {
            writer.WriteString("description", Description);
        }

        if (ExitCode is { } code)
        {
            writer.WriteNumber("exit_code", code);
        }

        writer.WriteEndObject();
    }

    public static MemberFailure? Read(JsonElement saved, string name)
    {
        if (!saved.TryGetProperty(name, out var failure))
        {
            return null;
        }

        var code = Saved.Ticks(failure, "exit_code");
        return new MemberFailure(failure.GetProperty("since").GetInt64(), Core.Documents.Json.Text(failure, "description"), (int?)code);
    }
}
