using System.Text.Json;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Nodes;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Streams;

/// <summary>
/// An opened program with its state. One caller at a time. Events move its clock; what is due before runs first. When a limit is reached
/// it throws <see cref="StreamLimitException"/>, and takes nothing more.
/// </summary>
public sealed class StreamInstance
{
    private readonly StreamRun _run;
    private readonly Fn[] _roots;
    private readonly StateScope _scope;

    internal StreamInstance(StreamRun run, Fn[] roots, StateScope scope)
    {
        _run = run;
        _roots = roots;
        _scope = scope;
    }

    /// <summary>The clock, seconds.</summary>
    public double Now => _run.Now.ToDouble();

    /// <summary>When the next timer is due, seconds; null when there is none.</summary>
    public double? NextTimer => _run.Scheduler.NextTimer;

    /// <summary>Has it anything to keep?</summary>
    public bool HasState => _scope.Nodes.Count > 0;

    /// <summary>Moves the clock on; timers that are due run at their times.</summary>
    public void AdvanceTo(double seconds)
    {
        _run.Renew();
        _run.Scheduler.AdvanceTo(StreamNumber.Of(seconds));
    }

    /// <summary>Moves the clock on, by a number of the language.</summary>
    public void AdvanceTo(in StreamNumber time)
    {
        _run.Renew();
        _run.Scheduler.AdvanceTo(time);
    }

    /// <summary>Takes an event. One with a time moves the clock to it first; one without neither moves it nor gets one.</summary>
    public void Send(StreamEvent seen)
    {
        _run.Renew();
        if (seen.Time.HasValue)
        {
            _run.Scheduler.AdvanceTo(seen.Time);
        }

        Rescue.Call(_run, _roots, seen);
    }

    /// <summary>Its state as JSON; undefined when it has none.</summary>
    public JsonElement Save() => HasState
        ? SavedValue.Write(PVec.Own([Numbers.Box(_run.Now), SavedScope.Save(_scope)]))
        : default;

    /// <summary>
    /// Takes a state up that <see cref="Save"/> gave for the same program. Throws <see cref="StreamError"/> when it does not fit.
    /// </summary>
    public void Load(JsonElement saved)
    {
        var parts = Sequences.List(SavedValue.Read(saved));
        _run.Scheduler.Now = Numbers.Of(parts[0]);
        SavedScope.Load(_scope, parts[1]);
    }
}
