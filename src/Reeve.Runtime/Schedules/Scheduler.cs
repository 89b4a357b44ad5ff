using Reeve.Core.Identity;
using Reeve.Core.Time;

namespace Reeve.Runtime.Schedules;

/// <summary>
/// Says when schedules are due: one queue by due time and one timer for all of them. A due time that has passed while nobody looked
/// (a stop, a jump of the clock) fires late and once; the next one is computed from now.
/// </summary>
internal sealed class Scheduler : IDisposable
{
    private readonly PriorityQueue<Entry, DateTimeOffset> _queue = new();
    private readonly Dictionary<(Scope Scope, string Name), Entry> _entries = [];
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Action<Scope, string, DateTimeOffset> _due;
    private readonly ITimer _timer;
    private bool _started;

    private sealed record Entry(Scope Scope, string Name, Schedule Schedule)
    {
        public DateTimeOffset Due { get; set; }
    }

    public Scheduler(TimeProvider time, Action<Scope, string, DateTimeOffset> due)
    {
        _time = time;
        _due = due;
        _timer = time.CreateTimer(_ => Run(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>
    /// Takes a schedule up, in the place of an older one of the same name; <paramref name="lastDue"/> is how far it had come.
    /// </summary>
    /// <returns>False when the same schedule was there already.</returns>
    public bool Put(Scope scope, string name, Schedule schedule, DateTimeOffset? lastDue)
    {
        lock (_gate)
        {
            // an unchanged schedule keeps its due time when its binding is applied again
            if (_entries.TryGetValue((scope, name), out var known) && known.Schedule == schedule)
            {
                return false;
            }

            var entry = new Entry(scope, name, schedule);
            _entries[(scope, name)] = entry;
            Enqueue(entry, lastDue ?? _time.GetUtcNow());
            Arm();
            return true;
        }
    }

    public void Remove(Scope scope, string name)
    {
        lock (_gate)
        {
            _entries.Remove((scope, name));
        }
    }

    public void Start()
    {
        lock (_gate)
        {
            _started = true;
            Arm();
        }
    }

    /// <summary>The clock was set: what is due by it now is not waited for any longer.</summary>
    public void Look()
    {
        lock (_gate)
        {
            Arm();
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Run()
    {
        List<Entry>? due = null;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            while (_queue.TryPeek(out var entry, out var at) && at <= now)
            {
                _queue.Dequeue();
                if (_entries.GetValueOrDefault((entry.Scope, entry.Name)) == entry)
                {
                    (due ??= []).Add(entry with { Due = at });
                    Enqueue(entry, now);
                }
            }

            Arm();
        }

        foreach (var entry in due ?? [])
        {
            _due(entry.Scope, entry.Name, entry.Due);
        }
    }

    private void Enqueue(Entry entry, DateTimeOffset after)
    {
        if (ScheduleClock.Next(entry.Schedule, after, $"{entry.Scope}/{entry.Name}") is { } next)
        {
            _queue.Enqueue(entry, next);
        }
    }

    private void Arm()
    {
        if (_started && _queue.TryPeek(out _, out var at))
        {
            var left = at - _time.GetUtcNow();
            _timer.Change(
                left < TimeSpan.Zero ? TimeSpan.Zero : left < TimeSpan.FromHours(1) ? left : TimeSpan.FromHours(1),
                Timeout.InfiniteTimeSpan);
        }
    }
}
