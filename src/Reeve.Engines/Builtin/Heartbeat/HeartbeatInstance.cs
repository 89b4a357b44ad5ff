using System.Collections.Immutable;
using System.Text.Json;
using Reeve.Core.Documents;
using Reeve.Core.Evaluation;
using Reeve.Core.Signals;
using Reeve.Core.Targets;

namespace Reeve.Engines.Builtin.Heartbeat;

/// <summary>The state of a heartbeat for one key: whom it watches, and who of them is silent or failed.</summary>
internal sealed class HeartbeatInstance(HeartbeatSettings settings) : IProgramInstance
{
    private readonly Dictionary<string, WatchedMember> _members = new(StringComparer.Ordinal);
    private readonly List<string> _gone = [];
    private long? _openedAt;
    private bool _restored;
    private long _nextLook = long.MaxValue;
    private bool _silentTold;
    private bool _failedTold;
    private bool _silentChanged;
    private bool _failedChanged;

    private long UsualTtl => (settings.Ttl ?? HeartbeatSettings.UsualTtl).Ticks;

    /// <inheritdoc/>
    public DateTimeOffset? NextTimer => _nextLook == long.MaxValue ? null : Saved.Moment(_nextLook);

    /// <inheritdoc/>
    public bool IsIdle => _members.Count == 0;

    /// <inheritdoc/>
    public void OnSignal(in EvaluationInput input, List<Verdict> verdicts)
    {
        Begin(input);
        switch (input.Signal)
        {
            case EventSignal { Event.Service: WellKnownServices.State } state:
                TakeState(state.Event, input);
                Look(input);
                Say(level: true, input.Facts, verdicts);
                break;
            case EventSignal { Event: var seen } when settings.Service.Length == 0 || seen.Service == settings.Service:
                TakeLife(seen, input);
                if (_silentChanged || !_silentTold || !_failedTold)
                {
                    Say(level: false, input.Facts, verdicts);
                }

                break;
            case TickSignal:
            case OperationSignal { Phase: OperationPhase.After }:
                Look(input);
                Say(level: true, input.Facts, verdicts);
                break;
        }
    }

    /// <inheritdoc/>
    public void OnTimer(in EvaluationInput input, List<Verdict> verdicts)
    {
        Begin(input);
        Look(input);
        Say(level: false, input.Facts, verdicts);
    }

