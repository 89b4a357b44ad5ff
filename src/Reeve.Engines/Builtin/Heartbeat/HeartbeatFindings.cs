using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Time;

namespace Reeve.Engines.Builtin.Heartbeat;

/// <summary>Puts silence and failure into findings: one for each member.</summary>
internal static class HeartbeatFindings
{
    public const string SilentCheck = "silent";

    public const string FailedCheck = "failed";

    /// <summary>The most members that are described.</summary>
    private const int MaxListed = 100;

    /// <summary>The check with everyone silent, or null when nobody is.</summary>
    public static CheckVerdict? Silent(Dictionary<string, WatchedMember>.ValueCollection members, Facts facts) =>
        Check(SilentCheck, members, facts, static m => m.IsSilent, Silence);

    /// <summary>The check with everyone failed, or null when nobody is.</summary>
    public static CheckVerdict? Failed(Dictionary<string, WatchedMember>.ValueCollection members, Facts facts) =>
        Check(FailedCheck, members, facts, static m => m.Failure is not null, Failure);

    public static JsonElement Describe(Dictionary<string, WatchedMember>.ValueCollection members) => Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("watched", members.Count);
        writer.WriteStartObject("members");
        foreach (var member in members.OrderBy(m => m.Path, StringComparer.Ordinal).Take(MaxListed))
        {
            writer.WriteStartObject(member.Path);
            writer.WriteString("is", Word(member));
            WriteMoment(writer, "last_seen", member.LastSeen);
            writer.WriteString("watched_since", Saved.Moment(member.WatchFrom));
            writer.WriteString("ttl", Durations.Format(TimeSpan.FromTicks(member.Ttl)));
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static string Word(WatchedMember member) => member switch
    {
        { Failure: not null } => "failed",
        { IsSilent: true } => "silent",
        { IsPaused: true } => "paused",
        { HeardAt: null } => "awaited",
        _ => "alive",
    };

    private static CheckVerdict? Check(
        string name, Dictionary<string, WatchedMember>.ValueCollection members, Facts facts, Func<WatchedMember, bool> which,
        Func<WatchedMember, string?, Finding> put)
    {
        ImmutableArray<Finding>.Builder? findings = null;
        foreach (var member in members)
        {
            if (which(member))
            {
                var target = member.Path == facts.Target.Key.Path ? null : member.Path;
                (findings ??= ImmutableArray.CreateBuilder<Finding>()).Add(put(member, target));
            }
        }

        if (findings is null)
        {
            return null;
        }

        findings.Sort(static (left, right) => string.CompareOrdinal(left.Target, right.Target));
        var summary = findings.Count == 1 ? findings[0].Summary : $"{findings.Count} of {members.Count} instances are {name}";
        return new CheckVerdict(name, findings.ToImmutable()) { Summary = summary };
    }

    private static Finding Silence(WatchedMember member, string? target)
    {
        var ttl = Durations.Format(TimeSpan.FromTicks(member.Ttl));
        var data = Json.Build(writer =>
        {
            writer.WriteStartObject();
            WriteMoment(writer, "last_seen", member.LastSeen);
            writer.WriteString("watched_since", Saved.Moment(member.WatchFrom));
            writer.WriteString("ttl", ttl);
            writer.WriteEndObject();
        });
        var summary = member.LastSeen is { } seen
            ? $"no sign of life from `{member.Path}` for more than {ttl}, the last at {Saved.Moment(seen):yyyy-MM-dd HH:mm:ss}Z"
            : $"no sign of life from `{member.Path}` for more than {ttl}, and none before";
        return new Finding(summary, data, target) { Identity = Json.Object(("path", member.Path)) };
    }

    private static Finding Failure(WatchedMember member, string? target)
    {
        var failure = member.Failure!;
        var data = Json.Build(writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("state", "failed");
            writer.WriteString("since", Saved.Moment(failure.Since));
            writer.WriteString("description", failure.Description);
            if (failure.ExitCode is { } code)
            {
                writer.WriteNumber("exit_code", code);
            }
            else
            {
                writer.WriteNull("exit_code");
            }

            writer.WriteEndObject();
        });
        var summary = $"`{member.Path}` has failed{(failure.Description is null ? "" : $": {failure.Description}")}";
        return new Finding(summary, data, target) { Identity = Json.Object(("path", member.Path)) };
    }

    private static void WriteMoment(Utf8JsonWriter writer, string name, long? ticks)
    {
        if (ticks is { } known)
        {
            writer.WriteString(name, Saved.Moment(known));
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
