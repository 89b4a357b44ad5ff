using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Running;

/// <summary>
/// A task of a program for a later time. Tasks run in order of their time and, at the same time, of their making (riemann.time).
/// </summary>
public sealed class StreamTask
{
    internal StreamTask(long id, StreamNumber at, StreamNumber interval, Action run)
    {
        Id = id;
        At = at;
        Interval = interval;
        Run = run;
    }

    internal long Id { get; }

    internal StreamNumber At { get; set; }

    /// <summary>How often it repeats; none for once.</summary>
    internal StreamNumber Interval { get; }

    internal Action Run { get; }

    /// <summary>Put off to this time instead of the next turn.</summary>
    internal StreamNumber Deferred { get; set; }

    internal bool IsCancelled { get; private set; }

    internal void Cancel() => IsCancelled = true;
}

/// <summary>The virtual clock of one program and what is due on it.</summary>
public sealed class Scheduler(Action begin, Action<StreamError> failed)
{
    private readonly PriorityQueue<StreamTask, Due> _tasks = new();
    private long _lastId;

    /// <summary>The time, seconds.</summary>
    public StreamNumber Now { get; internal set; } = StreamNumber.Zero;

    /// <summary>When the next task is due; null when there is none.</summary>
    public double? NextTimer
    {
        get
        {
            while (_tasks.TryPeek(out var task, out var due))
            {
                if (!task.IsCancelled)
                {
                    return due.At;
                }

                _tasks.Dequeue();
            }

            return null;
        }
    }

    internal int Count => _tasks.Count;

    internal StreamTask Once(in StreamNumber at, Action run) => Add(new StreamTask(++_lastId, at, StreamNumber.None, run));

    internal StreamTask Every(in StreamNumber interval, in StreamNumber delay, Action run) =>
        Add(new StreamTask(++_lastId, Numbers.Add(Now, delay), interval, run));

    /// <summary>Puts a saved task back: same time, and in the same order among equals.</summary>
    internal StreamTask Restore(long id, in StreamNumber at, in StreamNumber interval, in StreamNumber deferred, Action run)
    {
        _lastId = Math.Max(_lastId, id);
        return Add(new StreamTask(id, at, interval, run) { Deferred = deferred });
    }

    internal void Defer(StreamTask task, in StreamNumber delay) => task.Deferred = Numbers.Add(Now, delay);

    /// <summary>Moves the clock on, never back; what is due runs, with the clock at its time.</summary>
    public void AdvanceTo(in StreamNumber time)
    {
        if (!StreamNumber.IsLess(Now, time))
        {
            return;
        }

        var end = time.ToDouble();
        while (_tasks.TryPeek(out var task, out var due) && due.At <= end)
        {
            begin();
            _tasks.Dequeue();
            if (StreamNumber.IsLess(Now, task.At))
            {
                Now = task.At;
            }

            Run(task);
        }

        if (StreamNumber.IsLess(Now, time))
        {
            Now = time;
        }
    }

    private void Run(StreamTask task)
    {
        if (task.IsCancelled)
        {
            return;
        }

        if (!task.Deferred.HasValue)
        {
            try
            {
                task.Run();
            }
            catch (StreamError error)
            {
                failed(error);
            }
        }

        if (task.Interval.HasValue && !task.IsCancelled)
        {
            task.At = task.Deferred.HasValue ? task.Deferred : Numbers.Add(task.At, task.Interval);
            task.Deferred = StreamNumber.None;
            _tasks.Enqueue(task, new Due(task.At.ToDouble(), task.Id));
        }
    }

    private StreamTask Add(StreamTask task)
    {
        _tasks.Enqueue(task, new Due(task.At.ToDouble(), task.Id));
        return task;
    }

    private readonly record struct Due(double At, long Id) : IComparable<Due>
    {
        public int CompareTo(Due other) => At < other.At ? -1 : At > other.At ? 1 : Id.CompareTo(other.Id);
    }
}