    /// <inheritdoc/>
    public JsonElement Save() => _members.Count == 0 ? default : Json.Build(writer =>
    {
        writer.WriteStartObject();
        writer.WriteNumber("next_look", _nextLook);
        writer.WriteStartArray("members");
        foreach (var member in _members.Values.OrderBy(m => m.Path, StringComparer.Ordinal))
        {
            member.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    });

    /// <summary>Takes up a saved state; throws when it is of another shape.</summary>
    public static HeartbeatInstance Restore(HeartbeatSettings settings, JsonElement state)
    {
        var instance = new HeartbeatInstance(settings) { _restored = true, _nextLook = state.GetProperty("next_look").GetInt64() };
        foreach (var saved in state.GetProperty("members").EnumerateArray())
        {
            var member = WatchedMember.Read(saved);
            instance._members[member.Path] = member;
        }

        return instance;
    }

    /// <inheritdoc/>
    public JsonElement Describe() => HeartbeatFindings.Describe(_members.Values);

    private void Begin(in EvaluationInput input)
    {
        if (_openedAt is not null)
        {
            return;
        }

        var now = input.Now.UtcTicks;
        _openedAt = now;
        if (_restored)
        {
            // Reeve was away and heard nobody: everyone gets a whole ttl again
            foreach (var member in _members.Values)
            {
                member.WatchFrom = now;
            }
        }

        Look(input);
    }

    private void TakeLife(Event seen, in EvaluationInput input)
    {
        var now = input.Now.UtcTicks;
        var time = Math.Min(seen.Time.UtcTicks, now + TimeSpan.TicksPerMinute);
        var member = MemberOf(seen, input);
        if (time < member.LastSeen || seen.State == "expired" || (seen.Ttl is { } counts && time + counts.Ticks <= now))
        {
            return;
        }

        member.LastSeen = time;
        member.HeardAt = now;
        member.IsUndecided = false;
        if (settings.Ttl is null && seen.Ttl is { } ttl && ttl > TimeSpan.Zero && ttl.Ticks != member.Ttl)
        {
            member.Ttl = ttl.Ticks;
            Expect(member.Deadline);
        }

        if (member.IsSilent)
        {
            member.IsSilent = false;
            _silentChanged = true;
            Expect(member.Deadline);
        }
    }

    private void TakeState(Event seen, in EvaluationInput input)
    {
        if (!Enum.TryParse<TargetState>(seen.State, ignoreCase: true, out var state) || char.IsAsciiDigit(seen.State![0])
            || state == TargetState.Unknown)
        {
            return;
        }

        var now = input.Now.UtcTicks;
        var member = MemberOf(seen, input);
        if (member.StateHeard is { } heard && seen.Time.UtcTicks < heard.Time)
        {
            return;
        }

        member.StateHeard = (now, seen.Time.UtcTicks);
        var isCode = seen.Attributes.TryGetValue("exit_code", out var given) && given.ValueKind == JsonValueKind.Number;
        var code = isCode && given.TryGetInt32(out var exit) ? exit : (int?)null;
        Enter(member, state, now, new MemberFailure(now, seen.Description, code), now);
    }

    private WatchedMember MemberOf(Event seen, in EvaluationInput input)
    {
        var key = input.Facts.Target;
        var path = key.Kind == TargetKinds.Instance ? key.Key.Path : seen.Target;
        if (_members.TryGetValue(path, out var member))
        {
            return member;
        }

        path = key.Kind == TargetKinds.Instance ? path : input.Facts.Targets.Resolve(key.Key.Scope, path)?.Key.Path ?? path;
        return _members.TryGetValue(path, out member) ? member : Add(path, input.Now.UtcTicks);
    }

    private WatchedMember Add(string path, long from)
    {
        var member = new WatchedMember(path, from, UsualTtl) { IsUndecided = !_restored };
        _members[path] = member;
        Expect(member.Deadline);
        return member;
    }

    // looks at everyone: what state they are in, who is new or gone, whose time has run out
    private void Look(in EvaluationInput input)
    {
        var facts = input.Facts;
        var now = input.Now.UtcTicks;
        var isInstance = facts.Target.Kind == TargetKinds.Instance;
        if (isInstance)
        {
            LookAt(facts.Target, now);
        }
        else
        {
            foreach (var target in facts.Members)
            {
                LookAt(target, now);
            }
        }

        var next = long.MaxValue;
        var waits = !isInstance;
        foreach (var member in _members.Values)
        {
            if (member.Path != facts.Target.Key.Path && facts.Targets.Find(new TargetKey(facts.Target.Key.Scope, member.Path)) is null)
            {
                _gone.Add(member.Path);
                continue;
            }

            if (member.Deadline is { } deadline && deadline <= now)
            {
                member.IsSilent = true;
                member.IsUndecided = false;
                _silentChanged = true;
            }

            waits |= member.Deadline is null;
            next = Math.Min(next, member.Deadline ?? long.MaxValue);
        }

        foreach (var path in _gone)
        {
            Forget(path);
        }

        _gone.Clear();

        // who is paused, failed or not there yet is looked at again; the events that would tell may not be bound
        _nextLook = waits && (_members.Count > 0 || !isInstance) ? Math.Min(next, now + UsualTtl) : next;
    }

    private void LookAt(Target target, long now)
    {
        var path = target.Key.Path;
        if (!_members.TryGetValue(path, out var member))
        {
            if (target.State is not (TargetState.Started or TargetState.Failed))
            {
                return;
            }

            member = Add(path, Math.Max(target.StateSince.UtcTicks, _openedAt ?? now));
        }

        if (member.IsNews(target))
        {
            Enter(member, target.State, target.StateSince.UtcTicks, new MemberFailure(now, target.StateReason, null), now);
        }
    }

    private void Enter(WatchedMember member, TargetState state, long since, MemberFailure failure, long now)
    {
        switch (state)
        {
            case TargetState.Started:
                member.WatchFrom = Math.Max(member.WatchFrom, Math.Min(since, now));
                member.IsPaused = false;
                _failedChanged |= member.Failure is not null;
                member.Failure = null;
                Expect(member.Deadline);
                break;
            case TargetState.Failed when settings.OnFailedState:
                _failedChanged |= member.Failure is null;
                member.Failure ??= failure;
                member.IsUndecided = false;
                break;
            case TargetState.Failed:
                // not on purpose: silence is what is left to tell of it
                member.IsPaused = false;
                break;
            case TargetState.Starting or TargetState.Stopping:
                member.IsPaused = true;
                member.IsUndecided = false;
                break;
            case TargetState.Stopped or TargetState.Deleted:
                Forget(member.Path);
                break;
        }
    }

    private void Forget(string path)
    {
        if (_members.Remove(path, out var member))
        {
            _silentChanged |= member.IsSilent;
            _failedChanged |= member.Failure is not null;
        }
    }

    private void Expect(long? deadline) => _nextLook = Math.Min(_nextLook, deadline ?? long.MaxValue);

    // a verdict names everyone of whom a finding stands: who is not in it counts as recovered
    private void Say(bool level, Facts facts, List<Verdict> verdicts)
    {
        ImmutableArray<CheckVerdict>.Builder? checks = null;
        if (HeartbeatFindings.Silent(_members.Values, facts) is { } silent)
        {
            if (level || _silentChanged || !_silentTold)
            {
                (checks ??= ImmutableArray.CreateBuilder<CheckVerdict>()).Add(silent);
                _silentTold = true;
            }
        }
        else if (_silentChanged || (!_silentTold && IsDecided()))
        {
            (checks ??= ImmutableArray.CreateBuilder<CheckVerdict>()).Add(new CheckVerdict(HeartbeatFindings.SilentCheck, []));
            _silentTold = true;
        }

        if (settings.OnFailedState && HeartbeatFindings.Failed(_members.Values, facts) is { } failed)
        {
            if (level || _failedChanged || !_failedTold)
            {
                (checks ??= ImmutableArray.CreateBuilder<CheckVerdict>()).Add(failed);
            }
        }
        else if (settings.OnFailedState && (_failedChanged || !_failedTold))
        {
            (checks ??= ImmutableArray.CreateBuilder<CheckVerdict>()).Add(new CheckVerdict(HeartbeatFindings.FailedCheck, []));
        }

        _failedTold = true;
        _silentChanged = false;
        _failedChanged = false;
        if (checks is not null)
        {
            verdicts.Add(new Verdict { Checks = checks.ToImmutable() });
        }
    }

    // until everyone has spoken or was found silent, "nobody is silent" would clear what was found before a restart
    private bool IsDecided()
    {
        foreach (var member in _members.Values)
        {
            if (member.IsUndecided)
            {
                return false;
            }
        }

        return true;
    }
}
