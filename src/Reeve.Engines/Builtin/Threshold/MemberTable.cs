using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Builtin.Threshold;

/// <summary>The latest values of all senders of one key, and the one value that they make.</summary>
internal sealed class MemberTable(ThresholdSettings settings)
{
    /// <summary>The most members that a finding lists.</summary>
    private const int MaxListed = 100;

    private readonly List<MemberValue> _members = [];
    private readonly Dictionary<string, MemberValue> _byPath = new(StringComparer.Ordinal);
    private MemberValue? _last;

    public int Count => _members.Count;

    /// <summary>The value as measured last.</summary>
    public double Raw => _last?.Raw ?? 0;

    /// <summary>The time of the value measured last.</summary>
    public long Newest => _last?.Time ?? 0;

    /// <summary>When the next value stops counting.</summary>
    public long? NextExpiry
    {
        get
        {
            long? next = null;
            foreach (var member in _members)
            {
                next = next < member.Expires ? next : member.Expires;
            }

            return next;
        }
    }

    /// <summary>The member that an event speaks of.</summary>
    public MemberValue Of(Event seen, Facts facts)
    {
        var key = facts.Target;
        if (_last is { } last && ReferenceEquals(last.Path, seen.Target))
        {
            return last;
        }

        // an instance's key gets its own events only, under whatever name they come
        var path = key.Kind == TargetKinds.Instance ? key.Key.Path : seen.Target;
        if (_byPath.TryGetValue(path, out var known))
        {
            return known;
        }

        if (key.Kind != TargetKinds.Instance && path != key.Key.Path)
        {
            path = facts.Targets.Resolve(key.Key.Scope, path)?.Key.Path ?? path;
            if (_byPath.TryGetValue(path, out known))
            {
                return known;
            }
        }

        return new MemberValue(path, settings);
    }

    /// <summary>The member has a new value; adds it when it is new.</summary>
    public void Touch(MemberValue member)
    {
        _last = member;
        if (_byPath.TryAdd(member.Path, member))
        {
            _members.Add(member);
        }
    }

    /// <summary>The one value at a time; null when no member has any that counts.</summary>
    public double? Value(long now)
    {
        var count = 0;
        double max = double.NegativeInfinity, min = double.PositiveInfinity, sum = 0;
        foreach (var member in _members)
        {
            if (member.Expires > now)
            {
                count++;
                max = Math.Max(max, member.Value);
                min = Math.Min(min, member.Value);
                sum += member.Value;
            }
        }

        if (count == 0)
        {
            return null;
        }

        return settings.Aggregate switch
        {
            Aggregate.Max => max,
            Aggregate.Min => min,
            Aggregate.Sum => Math.Clamp(sum, double.MinValue, double.MaxValue),
            _ => double.IsFinite(sum) ? sum / count : SlowMean(now, count),
        };
    }

    public void DropExpired(long now)
    {
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            if (_members[i].Expires <= now)
            {
                RemoveAt(i);
            }
        }
    }

    /// <summary>Leaves out members that are gone or do not run; gives whether there were any.</summary>
    public bool DropGone(Facts facts)
    {
        var dropped = false;
        var key = facts.Target.Key;
        for (var i = _members.Count - 1; i >= 0; i--)
        {
            var path = _members[i].Path;
            if (path != key.Path && facts.Targets.Find(new TargetKey(key.Scope, path)) is null or
                { State: TargetState.Failed or TargetState.Stopping or TargetState.Stopped or TargetState.Deleted })
            {
                RemoveAt(i);
                dropped = true;
            }
        }

        return dropped;
    }

    public void WriteValues(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartObject(name);
        foreach (var member in _members.OrderBy(m => m.Path, StringComparer.Ordinal).Take(MaxListed))
        {
            writer.WriteNumber(member.Path, member.Value);
        }

        writer.WriteEndObject();
        if (_members.Count > MaxListed)
        {
            writer.WriteNumber("members_not_listed", _members.Count - MaxListed);
        }
    }

    public void WriteTo(Utf8JsonWriter writer, string name)
    {
        writer.WriteStartArray(name);
        foreach (var member in _members)
        {
            member.WriteTo(writer);
        }

        writer.WriteEndArray();
        if (_last is not null)
        {
            writer.WriteString("last", _last.Path);
        }
    }

    public void Read(JsonElement state, string name)
    {
        foreach (var saved in state.GetProperty(name).EnumerateArray())
        {
            Touch(MemberValue.Read(saved, settings));
        }

        _last = state.TryGetProperty("last", out var last) ? _byPath.GetValueOrDefault(last.GetString() ?? "") : null;
    }

    // the sum of huge values runs over, their mean does not
    private double SlowMean(long now, int count)
    {
        var mean = 0.0;
        foreach (var member in _members)
        {
            mean += member.Expires > now ? member.Value / count : 0;
        }

        return mean;
    }

    private void RemoveAt(int index)
    {
        var member = _members[index];
        _members.RemoveAt(index);
        _byPath.Remove(member.Path);
        if (ReferenceEquals(_last, member))
        {
            _last = null;
        }
    }
}
