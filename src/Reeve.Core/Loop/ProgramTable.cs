using System.Text.Json;
using Reeve.Core.Evaluation;
using Reeve.Core.Identity;
using Reeve.Core.Journal;
using Reeve.Core.Matching;
using Reeve.Core.Targets;

namespace Reeve.Core.Loop;

/// <summary>
/// The program states of one owner's keys: opened when first needed, armed for their timers, saved at checkpoints, dropped when idle.
/// </summary>
public sealed class ProgramTable(Action<ProgramSlot> arm)
{
    private readonly Dictionary<CheckpointKey, ProgramSlot> _slots = new(ByNames.Instance);
    private readonly Dictionary<CheckpointKey, Checkpoint> _saved = new(ByNames.Instance);
    private readonly List<CheckpointKey> _dropped = [];

    /// <summary>How long a key that has nothing to keep lives without a signal.</summary>
    public static readonly TimeSpan IdleLife = TimeSpan.FromMinutes(10);

    /// <summary>How many keys are open.</summary>
    public int Count => _slots.Count;

    /// <summary>What was saved before a restart, to be taken up when its key is opened.</summary>
    public void Restore(Checkpoint checkpoint) => _saved[checkpoint.Key] = checkpoint;

    /// <summary>The saved states that have a key here, for opening them at a start so that their timers run.</summary>
    public IReadOnlyCollection<Checkpoint> Saved => _saved.Values;

    /// <summary>The slot of a key; opened, or opened anew when the policy's revision has changed.</summary>
    public ProgramSlot Open(ActiveBinding active, Target target, DateTimeOffset now)
    {
        var key = new CheckpointKey(active.Binding.Scope, active.Binding.Name, target.Key.Path);
        if (_slots.TryGetValue(key, out var slot) && active.HasPolicyOf(slot.Active))
        {
            slot.Active = active;
            slot.Target = target;
            slot.LastUsed = now;
            return slot;
        }

        slot = new ProgramSlot(active, target) { LastUsed = now };
        if (active.Program is IInlineProgram inline)
        {
            var saved = _saved.Remove(key, out var checkpoint)
                && checkpoint.Policy == active.Policy.Name
                && checkpoint.PolicyRevision == active.Policy.Revision
                ? checkpoint.State
                : default;
            slot.Instance = inline.Open(saved);
        }

        _slots[key] = slot;
        Arm(slot);
        return slot;
    }

    /// <summary>The slot of a key, if it is open.</summary>
    public ProgramSlot? Find(Scope scope, string binding, string target) =>
        _slots.GetValueOrDefault(new CheckpointKey(scope, binding, target));

    /// <summary>The open slots of a binding.</summary>
    public IEnumerable<ProgramSlot> Of(Scope scope, string binding) =>
        _slots.Where(s => s.Key.Scope == scope && s.Key.Binding == binding).Select(s => s.Value);

    /// <summary>Arms the timer that the slot's program names, unless it is armed for then or earlier.</summary>
    public void Arm(ProgramSlot slot)
    {
        if (slot.Instance?.NextTimer is { } next && (slot.ArmedFor is not { } armed || next < armed))
        {
            slot.ArmedFor = next;
            arm(slot);
        }
    }

    /// <summary>Drops the keys of a binding.</summary>
    public void Drop(Scope scope, string binding) => DropWhere(k => k.Scope == scope && k.Binding == binding);

    /// <summary>Drops the keys of a target that is gone.</summary>
    public void Drop(TargetKey target) => DropWhere(k => k.Scope == target.Scope && target.Covers(new TargetKey(k.Scope, k.Target)));

    /// <summary>Adds what has changed since the last checkpoint; drops idle keys.</summary>
    public void Checkpoint(DateTimeOffset now, ChangeSet into)
    {
        List<CheckpointKey>? idle = null;
        foreach (var (key, slot) in _slots)
        {
            if (slot.IsDirty && slot.Instance is { } instance)
            {
                slot.IsDirty = false;
                var state = instance.Save();
                if (state.ValueKind != JsonValueKind.Undefined)
                {
                    into.Checkpoints.Add(new Checkpoint(key, slot.Active.Policy.Name, slot.Active.Policy.Revision, now, state));
                }
            }
            else if (now - slot.LastUsed > IdleLife && !slot.IsEvaluating && (slot.Instance?.IsIdle ?? false))
            {
                (idle ??= []).Add(key);
            }
        }

        foreach (var key in idle ?? [])
        {
            _slots.Remove(key);
            _dropped.Add(key);
        }

        into.RemovedCheckpoints.AddRange(_dropped);
        _dropped.Clear();
    }

    private void DropWhere(Func<CheckpointKey, bool> which)
    {
        foreach (var key in _slots.Keys.Where(which).ToList())
        {
            _slots.Remove(key);
            _dropped.Add(key);
        }

        foreach (var key in _saved.Keys.Where(which).ToList())
        {
            _saved.Remove(key);
            _dropped.Add(key);
        }
    }

    /// <summary>Two names tell nearly all keys apart, so only these are hashed: each event asks for a key.</summary>
    private sealed class ByNames : IEqualityComparer<CheckpointKey>
    {
        public static readonly ByNames Instance = new();

        public bool Equals(CheckpointKey left, CheckpointKey right) =>
            string.Equals(left.Target, right.Target, StringComparison.Ordinal)
            && string.Equals(left.Binding, right.Binding, StringComparison.Ordinal)
            && left.Scope == right.Scope;

        public int GetHashCode(CheckpointKey key) =>
            unchecked((key.Target.GetHashCode(StringComparison.Ordinal) * 31) ^ key.Binding.GetHashCode(StringComparison.Ordinal));
    }
}
