using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams.Nodes;

/// <summary>Hands on events once the value of a function of them has been the same for dt seconds (stable).</summary>
internal sealed class Stable : ParentNode, IHasState
{
    private static readonly object Unknown = Keyword.Of("riemann.streams/unknown");
    private readonly StreamNumber _duration;
    private readonly Fn _of;
    private object? _value = Unknown;
    private PVec _buffer = PVec.Empty;

    // what went out last: a timer that comes too late sends it once more, as the original does
    private object? _out = PVec.Empty;
    private StreamTask? _task;
    private readonly Action _timedOut;

    public Stable(StreamRun run, StreamNumber duration, Fn of, Fn[] children)
        : base(run, children)
    {
        _duration = duration;
        _of = of;
        _timedOut = TimedOut;
        Enrol(this);
    }

    public override object? Send(object? seen)
    {
        var value = _of.Invoke(seen);
        if (!Equality.AreEqual(value, _value))
        {
            Run.Keep(1 - _buffer.Count);
            (_value, _buffer, _out) = (value, PVec.Empty.Add(seen), PVec.Empty);
        }
        else if (_buffer.Count == 0)
        {
            _out = seen is PVec ? PVec.Own([seen]) : seen;
            Forward(seen);
            return null;
        }
        else
        {
            var buffer = _buffer.Add(seen);
            if (StreamNumber.IsAtMost(_duration, Numbers.Subtract(TimeOf(seen), TimeOf(buffer[0]))))
            {
                Run.Keep(-_buffer.Count);
                (_out, _buffer) = (buffer, PVec.Empty);
            }
            else
            {
                Run.Keep(1);
                (_out, _buffer) = (PVec.Empty, buffer);
            }
        }

        if (_buffer.Count == 1)
        {
            _task = Run.Scheduler.Once(Numbers.Add(_duration, TimeOf(_buffer[0])), _timedOut);
        }

        SendOut();
        return null;
    }

    public object? Save() => PVec.Own([_value, _buffer, _out is PVec ? _out : PVec.Own([_out]), Tasks.Save(_task)]);

    public void Load(object? saved)
    {
        var parts = Sequences.List(saved);
        _value = parts[0];
        _buffer = PVec.Of(Sequences.List(parts[1]));
        _out = PVec.Of(Sequences.List(parts[2]));
        _task = Tasks.Load(Run, parts[3], StreamNumber.None, _timedOut);
    }

    private void TimedOut()
    {
        if (_task is { } task && StreamNumber.IsAtMost(task.At, Run.Now))
        {
            _task = null;
        }

        if (_buffer.Count > 0 && StreamNumber.IsAtMost(_duration, Numbers.Subtract(Run.Now, TimeOf(_buffer[0]))))
        {
            Run.Keep(-_buffer.Count);
            (_out, _buffer) = (_buffer, PVec.Empty);
        }

        SendOut();
    }

    private void SendOut()
    {
        if (_out is PVec events)
        {
            ForwardAll(events);
        }
        else
        {
            Forward(_out);
        }
    }
}
