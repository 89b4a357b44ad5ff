using System.Diagnostics;
using System.Runtime.CompilerServices;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Running;

/// <summary>What one opened program works with: its clock, its state, where it sends, and what is left of its limits.</summary>
internal sealed class StreamRun
{
    private const int StepsPerCheck = 4096;

    private readonly StreamLimits _limits;
    private readonly Action<string, object?> _send;
    private int _stepsToCheck = StepsPerCheck;
    private long _stepsLeft;
    private int _sentLeft;
    private long _kept;
    private long _allocatedAtStart;
    private long _deadline;

    public StreamRun(StreamLimits limits, Action<string, object?> send, Action<string>? warn)
    {
        _limits = limits;
        _send = send;
        Warn = warn;
        Scheduler = new Scheduler(BeginTask, e => Warn?.Invoke(e.Message));
        Renew();
    }

    /// <summary>The clock and what is due.</summary>
    public Scheduler Scheduler { get; }

    /// <summary>Hears what the program prints and which errors nothing in it takes.</summary>
    public Action<string>? Warn { get; }

    /// <summary>Where errors of children go while this is set; null: they are only heard of.</summary>
    public Fn? ExceptionStream { get; set; }

    /// <summary>The action with the stream for errors that is set now, for a time when another one is.</summary>
    public Action Bound(Action action)
    {
        var stream = ExceptionStream;
        return () =>
        {
            var outer = ExceptionStream;
            ExceptionStream = stream;
            try
            {
                action();
            }
            finally
            {
                ExceptionStream = outer;
            }
        };
    }

    /// <summary>Streams that take every event, as <c>(streams …)</c> names them.</summary>
    public List<Fn> Roots { get; } = [];

    /// <summary>The built-in functions that the program uses, made for this run.</summary>
    public Fn[] Builtins { get; set; } = [];

    /// <summary>Values of the program's own definitions.</summary>
    public object?[] Globals { get; set; } = [];

    /// <summary>Where nodes that have state enrol themselves; null while events are handled.</summary>
    public StateScope? Scope { get; set; } = new();

    public StreamNumber Now => Scheduler.Now;

    /// <summary>One step of the program; the limits are looked at now and then.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        if (--_stepsToCheck < 0)
        {
            Check();
        }
    }

    /// <summary>A fresh allowance, before each event and timer.</summary>
    public void Renew()
    {
        _stepsLeft = _limits.Steps;
        _sentLeft = _limits.Sent;
        _deadline = 0;
    }

    /// <summary>
    /// A timer may send as much as an event; the steps of all that are due are counted together, so that timers without end are stopped.
    /// </summary>
    private void BeginTask()
    {
        Step();
        _sentLeft = _limits.Sent;
    }

    /// <summary>Sends to a sink by its name.</summary>
    public void Send(string sink, object? value)
    {
        if (--_sentLeft < 0)
        {
            throw new StreamLimitException($"more than {_limits.Sent} events were sent for one event");
        }

        _send(sink, value);
    }

    /// <summary>Counts what is kept; a negative number lets go.</summary>
    public void Keep(int count)
    {
        if ((_kept += count) > _limits.Kept)
        {
            throw new StreamLimitException($"more than {_limits.Kept} events are kept");
        }

        if (Scheduler.Count > _limits.Tasks)
        {
            throw new StreamLimitException($"more than {_limits.Tasks} timers wait");
        }
    }

    /// <summary>Says no to a cell that holds more than a program may keep.</summary>
    public void MayHold(int items)
    {
        if (items > _limits.Kept)
        {
            throw new StreamLimitException($"more than {_limits.Kept} items are kept in one place");
        }
    }

    /// <summary>Says no to a result that would be too large before it is made.</summary>
    public void MayMake(long items)
    {
        if (items > _limits.Kept)
        {
            throw new StreamLimitException($"more than {_limits.Kept} items would be made at once");
        }

        _stepsToCheck -= (int)Math.Min(items / 2, StepsPerCheck);
    }

    private void Check()
    {
        _stepsLeft -= StepsPerCheck;
        _stepsToCheck = StepsPerCheck;
        if (_stepsLeft < 0)
        {
            throw new StreamLimitException($"more than {_limits.Steps} steps were taken for one event");
        }

        var now = Stopwatch.GetTimestamp();
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        if (_deadline == 0)
        {
            _deadline = now + (long)(_limits.Time.TotalSeconds * Stopwatch.Frequency);
            _allocatedAtStart = allocated;
        }
        else if (now > _deadline)
        {
            throw new StreamLimitException($"one event took longer than {_limits.Time.TotalSeconds} seconds");
        }
        else if (allocated - _allocatedAtStart > _limits.Bytes)
        {
            throw new StreamLimitException($"more than {_limits.Bytes} bytes were made for one event");
        }
    }
}

/// <summary>The nodes with state that were made together, in the order of their making.</summary>
internal sealed class StateScope
{
    public List<IHasState> Nodes { get; } = [];
}
